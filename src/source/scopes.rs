//! Which files are whose.

use tagwright_policy::Dialect;

use crate::automation::invalid;
use crate::error::Error;
use crate::path::{Folders, clean, contains};

/// Names and the folders, or files, that they stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Scopes {
    named: Vec<Scope>,
    /// What is read where there are no names; everything where it is empty.
    below: String,
}

#[derive(Clone, Debug)]
struct Scope {
    name: String,
    path: String,
}

impl Scopes {
    pub(super) fn add(&mut self, name: &str, path: &str) -> Result<(), Error> {
        if name.is_empty() {
            return Err(invalid(format!(
                "the scope of '{path}' has no name; give it one"
            )));
        }
        // Unlike an update's path in Flux's dialect, one that leads outside is no scope.
        let folder = clean(path, Dialect::Fleet)?;
        for known in &self.named {
            if known.name == name {
                return Err(invalid(format!(
                    "two scopes are named '{name}'; names are unique"
                )));
            }
            if known.path == folder {
                let other = &known.name;
                return Err(invalid(format!(
                    "the scopes '{other}' and '{name}' are both of '{path}'; give each a folder of its own"
                )));
            }
        }
        let name = name.to_owned();
        self.named.push(Scope { name, path: folder });
        Ok(())
    }

    pub(super) fn keep_below(&mut self, path: &str) -> Result<(), Error> {
        self.below = clean(path, Dialect::Fleet)?;
        Ok(())
    }

    /// The names, in the order in which they were given; an empty one where there is none.
    pub(super) fn names(&self) -> Vec<&str> {
        match &self.named[..] {
            [] => vec![""],
            scopes => scopes.iter().map(|scope| &*scope.name).collect(),
        }
    }

    /// The scope of a file: of several folders that hold it, that of the innermost.
    pub(super) fn of(&self, file: &str) -> Option<usize> {
        if self.named.is_empty() {
            return contains(&self.below, file).then_some(0);
        }
        let scopes = self.named.iter().enumerate();
        let holds = scopes.filter(|(_, scope)| contains(&scope.path, file));
        let inner = holds.max_by_key(|(_, scope)| scope.path.len());
        inner.map(|(index, _)| index)
    }

    /// The folder of a scope, where it has one.
    pub(super) fn path(&self, scope: usize) -> &str {
        self.named.get(scope).map_or("", |scope| &scope.path)
    }

    pub(super) fn folders(&self) -> Result<Folders, Error> {
        let mut paths: Vec<String> = self.named.iter().map(|scope| scope.path.clone()).collect();
        if paths.is_empty() && !self.below.is_empty() {
            paths.push(self.below.clone());
        }
        Folders::new(&paths, Dialect::Fleet)
    }
}
