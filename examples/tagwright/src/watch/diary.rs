//! What happened lately.

use std::collections::VecDeque;
use std::time::SystemTime;

use tagwright::Event;

/// More than fits on a screen.
const KEPT: usize = 50;

/// The last events that an owner wants to know of, the newest first.
#[derive(Debug, Default)]
pub(crate) struct Diary(VecDeque<(SystemTime, Event)>);

impl Diary {
    pub(crate) fn add(&mut self, event: Event) {
        if is_notable(&event) {
            self.0.truncate(KEPT - 1);
            self.0.push_front((SystemTime::now(), event));
        }
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &(SystemTime, Event)> {
        self.0.iter()
    }
}

fn is_notable(event: &Event) -> bool {
    !matches!(
        event,
        Event::Scanned { .. } | Event::NothingToDo { .. } | Event::Loaded { .. }
    )
}
