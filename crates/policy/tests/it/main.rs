//! The integration tests of `tagwright-policy`, one binary.

mod api;
mod errors;
mod golden;
mod laws;
mod paths;
mod selecting;
