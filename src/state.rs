//! What was seen and done before, kept between runs.

mod error;
#[cfg(feature = "state")]
mod file;
mod fingerprint;
mod memory;
mod past;
mod record;
mod shelf;
mod store;
mod tally;
mod unchanged;

pub use error::{StateError, StateErrorKind};
#[cfg(feature = "state")]
pub use file::FileState;
pub use memory::MemoryState;
pub use store::{StateFuture, StateStore};

pub(crate) use past::Past;
#[cfg(feature = "scheduler")]
pub(crate) use past::{Known, KnownChoice, image, keep_image, known};
#[cfg(feature = "scheduler")]
pub(crate) use record::ImageRecord;
pub(crate) use shelf::Shelf;
pub(crate) use tally::Tally;
pub(crate) use unchanged::report as unchanged_report;
