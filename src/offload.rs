//! Blocking work under an async face.

use std::time::Duration;

use tagwright_gitwrite::{CancelFlag, Control};

use crate::error::{Error, ErrorKind};

/// Runs blocking work on a thread of its own. When the caller's future is dropped the work is told to stop, and
/// leaves no process behind.
pub(crate) async fn offload<T: Send + 'static>(
    timeout: Duration,
    work: impl FnOnce(&Control) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let flag = CancelFlag::new();
    let control = Control::new()
        .deadline_in(timeout)
        .cancel_with(flag.clone());
    let _stop = CancelOnDrop(flag);
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(|| work(&control)))
        .await
        .map_err(|error| {
            Error::new(
                ErrorKind::Cancelled,
                format!("the work did not end: {error}"),
            )
        })?
}

/// Nobody waits for the answer any more.
pub(crate) fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "the work was cancelled")
}

struct CancelOnDrop(CancelFlag);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
