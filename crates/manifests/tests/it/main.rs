//! The crate's tests, one binary.

mod alphas;
mod autotraits;
mod cases;
mod checks;
mod config;
mod durations;
mod fleet;
mod flux;
mod hostile;
mod laws;
mod print;
mod round_trip;
mod round_trip_fleet;
mod schema;
mod secrets;
mod selectors;
mod strategies;
mod streams;
mod suspend;
#[cfg(feature = "serde")]
mod values;
