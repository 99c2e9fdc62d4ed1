//! The objects in a list of them.

use super::passed_over::report_passed_over;
use super::screen::Screen;
use crate::Severity;
use crate::fields::join;
use crate::report::Report;
use crate::secret::is_secret;
use crate::yaml::{Key, Node, Value};

/// Calls `visit` for an object, or for those in a `kind: List` one by one.
pub(crate) fn each_object(
    report: &Report<'_>,
    screen: &Screen,
    path: String,
    node: &Node,
    visit: &mut impl FnMut(String, &Node),
) {
    let Some(list) = List::of(screen, node) else {
        if !report_passed_over(report, screen, &path, node) {
            visit(path, node);
        }
        return;
    };
    let items = match &list.items.value {
        Value::List(items) => items,
        Value::Null => return,
        // A list of Secrets may hold anything here.
        other => {
            report.enter_object(None, true);
            let message = format!("expected a list, found {}", other.describe(true));
            let field = join(&path, "items");
            return report.add(Severity::Error, list.items.at, &field, message);
        }
    };
    let prefix = if path.is_empty() { path } else { path + "." };
    for (index, item) in items.iter().enumerate() {
        let path = format!("{prefix}items[{index}]");
        match list.complete(item) {
            Some(item) => each_object(report, screen, path, &item, visit),
            None => each_object(report, screen, path, item, visit),
        }
    }
}

struct List<'a> {
    items: &'a Node,
    api_version: Option<&'a Node>,
    /// The kind of its items, where the list is of one kind that is read.
    kind: Option<&'a str>,
}

impl<'a> List<'a> {
    fn of(screen: &Screen, node: &'a Node) -> Option<Self> {
        let of = node.get("kind")?.as_text()?.strip_suffix("List")?;
        let kind = (of == "Secret" || screen.group_of(of).is_some()).then_some(of);
        let items = node.get("items")?;
        // Other projects have kinds that end so and are no lists.
        let plain = kind.is_some() || of.is_empty() || matches!(items.value, Value::List(_));
        (plain && !is_secret(node)).then_some(Self {
            items,
            api_version: node.get("apiVersion"),
            kind,
        })
    }

    /// An item with the kind and the version of the list, as the API server leaves
    /// them out.
    fn complete(&self, item: &Node) -> Option<Node> {
        let kind = self.kind?;
        let Value::Map(entries) = &item.value else {
            return None;
        };
        if item.get("kind").is_some() {
            return None;
        }
        let entry = |name: &str, value| {
            let name = name.to_owned();
            (Key { at: item.at, name }, Node { at: item.at, value })
        };
        let mut entries = entries.clone();
        entries.push(entry("kind", Value::Text(kind.to_owned())));
        if let (None, Some(version)) = (item.get("apiVersion"), self.api_version) {
            entries.push(entry("apiVersion", version.value.clone()));
        }
        let value = Value::Map(entries);
        Some(Node { at: item.at, value })
    }
}
