//! What is wrong between objects that are each good by themselves.

mod access;
mod fleet;
mod floating;
mod flux;
mod found;
mod index;
mod marker;
mod path;
mod secrets;

pub use marker::Marker;

use found::Found;
use index::Index;
