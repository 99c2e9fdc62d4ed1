//! A directory as a target: read in parallel, and its files replaced one and all, or none.

mod apply;
mod draft;
mod fingerprint;
mod replace;
mod root;
mod temporary;
mod walk;

pub(crate) use apply::{apply, finish};
pub(crate) use draft::{draft, walk_failed};
pub(crate) use fingerprint::Fingerprint;
pub(crate) use replace::{Replacement, replace};
pub(crate) use root::Root;
pub(crate) use temporary::prefix as temporary_prefix;
pub(crate) use walk::Walk;
