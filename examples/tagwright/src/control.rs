//! How `status`, `reconcile`, `suspend` and `resume` reach a running `watch`: a Unix socket that its user alone may use.

mod client;
mod names;
mod place;
mod wire;

pub(crate) use client::ask;
pub(crate) use names::nearest;
pub(crate) use place::{ControlArgs, default_place};
pub(crate) use wire::{Answer, LONGEST, MANIFESTS, Request, Step, Thing};
