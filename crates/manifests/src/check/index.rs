//! Objects by namespace and name.

use std::collections::HashMap;

/// A namespace that is not written may be any: the tool that applies the file
/// fills it in.
pub(super) struct Index<'a, T> {
    exact: HashMap<(Option<&'a str>, &'a str), &'a T>,
    by_name: HashMap<&'a str, &'a T>,
}

impl<'a, T> Index<'a, T> {
    pub(super) fn new() -> Self {
        Self {
            exact: HashMap::new(),
            by_name: HashMap::new(),
        }
    }

    /// Adds an object, or answers the one that has its name already.
    pub(super) fn add(
        &mut self,
        namespace: Option<&'a str>,
        name: &'a str,
        object: &'a T,
    ) -> Option<&'a T> {
        self.by_name.entry(name).or_insert(object);
        let first = self.exact.get(&(namespace, name)).copied();
        if first.is_none() {
            self.exact.insert((namespace, name), object);
        }
        first
    }

    pub(super) fn find(&self, namespace: Option<&str>, name: &str) -> Option<&'a T> {
        let found = match namespace {
            Some(_) => {
                let exact = |namespace| self.exact.get(&(namespace, name));
                exact(namespace).or_else(|| exact(None))
            }
            None => self.by_name.get(name),
        };
        found.copied()
    }
}
