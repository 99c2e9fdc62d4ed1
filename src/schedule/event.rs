//! What a scheduler tells while it works.

use serde::Serialize;
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// Something that a [`Scheduler`](crate::Scheduler) did. Serde data: an object with the field `event`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// The tags of an image were listed.
    #[non_exhaustive]
    Scanned {
        /// The image.
        image: String,
        /// How many names the list has.
        tags: u64,
    },
    /// The tags of an image could not be listed.
    #[non_exhaustive]
    ScanFailed {
        /// The image.
        image: String,
        /// What was found and the way out, in one line.
        error: String,
    },
    /// A policy chose another tag or digest than before.
    #[non_exhaustive]
    Selected {
        /// The automation, with its namespace and scope.
        automation: String,
        /// The policy, as markers name it.
        policy: String,
        /// The image with its tag, and its digest where the policy has one.
        selected: String,
    },
    /// An automation pushed a commit, or replaced files of a directory.
    #[non_exhaustive]
    Applied {
        /// The automation.
        automation: String,
        /// The commit, where there is one.
        commit: Option<String>,
        /// How many values changed.
        edits: usize,
    },
    /// An automation had nothing to do.
    #[non_exhaustive]
    NothingToDo {
        /// The automation.
        automation: String,
    },
    /// An automation failed as a whole.
    #[non_exhaustive]
    RunFailed {
        /// The automation.
        automation: String,
        /// What was found and the way out, in one line.
        error: String,
    },
    /// The automations were read anew.
    #[non_exhaustive]
    Loaded {
        /// How many there are now.
        automations: usize,
    },
    /// The automations could not be read, or not all of them: those that are left out stay as they were.
    #[non_exhaustive]
    LoadFailed {
        /// What was found, in one line.
        error: String,
    },
    /// This reader was too slow, and events were dropped.
    #[non_exhaustive]
    Missed {
        /// How many.
        events: u64,
    },
}

/// The events from now on, by [`Scheduler::events`](crate::Scheduler::events).
///
/// A reader that is more than a thousand events behind loses the oldest, and is told by [`Event::Missed`]; nobody else
/// waits for it.
#[derive(Debug)]
pub struct Events(pub(super) Receiver<Event>);

/// Events that are kept for slow readers.
pub(super) const KEPT: usize = 1024;

impl Events {
    /// The next event; none when the scheduler has stopped.
    pub async fn next(&mut self) -> Option<Event> {
        match self.0.recv().await {
            Ok(event) => Some(event),
            Err(RecvError::Lagged(events)) => Some(Event::Missed { events }),
            Err(RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::broadcast::Sender;

    use super::*;

    #[tokio::test]
    async fn a_slow_reader_is_told_how_much_it_missed() {
        let sender = Sender::new(KEPT);
        let mut events = Events(sender.subscribe());
        for automations in 0..KEPT + 3 {
            sender.send(Event::Loaded { automations }).unwrap();
        }
        drop(sender);
        assert_eq!(events.next().await, Some(Event::Missed { events: 3 }));
        assert_eq!(events.next().await, Some(Event::Loaded { automations: 3 }));
        let mut left = 0;
        while events.next().await.is_some() {
            left += 1;
        }
        assert_eq!(left, KEPT - 1);
    }

    #[test]
    fn an_event_is_data() {
        let event = Event::Scanned {
            image: "ghcr.io/org/app".to_owned(),
            tags: 3,
        };
        assert_eq!(
            serde_json::to_string(&event).unwrap(),
            r#"{"event":"scanned","image":"ghcr.io/org/app","tags":3}"#
        );
    }
}
