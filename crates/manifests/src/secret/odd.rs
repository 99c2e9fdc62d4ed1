//! Secrets whose outer form is wrong. No message holds a text of the file: what is
//! no field may be a value that was indented wrongly.

use crate::Severity;
use crate::fields::Fields;
use crate::nearest::nearest;
use crate::yaml::{Node, Value};

/// Warns of a version that is not that of Secrets; they are read all the same.
pub(super) fn check_version(object: &mut Fields<'_>) {
    let version = object.get("apiVersion");
    let text = version.and_then(Node::as_text);
    let message = match text {
        Some("v1") => return,
        Some(_) => "not the version of Secrets; write v1",
        None => "missing; write v1",
    };
    let at = version.map_or(object.at(), |version| version.at);
    object.add(Severity::Warning, at, "apiVersion", message.to_owned());
}

/// Fields that hold values.
const MAPS: &[&str] = &["data", "stringData"];
const OTHERS: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "type",
    "immutable",
    "sops",
    "status",
];

/// Warns of fields that are nearly called as those that hold values.
pub(super) fn check_names(object: &Fields<'_>, node: &Node) {
    let Value::Map(entries) = &node.value else {
        return;
    };
    for (key, _) in entries {
        let name = key.name.as_str();
        if MAPS.contains(&name) || OTHERS.contains(&name) {
            continue;
        }
        if let Some(meant) = nearest(name, MAPS) {
            let message = format!("unknown field, not used; did you mean {meant}?");
            object.add(Severity::Warning, key.at, "", message);
        }
    }
}

/// Whether a text looks like a value that SOPS encrypted.
pub(crate) fn is_of_sops(text: &str) -> bool {
    text.starts_with("ENC[AES256_GCM,")
}

/// Reports values that SOPS encrypted, in a Secret without its field `sops`;
/// answers whether there are any.
pub(super) fn is_stripped(object: &Fields<'_>, node: &Node) -> bool {
    let maps = MAPS.iter().filter_map(|map| match &node.get(map)?.value {
        Value::Map(entries) => Some((*map, entries)),
        _ => None,
    });
    let found = maps.flat_map(|(map, entries)| entries.iter().map(move |(_, value)| (map, value)));
    let encrypted = |value: &Node| value.as_text().is_some_and(is_of_sops);
    let Some((map, value)) = found.into_iter().find(|(_, value)| encrypted(value)) else {
        return false;
    };
    let message = "encrypted with SOPS, but without the field sops nobody can decrypt it; \
                   take the file as SOPS wrote it";
    object.add(Severity::Error, value.at, map, message.to_owned());
    true
}
