//! Takes the fields out of a map, and says of each what is wrong with it.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use crate::nearest::nearest;
use crate::object::keep;
use crate::quote::{quoted, shown};
use crate::report::Report;
use crate::variable::{TEMPLATES, UNRESOLVED, has_variable};
use crate::yaml::{Key, Node, Position, Value};
use crate::{Severity, Subject, parse_duration};

/// A map whose fields are taken by name; what is left at [`finish`](Self::finish)
/// is unknown. A map that is dropped without it may hold anything.
///
/// As in Go, a field that is `null` or empty text counts as absent.
pub(crate) struct Fields<'a> {
    report: &'a Report<'a>,
    path: String,
    at: Position,
    entries: &'a [(Key, Node)],
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(report: &'a Report<'a>, path: String, node: &'a Node) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            expected(report, node, &path, "a map");
            return None;
        };
        let fields = Self {
            report,
            path,
            at: node.at,
            entries,
            known: Vec::new(),
        };
        fields.report_repeated();
        Some(fields)
    }

    pub(crate) fn report(&self) -> &'a Report<'a> {
        self.report
    }

    pub(crate) fn at(&self) -> Position {
        self.at
    }

    /// The value of a field, whatever it is; `null` is none.
    pub(crate) fn get(&mut self, name: &'static str) -> Option<&'a Node> {
        self.known.push(name);
        let found = self.entries.iter().find(|(key, _)| key.name == name);
        let node = &found?.1;
        (!matches!(node.value, Value::Null)).then_some(node)
    }

    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        self.text_at(name).map(|(text, _)| text.to_owned())
    }

    /// Text and where it stands.
    pub(crate) fn text_at(&mut self, name: &'static str) -> Option<(&'a str, Position)> {
        let (text, at) = self.word_at(name)?;
        if !TEMPLATES.contains(&name) {
            self.warn_unresolved(text, at, name);
        }
        Some((text, at))
    }

    /// The value of a key in a Secret, where it may be empty, and where it stands.
    pub(crate) fn secret_at(&self, name: &'static str) -> Option<(&'a str, Position)> {
        let (_, node) = self.entries.iter().find(|(key, _)| key.name == name)?;
        let text = match node.value {
            Value::Null => "",
            _ => text(self.report, node, &self.field(name))?,
        };
        Some((text, node.at))
    }

    fn word_at(&mut self, name: &'static str) -> Option<(&'a str, Position)> {
        let node = self.get(name)?;
        let text = text(self.report, node, &self.field(name))?;
        (!text.is_empty()).then_some((text, node.at))
    }

    /// Text that must be there, or else an error and empty text; `example`
    /// shows a good value.
    pub(crate) fn required_text(&mut self, name: &'static str, example: &str) -> String {
        let before = self.report.errors();
        let found = self.text(name);
        if found.is_none() && self.report.errors() == before {
            self.missing(name, example);
        }
        found.unwrap_or_default()
    }

    /// A map that must be there; `example` shows a good value.
    pub(crate) fn required_fields(&mut self, name: &'static str, example: &str) -> Option<Self> {
        if self.get(name).is_none() {
            self.missing(name, example);
        }
        self.fields(name)
    }

    pub(crate) fn missing(&self, name: &str, example: &str) {
        self.error_here(
            name,
            format!("missing; write for example `{name}: {example}`"),
        );
    }

    /// The same of what a Kustomize overlay leaves to its base.
    pub(crate) fn missing_in_overlay(&self, name: &str, example: &str) {
        let message = format!(
            "missing, or completed elsewhere (a Kustomize overlay: read the output of \
             `kustomize build`); write for example `{name}: {example}`"
        );
        self.error_here(name, message);
    }

    /// A map that must be there, in an overlay or in its base.
    pub(crate) fn fields_of_base(&mut self, name: &'static str, example: &str) -> Option<Self> {
        if self.get(name).is_none() {
            self.missing_in_overlay(name, example);
        }
        self.fields(name)
    }

    pub(crate) fn flag(&mut self, name: &'static str) -> bool {
        let Some(node) = self.get(name) else {
            return false;
        };
        match &node.value {
            Value::Bool(value) => return *value,
            Value::Text(text) => {
                if let Some(value) = yaml_1_1_truth(text) {
                    let message = format!("{} is text in YAML 1.2; write {value}", quoted(text));
                    self.add(Severity::Warning, node.at, name, message);
                    return value;
                }
            }
            _ => {}
        }
        expected(self.report, node, &self.field(name), "true or false");
        false
    }

    /// A whole number, `None` when it is absent.
    pub(crate) fn integer(&mut self, name: &'static str) -> Option<i64> {
        let node = self.get(name)?;
        let found = match &node.value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        };
        if found.is_none() {
            expected(self.report, node, &self.field(name), "a whole number");
        }
        found
    }

    pub(crate) fn duration(&mut self, name: &'static str) -> Option<Duration> {
        let node = self.get(name)?;
        let field = self.field(name);
        let Value::Text(text) = &node.value else {
            expected(self.report, node, &field, "a duration such as 5m");
            return None;
        };
        match parse_duration(text) {
            Ok(nanoseconds) => {
                let duration = u64::try_from(nanoseconds).map(Duration::from_nanos).ok();
                if duration.is_none() {
                    self.error(
                        node.at,
                        name,
                        "a duration below zero; write for example 5m".to_owned(),
                    );
                }
                duration
            }
            Err(_) if has_variable(text) => {
                self.error(node.at, name, UNRESOLVED.to_owned());
                None
            }
            Err(error) => {
                self.error(node.at, name, format!("{error}; {}", error.hint()));
                None
            }
        }
    }

    pub(crate) fn fields(&mut self, name: &'static str) -> Option<Self> {
        let node = self.get(name)?;
        Fields::new(self.report, self.field(name), node)
    }

    /// A map that is often written as the text of its only field, `key`.
    pub(crate) fn fields_with(&mut self, name: &'static str, key: &str) -> Option<Self> {
        let node = self.get(name)?;
        let Some(text) = self.misplaced(node) else {
            return self.fields(name);
        };
        let message = format!("expected a map, found {text}; write `{name}: {{{key}: {text}}}`");
        self.error(node.at, name, message);
        None
    }

    /// Text that stands where a map or a list should, in quotes.
    fn misplaced(&self, node: &Node) -> Option<String> {
        let text = node.as_text()?;
        (!has_variable(text) && !self.report.is_secret()).then(|| quoted(text))
    }

    /// The `name` in a map such as `secretRef: {name: regcred}`.
    pub(crate) fn name_in(&mut self, name: &'static str) -> Option<String> {
        let mut reference = self.fields_with(name, "name")?;
        let found = reference.required_text("name", "regcred");
        reference.finish();
        Some(found)
    }

    /// The `name` in a map that must be there, or else an error and empty text.
    pub(crate) fn required_name_in(&mut self, name: &'static str, example: &str) -> String {
        if self.get(name).is_none() {
            self.missing(name, &format!("{{name: {example}}}"));
        }
        self.name_in(name).unwrap_or_default()
    }

    /// The items of a list, each with its path.
    pub(crate) fn items(&mut self, name: &'static str) -> Vec<(String, &'a Node)> {
        let Some(node) = self.get(name) else {
            return Vec::new();
        };
        let field = self.field(name);
        let Value::List(items) = &node.value else {
            expected(self.report, node, &field, "a list");
            return Vec::new();
        };
        let paths = (0..).map(|index: usize| format!("{field}[{index}]"));
        paths.zip(items).collect()
    }

    /// What `read` makes of each map in a list.
    pub(crate) fn each<T>(&mut self, name: &'static str, read: impl Fn(Self) -> T) -> Vec<T> {
        let items = self.items(name).into_iter();
        items
            .filter_map(|(path, node)| Some(read(Fields::new(self.report, path, node)?)))
            .collect()
    }

    /// What `read` makes of each entry of a map, whose keys are names: it gets
    /// the name, its place and the value's fields.
    pub(crate) fn named<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&'a str, Position, Self) -> T,
    ) -> Vec<T> {
        let Some(map) = self.fields(name) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let mut names = HashSet::new();
        for (key, node) in map.entries {
            // The second of a name is reported already.
            if !names.insert(key.name.as_str()) {
                continue;
            }
            keep(&mut found, map.report, || {
                let fields = Fields::new(map.report, map.field(&key.name), node)?;
                Some(read(&key.name, key.at, fields))
            });
        }
        found
    }

    /// The texts of a list, `None` when it is absent.
    pub(crate) fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        self.each_text(name, |_, _, _| {})
    }

    /// The same, and `visit` is given each with its path and its place.
    pub(crate) fn each_text(
        &mut self,
        name: &'static str,
        visit: impl Fn(&str, &'a str, Position),
    ) -> Option<Vec<String>> {
        let node = self.get(name)?;
        if let Some(text) = self.misplaced(node) {
            let message = format!("expected a list, found {text}; write `{name}: [{text}]`");
            self.error(node.at, name, message);
            return None;
        }
        let items = self.items(name).into_iter();
        let texts = items.filter_map(|(path, node)| {
            let text = text(self.report, node, &path)?;
            if has_variable(text) {
                let message = UNRESOLVED.to_owned();
                self.report.add(Severity::Warning, node.at, &path, message);
            }
            visit(&path, text, node.at);
            Some(text.to_owned())
        });
        Some(texts.collect())
    }

    /// A map from text to text, such as labels.
    pub(crate) fn text_map(&mut self, name: &'static str) -> BTreeMap<String, String> {
        let Some(map) = self.fields(name) else {
            return BTreeMap::new();
        };
        let values = map.entries.iter().filter_map(|(key, node)| {
            let text = text(map.report, node, &map.field(&key.name))?;
            Some((key.name.clone(), text.to_owned()))
        });
        values.collect()
    }

    /// One of a few words, `None` when it is absent.
    pub(crate) fn one_of<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let (text, at) = self.word_at(name)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        if has_variable(text) {
            self.error(at, name, UNRESOLVED.to_owned());
            return None;
        }
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let list = words.join(", ");
        self.error(
            at,
            name,
            format!("expected one of {list}, found {}", quoted(text)),
        );
        None
    }

    /// Fields that exist and that nothing here needs.
    pub(crate) fn known(&mut self, names: &[&'static str]) {
        self.known.extend_from_slice(names);
    }

    /// A field of older versions, which is read as the one that took its place.
    pub(crate) fn moved(&mut self, name: &'static str, to: &str) {
        if let Some(node) = self.get(name) {
            let message = format!("a field of older versions; write {to}");
            self.add(Severity::Warning, node.at, name, message);
        }
    }

    /// A field of older versions, which the newer ones pass over.
    pub(crate) fn gone(&mut self, name: &'static str, to: &str) {
        if let Some(node) = self.get(name) {
            let message = format!("not used: a field of older versions; write {to}");
            self.add(Severity::Warning, node.at, name, message);
        }
    }

    /// A field that is honoured in a cluster only.
    pub(crate) fn only_in_a_cluster(&mut self, name: &'static str, severity: Severity) {
        if let Some(node) = self.get(name) {
            let message = "is not used: it matters in a cluster only".to_owned();
            self.add(severity, node.at, name, message);
        }
    }

    /// Has the text of a field judged by whoever knows its grammar; answers
    /// whether it is good.
    pub(crate) fn judge(&mut self, name: &'static str, subject: Subject<'_>) -> bool {
        let node = self.get(name);
        node.is_none_or(|node| self.report.judge(subject, node.at, &self.field(name)))
    }

    pub(crate) fn error(&self, at: Position, name: &str, message: String) {
        self.add(Severity::Error, at, name, message);
    }

    pub(crate) fn error_here(&self, name: &str, message: String) {
        self.error(self.at, name, message);
    }

    pub(crate) fn add(&self, severity: Severity, at: Position, name: &str, message: String) {
        self.report.add(severity, at, &self.field(name), message);
    }

    /// The same of a field further down, by its path from here.
    pub(crate) fn add_below(&self, severity: Severity, at: Position, below: &str, message: String) {
        let dot = if self.path.is_empty() { "" } else { "." };
        let field = format!("{}{dot}{below}", self.path);
        self.report.add(severity, at, &field, message);
    }

    /// Warns of every field that was not asked for.
    pub(crate) fn finish(self) {
        self.report_unknown(Severity::Warning);
    }

    /// The same as errors, where a field that is not used could do harm.
    pub(crate) fn finish_strictly(self) {
        self.report_unknown(Severity::Error);
    }

    /// The path of a field; without a name, that of the map.
    pub(crate) fn field(&self, name: &str) -> String {
        join(&self.path, name)
    }

    /// Flux's own substitution comes after the files were applied.
    fn warn_unresolved(&self, text: &str, at: Position, name: &str) {
        if has_variable(text) && !self.report.is_secret() {
            self.add(Severity::Warning, at, name, UNRESOLVED.to_owned());
        }
    }

    fn report_unknown(&self, severity: Severity) {
        #[cfg(test)]
        finished::record(&self.path, &self.known);
        for (key, _) in self.entries {
            if self.known.contains(&key.name.as_str()) {
                continue;
            }
            let nearest = nearest(&key.name, &self.known);
            let message = match nearest {
                Some(name) => format!("unknown field, not used; did you mean {name}?"),
                None => "unknown field, not used".to_owned(),
            };
            // Whoever wrote `guard` relies on it.
            let guarded = nearest == Some("guards");
            let severity = if guarded { Severity::Error } else { severity };
            self.add(severity, key.at, &key.name, message);
        }
    }

    fn report_repeated(&self) {
        let mut names = HashSet::new();
        for (key, _) in self.entries {
            if !names.insert(key.name.as_str()) {
                let name = if self.report.is_secret() {
                    ""
                } else {
                    &key.name
                };
                let message = "the same key stands here twice; remove one".to_owned();
                self.error(key.at, name, message);
            }
        }
    }
}

