//! Bare Git repositories in temporary folders, driven by the `git` program.

mod program;
mod repository;

pub use repository::BareRepository;
