//! A scalar that changes.

use serde::{Deserialize, Serialize};

use super::Object;

/// One scalar that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) object: Object,
    pub(crate) field: String,
    pub(crate) setter: String,
    pub(crate) policy: String,
    pub(crate) old: String,
    pub(crate) new: String,
}

impl Edit {
    /// The file's path in the repository.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line of the scalar, counted from 1, in the text before the edit.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column of the scalar in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The object that the scalar stands in.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The scalar's place in its object, such as `spec.containers[0].image`.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The setter, as the marker gives it.
    pub fn setter(&self) -> &str {
        &self.setter
    }

    /// The policy that the setter names.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// The value before.
    pub fn old(&self) -> &str {
        &self.old
    }

    /// The value after.
    pub fn new_value(&self) -> &str {
        &self.new
    }
}
