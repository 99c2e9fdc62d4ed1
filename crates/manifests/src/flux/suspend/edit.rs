//! The new text: one scalar replaced, one field put in, or the same taken out.

use crate::yaml::{Key, Node, Position, Value};

/// None for a form that is not known well enough.
pub(super) fn edit(text: &str, object: &Node, suspend: bool) -> Option<String> {
    let (key, spec) = only(object, "spec")?;
    let spec = Spec {
        text,
        key: offset(text, key.at)?,
        start: offset(text, spec.at)?,
        node: spec,
    };
    if !spec.follows_its_key() {
        return None;
    }
    match spec.node.get("suspend") {
        None => spec.insert(),
        Some(_) if suspend => spec.replace("true"),
        Some(_) => spec.take_out().or_else(|| spec.replace("false")),
    }
}

struct Spec<'a> {
    text: &'a str,
    /// Where the key begins.
    key: usize,
    /// Where the first field begins; of a flow map its bracket.
    start: usize,
    node: &'a Node,
}

impl Spec<'_> {
    /// An alias stands elsewhere, and an anchor or a tag between.
    fn follows_its_key(&self) -> bool {
        let between = self.text.get(self.key..self.start);
        let rest = between.and_then(|text| after_key(text, "spec"));
        rest.is_some_and(|rest| {
            let mut lines = rest.lines().map(str::trim_start);
            lines.all(|line| line.is_empty() || line.starts_with('#'))
        })
    }

    /// As JSON has it where the key of the map has it so.
    fn field(&self) -> &'static str {
        if self.text[self.key..].starts_with('"') {
            "\"suspend\": true"
        } else {
            "suspend: true"
        }
    }

    fn is_flow(&self) -> bool {
        self.text[self.start..].starts_with('{')
    }

    fn insert(&self) -> Option<String> {
        let Value::Map(_) = self.node.value else {
            return None;
        };
        let field = self.field();
        if self.is_flow() {
            let (blank, first) = self.first_in_brackets()?;
            let separator = separator(blank);
            return Some(self.with(first..first, &format!("{field}{separator}")));
        }
        let line = self.start_of_line()?;
        let indent = &self.text[line..self.start];
        let new = format!("{indent}{field}{}", self.line_ending());
        Some(self.with(line..line, &new))
    }

    /// What [`insert`](Self::insert) put in, where it stands as it was put in.
    fn take_out(&self) -> Option<String> {
        let field = self.field();
        if self.is_flow() {
            let (blank, first) = self.first_in_brackets()?;
            let rest = self.text[first..].strip_prefix(field)?;
            let separator = separator(blank);
            rest.strip_prefix(&*separator)?;
            return Some(self.with(first..first + field.len() + separator.len(), ""));
        }
        let line = self.start_of_line()?;
        let whole = format!("{field}{}", self.line_ending());
        let is_ours = self.text[self.start..].starts_with(&whole);
        is_ours.then(|| self.with(line..self.start + whole.len(), ""))
    }

    fn replace(&self, value: &str) -> Option<String> {
        let (key, old) = only(self.node, "suspend")?;
        let (key, start) = (offset(self.text, key.at)?, offset(self.text, old.at)?);
        let between = self.text.get(key.max(self.start)..start)?;
        if !after_key(between, "suspend")?.trim().is_empty() {
            return None;
        }
        let rest = &self.text[start..];
        let end = rest.find([' ', '\t', '\r', '\n', ',', '}', ']']);
        let end = start + end.unwrap_or(rest.len());
        (end > start).then(|| self.with(start..end, value))
    }

    /// The blanks behind the bracket, and what follows them.
    fn first_in_brackets(&self) -> Option<(&str, usize)> {
        let inside = &self.text[self.start + 1..];
        let blank = &inside[..inside.len() - inside.trim_start().len()];
        (!inside[blank.len()..].starts_with('#')).then_some((blank, self.start + 1 + blank.len()))
    }

    /// Where nothing but blanks stands before the first field.
    fn start_of_line(&self) -> Option<usize> {
        let before = &self.text[..self.start];
        let line = before.rfind('\n')? + 1;
        let is_own = line > self.key && before[line..].chars().all(|c| c == ' ');
        is_own.then_some(line)
    }

    /// That of the line of the key.
    fn line_ending(&self) -> &'static str {
        let line = self.text[self.key..].split_inclusive('\n').next();
        match line {
            Some(line) if line.ends_with("\r\n") => "\r\n",
            _ => "\n",
        }
    }

    fn with(&self, range: std::ops::Range<usize>, new: &str) -> String {
        let (before, after) = (&self.text[..range.start], &self.text[range.end..]);
        format!("{before}{new}{after}")
    }
}

/// Fields on lines of their own stay so.
fn separator(blank: &str) -> String {
    let blank = if blank.contains('\n') { blank } else { " " };
    format!(",{blank}")
}

/// The field of a name that is there once.
fn only<'a>(node: &'a Node, name: &str) -> Option<(&'a Key, &'a Node)> {
    let Value::Map(entries) = &node.value else {
        return None;
    };
    let mut found = entries.iter().filter(|(key, _)| key.name == name);
    let (key, value) = found.next()?;
    found.next().is_none().then_some((key, value))
}

/// What stands behind a key and its colon.
fn after_key<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let rest = match quote {
        Some(quote) => text[1..].strip_prefix(name)?.strip_prefix(quote)?,
        None => text.strip_prefix(name)?,
    };
    rest.trim_start_matches(' ').strip_prefix(':')
}

fn offset(text: &str, at: Position) -> Option<usize> {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines
        .by_ref()
        .take(at.line.checked_sub(1)?)
        .map(str::len)
        .sum();
    let line = lines.next()?;
    let mut columns = line.char_indices().map(|(index, _)| index);
    Some(before + columns.nth(at.column.checked_sub(1)?)?)
}
