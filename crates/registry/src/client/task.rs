use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::task::{JoinError, JoinHandle};
use tracing::Instrument as _;
use tracing::instrument::WithSubscriber as _;

use crate::error::{Error, Kind, RequestKind};
use crate::reference::Reference;

/// Work that a task of its own does, ended with this.
///
/// A request holds a place of its host's, and perhaps the lock on a token that others wait for: it goes on, and runs
/// into its timeouts, when nobody polls the future that began it.
pub(crate) struct Task<T>(JoinHandle<T>);

impl<T: Send + 'static> Task<T> {
    /// Begins, and tells of it within `span`.
    pub(crate) fn begin(
        span: tracing::Span,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Self {
        Self(tokio::spawn(
            work.instrument(span).with_current_subscriber(),
        ))
    }
}

impl<T: Send + 'static> Task<Result<T, Error>> {
    /// What comes of the work; that it was interrupted is said of a request for `reference`.
    pub(crate) async fn of(self, request: RequestKind, reference: &Reference) -> Result<T, Error> {
        self.await.unwrap_or_else(|error| {
            Err(error.of(request, reference.as_repository(), &reference.name()))
        })
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0)
            .poll(context)
            .map(|done| done.map_err(interrupted))
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A panic of the caller's keychain goes on where the answer is asked for.
fn interrupted(error: JoinError) -> Error {
    match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => Error::new(
            Kind::Unreachable,
            "the runtime ended before the answer was there",
            "ask and wait in the same runtime",
        ),
    }
}