/// The path of a field below another; a name with a dot is put in brackets.
pub(crate) fn join(path: &str, name: &str) -> String {
    match (path, name) {
        (path, "") => path.to_owned(),
        (path, name) if name.contains('.') => format!("{path}[{}]", quoted(name)),
        ("", name) => shown(name),
        (path, name) => format!("{path}.{}", shown(name)),
    }
}

fn text<'a>(report: &Report<'_>, node: &'a Node, field: &str) -> Option<&'a str> {
    let found = node.as_text();
    if found.is_none() {
        expected(report, node, field, "text");
    }
    found
}

fn expected(report: &Report<'_>, node: &Node, field: &str, what: &str) {
    if node.as_text().is_some_and(has_variable) && !report.is_secret() {
        return report.add(Severity::Error, node.at, field, UNRESOLVED.to_owned());
    }
    let found = node.value.describe(report.is_secret());
    let quotes = match node.value {
        Value::Bool(_) | Value::Number(_) if what == "text" => "; put it in quotes",
        _ => "",
    };
    let message = format!("expected {what}, found {found}{quotes}");
    report.add(Severity::Error, node.at, field, message);
}

/// What kubectl, whose YAML is 1.1, takes for true and false besides.
fn yaml_1_1_truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "on" => Some(true),
        "no" | "off" => Some(false),
        _ => None,
    }
}

/// Which fields the readers know, map by map.
#[cfg(test)]
pub(crate) mod finished {
    use std::cell::RefCell;
    use std::collections::{BTreeMap, BTreeSet};

    pub(crate) type Known = BTreeMap<String, BTreeSet<&'static str>>;

    thread_local! {
        static ALL: RefCell<Known> = RefCell::default();
    }

    pub(super) fn record(path: &str, names: &[&'static str]) {
        ALL.with_borrow_mut(|all| {
            all.entry(path.to_owned()).or_default().extend(names);
        });
    }

    /// The maps that were finished on this thread since the last call, by their paths.
    pub(crate) fn take() -> Known {
        ALL.take()
    }
}
