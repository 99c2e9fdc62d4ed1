//! Keeping automations running.

mod board;
mod builder;
mod driver;
mod event;
mod handle;
mod member;
mod source;
mod status;
mod timetable;
mod work;

pub use builder::SchedulerBuilder;
pub use event::{Event, Events};
pub use handle::{Scheduler, Watching};
pub use source::{AutomationSource, SourceFuture, SourceLoad};
pub use status::{AutomationStatus, ImageStatus, PolicyStatus, Status, Turns};
