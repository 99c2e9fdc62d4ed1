//! What Flux's and Fleet's objects have in common.

use std::collections::{BTreeSet, HashSet};

use tagwright_manifests::Metadata;

/// Why an object cannot be honoured, in one line.
pub(crate) type Refusal = String;

/// The namespace of an object that gives none, as `kubectl` has it.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

/// `kind namespace/name (file:line)`.
pub(crate) fn subject(kind: &str, meta: &Metadata) -> String {
    let namespace = meta.namespace.as_deref().unwrap_or_default();
    let slash = if namespace.is_empty() { "" } else { "/" };
    format!("{kind} {namespace}{slash}{} ({})", meta.name, place(meta))
}

/// `file:line`.
pub(crate) fn place(meta: &Metadata) -> String {
    format!("{}:{}", meta.location.file, meta.location.line)
}

/// Whether an object stands in a namespace; one that gives none stands in every one.
pub(crate) fn is_in(meta: &Metadata, namespace: &str) -> bool {
    meta.namespace.as_deref().is_none_or(|own| own == namespace)
}

/// Whether an object is the one that is named, seen from a namespace.
pub(crate) fn is_named(meta: &Metadata, namespace: &str, name: &str) -> bool {
    meta.name == name && is_in(meta, namespace)
}

/// The one object of a name, seen from a namespace. One that gives its namespace goes before one that gives none.
///
/// # Errors
///
/// When there is none, and when there are several: which of them a cluster has depends on the order in which they were
/// applied.
pub(crate) fn find<'o, T>(
    objects: &'o [T],
    meta: impl Fn(&T) -> &Metadata,
    kind: &str,
    namespace: &str,
    name: &str,
) -> Result<&'o T, Refusal> {
    let is_exact = |object: &&T| meta(object).namespace.is_some();
    let named = objects
        .iter()
        .filter(|object| is_named(meta(object), namespace, name));
    let (exact, open): (Vec<&T>, Vec<&T>) = named.partition(is_exact);
    let found = if exact.is_empty() { open } else { exact };
    match found[..] {
        [one] => Ok(one),
        [] => Err(format!(
            "there is no {kind} {namespace}/{name} among the objects"
        )),
        [first, second, ..] => {
            let (first, second) = (place(meta(first)), place(meta(second)));
            Err(format!(
                "there are several {kind} {namespace}/{name}, in {first} and {second}; leave one of them"
            ))
        }
    }
}

/// Those of a name that another of them has too, by name: nobody can tell which of them is meant.
pub(crate) fn twins<'o, T>(
    objects: &[&'o T],
    name: impl Fn(&'o T) -> &'o str,
) -> BTreeSet<&'o str> {
    let mut seen = HashSet::new();
    let names = objects.iter().map(|object| name(object));
    names.filter(|name| !seen.insert(*name)).collect()
}
