use std::collections::BTreeSet;

use super::Objection;

/// Tags that are never written: known to be broken.
///
/// To select the next best tag instead, leave them out with
/// [`PolicyBuilder::exclude`](crate::PolicyBuilder::exclude), or go through
/// [`Policy::rank`](crate::Policy::rank).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkipList {
    tags: BTreeSet<String>,
}

impl SkipList {
    /// A list of whole tags, compared byte for byte.
    pub fn new<T: Into<String>>(tags: impl IntoIterator<Item = T>) -> Self {
        SkipList {
            tags: tags.into_iter().map(Into::into).collect(),
        }
    }

    /// Objects to a tag of the list.
    pub fn check(&self, tag: &str) -> Result<(), Objection> {
        if !self.tags.contains(tag) {
            return Ok(());
        }
        Err(Objection::Skipped {
            tag: tag.to_owned(),
        })
    }
}
