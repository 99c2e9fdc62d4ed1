//! What a scheduler tells while it works.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
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
    /// The store of what was seen did not answer. What it keeps is taken to be unknown.
    #[non_exhaustive]
    StateFailed {
        /// What was found and the way out, in one line.
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
///
/// It is a [`Stream`] as well. No event is lost when a future of [`next`](Self::next) is dropped.
pub struct Events(Receiving);

/// The receiver comes back with what it received.
type Receiving =
    Pin<Box<dyn Future<Output = (Result<Event, RecvError>, Receiver<Event>)> + Send + Sync>>;

/// Events that are kept for slow readers.
pub(super) const KEPT: usize = 1024;

impl Events {
    pub(super) fn new(receiver: Receiver<Event>) -> Self {
        Self(Box::pin(receive(receiver)))
    }

    /// The next event; none when the scheduler has stopped.
    pub async fn next(&mut self) -> Option<Event> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

async fn receive(mut receiver: Receiver<Event>) -> (Result<Event, RecvError>, Receiver<Event>) {
    (receiver.recv().await, receiver)
}

/// Ends when the scheduler has stopped.
impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let (received, receiver) = ready!(self.0.as_mut().poll(context));
        self.0 = Box::pin(receive(receiver));
        Poll::Ready(match received {
            Ok(event) => Some(event),
            Err(RecvError::Lagged(events)) => Some(Event::Missed { events }),
            Err(RecvError::Closed) => None,
        })
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::broadcast::Sender;

    use super::*;

    #[tokio::test]
    async fn a_slow_reader_is_told_how_much_it_missed() {
        let sender = Sender::new(KEPT);
        let mut events = Events::new(sender.subscribe());
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

    #[tokio::test]
    async fn a_dropped_future_loses_no_event() {
        let sender = Sender::new(KEPT);
        let mut events = Events::new(sender.subscribe());
        let is_pending = poll_fn(|context| {
            let mut next = std::pin::pin!(events.next());
            Poll::Ready(next.as_mut().poll(context).is_pending())
        });
        assert!(is_pending.await);
        for automations in 0..2 {
            sender.send(Event::Loaded { automations }).unwrap();
        }
        drop(sender);
        let mut seen = Vec::new();
        while let Some(event) = poll_fn(|context| Pin::new(&mut events).poll_next(context)).await {
            seen.push(event);
        }
        assert_eq!(
            seen,
            [0, 1].map(|automations| Event::Loaded { automations })
        );
        assert_eq!(events.next().await, None, "it has ended for good");
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
