//! What Flux's and Fleet's objects have in common.

use std::collections::{HashMap, HashSet};

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

/// Objects of one kind by their names.
pub(crate) struct Named<'o, T> {
    kind: &'static str,
    meta: fn(&T) -> &Metadata,
    objects: HashMap<&'o str, Vec<&'o T>>,
}

impl<'o, T> Named<'o, T> {
    pub(crate) fn new(kind: &'static str, meta: fn(&T) -> &Metadata, all: &'o [T]) -> Self {
        let mut objects: HashMap<&str, Vec<&T>> = HashMap::new();
        for object in all {
            objects.entry(&meta(object).name).or_default().push(object);
        }
        Self {
            kind,
            meta,
            objects,
        }
    }

    /// The one of a name, seen from a namespace. One that gives its namespace goes before one that gives none.
    ///
    /// # Errors
    ///
    /// When there is none, and when there are several: which of them a cluster has depends on the order in which they
    /// were applied.
    pub(crate) fn find(&self, namespace: &str, name: &str) -> Result<&'o T, Refusal> {
        let kind = self.kind;
        let exact = self.two(namespace, name, true);
        let found = if exact.is_empty() {
            self.two(namespace, name, false)
        } else {
            exact
        };
        match found[..] {
            [one] => Ok(one),
            [] => Err(format!(
                "there is no {kind} {namespace}/{name} among the objects"
            )),
            [first, second, ..] => {
                let [first, second] = [first, second].map(|one| place((self.meta)(one)));
                Err(format!(
                    "there are several {kind} {namespace}/{name}, in {first} and {second}; leave one of them"
                ))
            }
        }
    }

    /// Two at the most of those that give their namespace, or of those that do not.
    fn two(&self, namespace: &str, name: &str, exact: bool) -> Vec<&'o T> {
        let named = self.objects.get(name).into_iter().flatten().copied();
        let is_wanted = |object: &&T| {
            let meta = (self.meta)(object);
            meta.namespace.is_some() == exact && is_in(meta, namespace)
        };
        named.filter(is_wanted).take(2).collect()
    }
}

/// The names that more than one has: nobody can tell which of them is meant.
pub(crate) fn twins<'o>(names: impl IntoIterator<Item = &'o str>) -> HashSet<&'o str> {
    let mut seen = HashSet::new();
    let mut twins = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            twins.insert(name);
        }
    }
    twins
}
