//! Names that stand in one part of the file and are defined in another.

use std::cell::Cell;
use std::collections::HashSet;

use crate::fields::Fields;
use crate::nearest::nearest;
use crate::quote::{quoted, shown};
use crate::yaml::{Key, Node, Value};
use crate::{ObjectRef, Severity};

/// How many names are compared to find the nearest, in one file: that takes
/// names one by one.
const COMPARISONS: usize = 10_000;

/// The names of a part, those of entries that are left out too.
pub(super) struct Names<'a> {
    part: &'static str,
    all: HashSet<&'a str>,
    /// In the order of the file, for the nearest.
    first: Vec<&'a str>,
    comparisons: Cell<usize>,
}

impl<'a> Names<'a> {
    pub(super) fn of(node: &'a Node, part: &'static str) -> Self {
        let names = || map(node, part).iter().map(|(key, _)| key.name.as_str());
        Self {
            part,
            all: names().collect(),
            first: names().collect(),
            comparisons: Cell::new(0),
        }
    }

    /// Reports the name in a field when it is none of these.
    pub(super) fn check(&self, fields: &mut Fields<'_>, name: &'static str) {
        if let Some(node) = fields.get(name) {
            self.check_text(fields, node, &fields.field(name));
        }
    }

    /// The same of the names in a list.
    pub(super) fn check_list(&self, fields: &mut Fields<'_>, name: &'static str) {
        let Some(Value::List(items)) = fields.get(name).map(|node| &node.value) else {
            return;
        };
        let path = fields.field(name);
        for (index, node) in items.iter().enumerate() {
            self.check_text(fields, node, &format!("{path}[{index}]"));
        }
    }

    fn check_text(&self, fields: &Fields<'_>, node: &Node, path: &str) {
        let unknown = |text: &&str| !text.is_empty() && !self.all.contains(text);
        let Some(text) = node.as_text().filter(unknown) else {
            return;
        };
        let way_out = match self.nearest(text) {
            Some(nearest) => format!("did you mean {}?", shown(nearest)),
            None => "add it there".to_owned(),
        };
        let message = format!("there is no {} in {}; {way_out}", quoted(text), self.part);
        let report = fields.report();
        report.add(Severity::Error, node.at, path, message);
    }

    fn nearest(&self, name: &str) -> Option<&str> {
        let comparisons = self.comparisons.get() + self.first.len();
        self.comparisons.set(comparisons);
        (comparisons <= COMPARISONS).then(|| nearest(name, &self.first))?
    }
}

fn map<'a>(node: &'a Node, part: &str) -> &'a [(Key, Node)] {
    match node.get(part).map(|node| &node.value) {
        Some(Value::Map(entries)) => entries,
        _ => &[],
    }
}

/// A Secret by its name, `namespace/name` or `name`.
pub(super) fn secret_ref(fields: &mut Fields<'_>, name: &'static str) -> Option<ObjectRef> {
    let (text, at) = fields.text_at(name)?;
    let (namespace, secret) = match text.split_once('/') {
        Some((namespace, secret)) => (Some(namespace), secret),
        None => (None, text),
    };
    if secret.is_empty() || secret.contains('/') || namespace == Some("") {
        let message = "no name of a Secret; write namespace/name, or name".to_owned();
        fields.error(at, name, message);
        return None;
    }
    Some(ObjectRef {
        name: secret.to_owned(),
        namespace: namespace.map(str::to_owned),
    })
}
