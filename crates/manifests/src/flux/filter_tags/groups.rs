//! The groups of a pattern, and the groups that an extract names. Neither is
//! judged here: what is no pattern has any groups.

use std::collections::HashSet;

/// The capturing groups of a pattern.
pub(super) struct Groups<'a> {
    count: u64,
    names: HashSet<&'a str>,
}

impl Groups<'_> {
    /// By name, or by number; 0 is the whole match.
    pub(super) fn has(&self, name: &str) -> bool {
        match name.parse::<u64>() {
            Ok(number) => number <= self.count,
            Err(_) => self.names.contains(name),
        }
    }
}

/// Reads a pattern in Go's syntax as far as its groups.
pub(super) fn groups(pattern: &str) -> Groups<'_> {
    let mut groups = Groups {
        count: 0,
        names: HashSet::new(),
    };
    let mut rest = pattern;
    while let Some(at) = rest.find(['\\', '[', '(']) {
        let (symbol, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        rest = match symbol {
            b'\\' => after_escape(after),
            b'[' => after_class(after),
            _ => {
                groups.add(after);
                after
            }
        };
    }
    groups
}

impl<'a> Groups<'a> {
    /// `after` stands behind the opening parenthesis.
    fn add(&mut self, after: &'a str) {
        let name = after.strip_prefix("?P<").or(after.strip_prefix("?<"));
        if let Some(name) = name {
            // No search for the bracket: many groups may lack theirs.
            let other = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
            let (name, rest) = name.split_at(name.find(other).unwrap_or(name.len()));
            self.names.extend(rest.starts_with('>').then_some(name));
        }
        self.count += u64::from(name.is_some() || !after.starts_with('?'));
    }
}

/// `\Q` quotes all until `\E`.
fn after_escape(after: &str) -> &str {
    if let Some(quoted) = after.strip_prefix('Q') {
        return quoted.split_once("\\E").map_or("", |(_, rest)| rest);
    }
    let mut characters = after.chars();
    characters.next();
    characters.as_str()
}

/// A bracket that stands first, or after the caret, is one of the class.
fn after_class(after: &str) -> &str {
    let negated = after.strip_prefix('^').unwrap_or(after);
    let mut rest = negated.strip_prefix(']').unwrap_or(negated);
    while let Some(at) = rest.find(['\\', '[', ']']) {
        let (symbol, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        rest = match symbol {
            b'\\' => after_escape(after),
            b'[' => after_named_class(after),
            _ => return after,
        };
    }
    ""
}

/// `[:alpha:]` within a class.
fn after_named_class(after: &str) -> &str {
    let Some(name) = after.strip_prefix(':') else {
        return after;
    };
    let name = name.strip_prefix('^').unwrap_or(name);
    let rest = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    rest.strip_prefix(":]").unwrap_or(after)
}

/// The groups that an extract names, as Go's `Regexp.Expand` reads it: `$name`,
/// as long as can be, `${name}`, and `$$` for a dollar sign.
pub(super) fn names(extract: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = extract;
    while let Some((_, after)) = rest.split_once('$') {
        rest = match after.strip_prefix('$') {
            Some(literal) => literal,
            None => after_name(after, &mut names),
        };
    }
    names
}

fn after_name<'a>(after: &'a str, names: &mut Vec<&'a str>) -> &'a str {
    let (braced, text) = match after.strip_prefix('{') {
        Some(text) => (true, text),
        None => (false, after),
    };
    let other = |c: char| !(c.is_alphanumeric() || c == '_');
    let (name, rest) = text.split_at(text.find(other).unwrap_or(text.len()));
    let rest = match (braced, rest.strip_prefix('}')) {
        (false, _) => rest,
        (true, Some(rest)) => rest,
        // Malformed: Go takes the dollar sign for itself.
        (true, None) => return after,
    };
    if !name.is_empty() {
        names.push(name);
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::{groups, names};

    #[track_caller]
    fn has(pattern: &str, yes: &[&str], no: &[&str]) {
        let groups = groups(pattern);
        for name in yes {
            assert!(groups.has(name), "{pattern} has {name}");
        }
        for name in no {
            assert!(!groups.has(name), "{pattern} has no {name}");
        }
    }

    #[test]
    fn groups_are_those_of_go() {
        has("^main-(?P<ts>.*)", &["0", "1", "ts"], &["2", "TS", "t"]);
        has("(?<a>x)(?:y)(?i)(?i:z)(w)", &["a", "1", "2"], &["3"]);
        has("\\((?P<a>x)\\)", &["a", "1"], &["2"]);
        has("[(](?P<a>[^])(]x)[[:alpha:](]", &["a", "1"], &["2"]);
        has("[\\](](x)", &["1"], &["2"]);
        has("\\Q(?P<a>\\E(?P<b>x)", &["b", "1"], &["a", "2"]);
        has("\\Q(a", &["0"], &["1"]);
        has("(?P<open", &["1"], &["open"]);
        has("[(", &[], &["1"]);
        has("é\\é(ü)", &["1"], &["2"]);
        has("((()))", &["3"], &["4", "99999999999999999999"]);
    }

    #[test]
    fn names_are_those_of_go() {
        for (extract, expected) in [
            ("$ts", &["ts"][..]),
            ("${YEAR}$MONTH.$1", &["YEAR", "MONTH", "1"]),
            ("$1x", &["1x"]),
            ("${1}x", &["1"]),
            ("$$ts", &[]),
            ("$$$ts", &["ts"]),
            ("ts", &[]),
            ("$", &[]),
            ("${", &[]),
            ("${a b}$c", &["c"]),
            ("$é-$a", &["é", "a"]),
        ] {
            assert_eq!(names(extract), expected, "{extract}");
        }
    }
}
