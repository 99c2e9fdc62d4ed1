//! The integration tests of `tagwright-policy`, one binary.

mod age;
mod api;
mod bad_input;
mod calver;
mod errors;
mod golden;
mod guards;
mod laws;
mod newest;
mod paths;
mod selecting;
mod survivors;
