use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::exchange::Shared;
use super::listing::Listing;
use super::page::Page;
use super::task::Task;
use crate::error::{Error, RequestKind};
use crate::repository::Repository;
use futures_core::Stream;

/// The pages of a tag list: a [`Stream`], and [`next_page`](Self::next_page) for those without one.
///
/// A page that was asked for is fetched by a task of its own, whether this is polled or not: one that is kept for later
/// holds up nobody else's requests. After an error there is nothing more. Dropping it ends the listing.
pub struct TagPages {
    repository: Repository,
    state: State,
}

enum State {
    /// Not yet asked, or between two pages; the error is of a name that cannot be asked for.
    Ready(Box<Result<Listing, Error>>),
    Turning(Task<(Box<Result<Listing, Error>>, Outcome)>),
    Done,
}

type Outcome = Result<Option<Page>, Error>;

impl TagPages {
    pub(crate) fn new(shared: Arc<Shared>, repository: Repository) -> Self {
        let listing = Listing::new(shared, repository.clone());
        Self {
            repository,
            state: State::Ready(Box::new(listing)),
        }
    }

    /// The next page, or none after the last. When its future is dropped, the next call goes on with
    /// the same page.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) for a repository that does not exist,
    /// [`Unauthorized`](crate::ErrorKind::Unauthorized) and [`Forbidden`](crate::ErrorKind::Forbidden) for
    /// credentials that do not do, [`Unreachable`](crate::ErrorKind::Unreachable) and
    /// [`Timeout`](crate::ErrorKind::Timeout), [`RateLimited`](crate::ErrorKind::RateLimited) when the
    /// registry wants more patience than the [`Limits`](crate::Limits) have,
    /// [`LimitExceeded`](crate::ErrorKind::LimitExceeded) for a list or a page that is larger than they
    /// allow, [`InvalidResponse`](crate::ErrorKind::InvalidResponse) for an answer that is no tag list, a
    /// `Link` to another origin or to a page that was read before.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime, and when the client's keychain panics.
    pub async fn next_page(&mut self) -> Result<Option<Page>, Error> {
        poll_fn(|context| self.poll_page(context)).await
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Outcome> {
        if matches!(self.state, State::Ready(_)) {
            self.start();
        }
        let State::Turning(turn) = &mut self.state else {
            return Poll::Ready(Ok(None));
        };
        let turned = ready!(Pin::new(turn).poll(context));
        self.state = State::Done;
        let (listing, outcome) = turned.map_err(|error| self.blame(error))?;
        if matches!(outcome, Ok(Some(_))) {
            self.state = State::Ready(listing);
        }
        Poll::Ready(outcome)
    }

    fn blame(&self, error: Error) -> Error {
        let name = self.repository.to_string();
        error.of(RequestKind::Tags, &self.repository, &name)
    }

    fn start(&mut self) {
        // It panics where there is no runtime, with nothing lost.
        let _runtime = tokio::runtime::Handle::current();
        if let State::Ready(listing) = std::mem::replace(&mut self.state, State::Done) {
            let span = tracing::debug_span!("list_tags", repository = %self.repository);
            self.state = State::Turning(Task::begin(span, turn(listing)));
        }
    }
}

async fn turn(mut listing: Box<Result<Listing, Error>>) -> (Box<Result<Listing, Error>>, Outcome) {
    let outcome = match listing.as_mut() {
        Ok(listing) => listing.turn().await,
        Err(error) => Err(error.clone()),
    };
    (listing, outcome)
}

impl Stream for TagPages {
    type Item = Result<Page, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_page(context).map(Result::transpose)
    }
}

impl fmt::Debug for TagPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TagPages")
            .field("repository", &self.repository)
            .finish_non_exhaustive()
    }
}
