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
pub(crate) use root::Root;
pub(crate) use walk::Walk;
