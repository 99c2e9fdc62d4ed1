use std::time::Duration;

use super::answer::Answer;

/// What the registry does instead of answering as it should. See [`Registry::fault`](super::Registry::fault).
///
/// [`Status`](Fault::Status) and [`Cut`](Fault::Cut) hit a request whatever it asks for, the others only one that
/// would have succeeded: the `401` that comes before a token is let through.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// This status with these headers, and an error body. Made by [`Fault::status`].
    Status {
        /// The status code.
        code: u16,
        /// Names and values.
        headers: Vec<(String, String)>,
    },
    /// The connection is closed without an answer.
    Cut,
    /// Half of the true body, and then the connection is closed.
    Truncated,
    /// The true body again and again, without end.
    Endless,
    /// The true answer, a byte at a time with this pause before each.
    Slow(Duration),
    /// The true answer with this value of `Link` instead of its own.
    Link(String),
    /// The true answer with another `Content-Type`.
    ContentType(String),
    /// The true headers with this body: malformed JSON, `"tags": null`, tags that are none.
    Body(String),
}

impl Fault {
    /// An answer with this status, to which [`header`](Self::header) adds.
    pub fn status(code: u16) -> Self {
        Self::Status {
            code,
            headers: Vec::new(),
        }
    }

    /// Adds a header to a [`Status`](Self::Status).
    ///
    /// # Panics
    ///
    /// When the fault is another.
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let Self::Status { headers, .. } = &mut self else {
            panic!("{self:?} takes no header");
        };
        headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn needs_success(&self) -> bool {
        !matches!(self, Self::Status { .. } | Self::Cut)
    }
}

/// The faults that wait for their requests, oldest first.
#[derive(Default)]
pub(super) struct Faults(Vec<Waiting>);

struct Waiting {
    path: String,
    times: usize,
    fault: Fault,
}

impl Faults {
    pub(super) fn add(&mut self, path: &str, times: usize, fault: Fault) {
        self.0.push(Waiting {
            path: path.to_owned(),
            times,
            fault,
        });
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault that this request meets, counted down.
    pub(super) fn take(&mut self, target: &str, answer: &Answer) -> Option<Fault> {
        let hit = |waiting: &Waiting| {
            target.contains(&waiting.path)
                && (answer.is_success() || !waiting.fault.needs_success())
        };
        let at = self.0.iter().position(hit)?;
        let waiting = &mut self.0[at];
        waiting.times -= 1;
        let fault = waiting.fault.clone();
        self.0.retain(|waiting| waiting.times > 0);
        Some(fault)
    }
}
