use std::collections::HashMap;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::task::{Id, JoinError, JoinSet};
use tracing::instrument::WithSubscriber as _;

use super::Client;
use super::pages::TagPages;
use super::queue::Queue;
use crate::repository::Repository;

/// What was found out about one of many repositories.
#[derive(Clone, Debug)]
pub struct Scanned<T> {
    /// The repository, as it was given.
    pub repository: Repository,
    /// What came of it.
    pub result: T,
}

/// The results of [`Client::scan`] and [`Client::scan_with`], in the order in which they are done: a [`Stream`], and
/// [`next`](Self::next) where no crate for streams is at hand.
///
/// Nothing begins before the first result is asked for. Dropping it ends what is still running.
pub struct Scan<T> {
    client: Client,
    work: Arc<Work<T>>,
    queue: Queue,
    tasks: JoinSet<T>,
    running: HashMap<Id, Repository>,
    /// The first task without a result, kept until all others have theirs.
    broken: Option<JoinError>,
}

type Work<T> = dyn Fn(TagPages) -> Pin<Box<dyn Future<Output = T> + Send>> + Send + Sync;

impl<T: Send + 'static> Scan<T> {
    pub(crate) fn new<F, R>(
        client: Client,
        repositories: impl IntoIterator<Item = Repository>,
        work: F,
    ) -> Self
    where
        F: Fn(TagPages) -> R + Send + Sync + 'static,
        R: Future<Output = T> + Send + 'static,
    {
        let shared = &client.0;
        // One registry never has all places, so that a slow one does not keep the others waiting.
        let each = shared
            .hosts
            .concurrency()
            .min(shared.concurrency.div_ceil(2));
        Self {
            queue: Queue::new(repositories, each),
            client,
            work: Arc::new(move |pages| Box::pin(work(pages))),
            tasks: JoinSet::new(),
            running: HashMap::new(),
            broken: None,
        }
    }

    /// The next result, of the repository that is done first of those that are left; none after the last.
    ///
    /// # Panics
    ///
    /// When the function that was given to [`Client::scan_with`] panicked, or when the Tokio runtime has ended in which
    /// the scan began: after the results of all others.
    pub async fn next(&mut self) -> Option<Scanned<T>> {
        poll_fn(|context| self.poll_result(context)).await
    }

    fn poll_result(&mut self, context: &mut Context<'_>) -> Poll<Option<Scanned<T>>> {
        loop {
            self.begin();
            let done = ready!(self.tasks.poll_join_next_with_id(context));
            let Some(done) = done else {
                return Poll::Ready(self.end());
            };
            let id = done.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
            let Some(repository) = self.running.remove(&id) else {
                continue;
            };
            self.queue.ended(repository.registry());
            match done {
                Ok((_, result)) => {
                    // Others may begin before the caller asks again.
                    self.begin();
                    return Poll::Ready(Some(Scanned { repository, result }));
                }
                Err(error) => {
                    self.broken.get_or_insert(error);
                }
            }
        }
    }

    /// Begins what the bounds allow.
    fn begin(&mut self) {
        while self.tasks.len() < self.client.0.concurrency {
            let Some(repository) = self.queue.next() else {
                return;
            };
            let pages = self.client.tags(&repository);
            let work = Arc::clone(&self.work);
            let work = async move { work(pages).await };
            let task = self.tasks.spawn(work.with_current_subscriber());
            self.running.insert(task.id(), repository);
        }
    }

    /// Nothing more, or the panic that was kept. Tasks are not aborted before this is dropped, but by their runtime.
    fn end(&mut self) -> Option<Scanned<T>> {
        let broken = self.broken.take()?;
        assert!(
            broken.is_panic(),
            "the runtime ended before the scan did; ask for its results in the runtime where it began"
        );
        std::panic::resume_unwind(broken.into_panic())
    }
}

impl<T: Send + 'static> Stream for Scan<T> {
    type Item = Scanned<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_result(context)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let most = self.queue.len() + self.tasks.len();
        // Work that panics has no result.
        (0, Some(most))
    }
}

impl<T> fmt::Debug for Scan<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan")
            .field("waiting", &self.queue.len())
            .field("running", &self.tasks.len())
            .finish_non_exhaustive()
    }
}
