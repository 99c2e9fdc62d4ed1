//! Whether an image repository may be referred to from another namespace.

use std::collections::BTreeMap;

use crate::flux::AccessFrom;

/// The label that Kubernetes gives every namespace; others are not known here.
const NAME: &str = "kubernetes.io/metadata.name";

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Access {
    Granted,
    Refused,
    /// It depends on labels that only the cluster knows.
    Open,
}

pub(super) fn access(from: Option<&AccessFrom>, namespace: &str) -> Access {
    let selectors = from.map_or(&[][..], |from| &from.namespace_selectors);
    let (mut open, mut granted) = (false, false);
    for labels in selectors {
        match selects(labels, namespace) {
            Access::Granted => granted = true,
            Access::Open => open = true,
            Access::Refused => {}
        }
    }
    match (granted, open) {
        (true, _) => Access::Granted,
        (false, true) => Access::Open,
        (false, false) => Access::Refused,
    }
}

fn selects(labels: &BTreeMap<String, String>, namespace: &str) -> Access {
    match labels.get(NAME) {
        Some(name) if name != namespace => Access::Refused,
        Some(_) if labels.len() == 1 => Access::Granted,
        None if labels.is_empty() => Access::Granted,
        _ => Access::Open,
    }
}
