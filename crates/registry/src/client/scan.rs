use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::task::JoinSet;

use super::Client;
use super::pages::TagPages;
use crate::repository::Repository;

/// What was found out about one of many repositories.
#[derive(Clone, Debug)]
pub struct Scanned<T> {
    /// The repository, as it was given.
    pub repository: Repository,
    /// What came of it.
    pub result: T,
}

/// The results of [`Client::scan`] and [`Client::scan_with`], each as soon as it is there: a [`Stream`], and
/// [`next`](Self::next) for those without one.
///
/// Dropping it ends what is still running.
pub struct Scan<T> {
    client: Client,
    work: Arc<Work<T>>,
    /// What was not begun yet, by registry.
    waiting: BTreeMap<String, VecDeque<Repository>>,
    /// How many are running at each registry.
    running: BTreeMap<String, usize>,
    tasks: JoinSet<Scanned<T>>,
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
        let mut waiting: BTreeMap<String, VecDeque<Repository>> = BTreeMap::new();
        for repository in repositories {
            let queue = waiting.entry(repository.registry().to_owned());
            queue.or_default().push_back(repository);
        }
        Self {
            client,
            work: Arc::new(move |pages| Box::pin(work(pages))),
            waiting,
            running: BTreeMap::new(),
            tasks: JoinSet::new(),
        }
    }

    /// The next result, of whichever repository is done first; none when all are.
    ///
    /// # Panics
    ///
    /// When the function that was given to [`Client::scan_with`] panicked.
    pub async fn next(&mut self) -> Option<Scanned<T>> {
        poll_fn(|context| self.poll_result(context)).await
    }

    fn poll_result(&mut self, context: &mut Context<'_>) -> Poll<Option<Scanned<T>>> {
        self.begin();
        let done = std::task::ready!(self.tasks.poll_join_next(context));
        Poll::Ready(done.map(|done| {
            let scanned = match done {
                Ok(scanned) => scanned,
                // Tasks are aborted when this is dropped, and then nobody asks.
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            };
            self.ended(scanned.repository.registry());
            // Others may begin before the caller asks again.
            self.begin();
            scanned
        }))
    }

    /// Begins what the bounds allow, in turns among the registries. One registry never has all places, so that a slow
    /// one does not keep the others waiting.
    fn begin(&mut self) {
        let shared = &self.client.0;
        let all = shared.concurrency;
        let each = shared.hosts.concurrency().min(all.div_ceil(2));
        while self.tasks.len() < all {
            let free = |registry: &str| self.running.get(registry).copied().unwrap_or(0);
            let next = self
                .waiting
                .keys()
                .filter(|registry| free(registry) < each)
                .min_by_key(|registry| free(registry));
            let Some(registry) = next.cloned() else {
                return;
            };
            self.spawn(&registry);
        }
    }

    fn spawn(&mut self, registry: &str) {
        let Some(queue) = self.waiting.get_mut(registry) else {
            return;
        };
        let next = queue.pop_front();
        if queue.is_empty() {
            self.waiting.remove(registry);
        }
        let Some(repository) = next else { return };
        *self.running.entry(registry.to_owned()).or_default() += 1;
        let result = (self.work)(self.client.tags(&repository));
        self.tasks.spawn(async move {
            Scanned {
                result: result.await,
                repository,
            }
        });
    }

    fn ended(&mut self, registry: &str) {
        if let Some(running) = self.running.get_mut(registry) {
            *running = running.saturating_sub(1);
        }
    }
}

impl<T: Send + 'static> Stream for Scan<T> {
    type Item = Scanned<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_result(context)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let waiting: usize = self.waiting.values().map(VecDeque::len).sum();
        let left = waiting + self.tasks.len();
        (left, Some(left))
    }
}

impl<T> fmt::Debug for Scan<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan")
            .field("waiting", &self.waiting)
            .field("running", &self.running)
            .finish_non_exhaustive()
    }
}
