mod answer;
pub(crate) mod body;
mod builder;
mod cache;
mod challenge;
mod content;
mod digests;
mod endpoint;
mod exchange;
mod failure;
mod hosts;
mod images;
mod limits;
mod link;
mod listing;
mod page;
mod pages;
mod parameter;
mod places;
mod proxy;
mod queue;
mod rate_limit;
mod referrers;
mod retry;
mod scan;
mod session;
mod task;
pub(crate) mod tls;
mod token;
mod trail;
mod usage;
mod visit;

use std::fmt;
use std::sync::Arc;

pub use builder::ClientBuilder;
pub use limits::Limits;
pub use page::Page;
pub use pages::TagPages;
pub use rate_limit::RateLimit;
pub use scan::{Scan, Scanned};
pub use usage::Usage;

use crate::digest::Digest;
use crate::error::Error;
use crate::reference::Reference;
use crate::repository::Repository;
use exchange::Shared;

/// Asks registries. Cheap to clone: the clones share connections, tokens and the bounds on concurrency.
///
/// Its futures run inside a Tokio runtime, and panic outside of one, and where the keychain panics. What was begun is
/// done by a task of its own and goes on when nobody polls, so that a future that is kept for later holds up nobody
/// else's requests; dropping it ends the request.
///
/// ```no_run
/// use tagwright_registry::{Client, Repository};
///
/// # async fn f() -> Result<(), tagwright_registry::Error> {
/// let client = Client::builder().build()?;
/// let podinfo: Repository = "ghcr.io/stefanprodan/podinfo".parse()?;
/// for tag in client.list_tags(&podinfo).await? {
///     println!("{tag}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Shared>);

impl Client {
    /// A builder with the defaults: anonymous, HTTPS only, the system's root certificates.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Whether both are one client: clones of each other, which share credentials, tokens and connections.
    pub fn is_same(&self, other: &Client) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The tags of a repository, page by page, in the registry's order and with its repetitions.
    ///
    /// Nothing is asked before the first page is.
    pub fn tags(&self, repository: &Repository) -> TagPages {
        TagPages::new(Arc::clone(&self.0), repository.clone())
    }

    /// All tags of a repository, in the registry's order and with its repetitions.
    ///
    /// # Errors
    ///
    /// As for [`TagPages::next_page`]. A listing that breaks half way is an error, never a shorter list.
    ///
    /// # Panics
    ///
    /// As for [`TagPages::next_page`].
    pub async fn list_tags(&self, repository: &Repository) -> Result<Vec<String>, Error> {
        collect(self.tags(repository)).await
    }

    /// All tags of each of many repositories, each result as soon as it is there and on its own.
    ///
    /// [`concurrency`](ClientBuilder::concurrency) of them are listed at a time, and of one registry at most
    /// [`concurrency_per_host`](ClientBuilder::concurrency_per_host) and never more than half of all, rounded up, so
    /// that a registry that is slow or fails holds up no other. A repository that is given twice is listed twice.
    ///
    /// ```no_run
    /// use tagwright_registry::{Client, Repository};
    ///
    /// # async fn f(repositories: Vec<Repository>) -> Result<(), tagwright_registry::Error> {
    /// let client = Client::builder().build()?;
    /// let mut scan = client.scan(repositories);
    /// while let Some(scanned) = scan.next().await {
    ///     match scanned.result {
    ///         Ok(tags) => println!("{} has {} tags", scanned.repository, tags.len()),
    ///         Err(error) => eprintln!("{error}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Its results are asked for inside a Tokio runtime, or it panics.
    pub fn scan(
        &self,
        repositories: impl IntoIterator<Item = Repository>,
    ) -> Scan<Result<Vec<String>, Error>> {
        self.scan_with(repositories, collect)
    }

    /// The same with a use for the pages of your own, which runs in a task for each repository: no list is kept.
    ///
    /// ```no_run
    /// # use tagwright_registry::{Client, Repository};
    /// # async fn f(client: Client, repositories: Vec<Repository>) {
    /// let mut scan = client.scan_with(repositories, async |mut pages| {
    ///     let mut newest = None;
    ///     while let Some(page) = pages.next_page().await? {
    ///         newest = page.tags().map(str::to_owned).chain(newest).max();
    ///     }
    ///     Ok::<_, tagwright_registry::Error>(newest)
    /// });
    /// # while scan.next().await.is_some() {}
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// As for [`scan`](Self::scan).
    pub fn scan_with<T, F, R>(
        &self,
        repositories: impl IntoIterator<Item = Repository>,
        work: F,
    ) -> Scan<T>
    where
        F: Fn(TagPages) -> R + Send + Sync + 'static,
        R: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        Scan::new(self.clone(), repositories, work)
    }

    /// What all clones of this client asked for since this was last called, for one reader, who adds it up.
    pub fn take_usage(&self) -> Usage {
        self.0.counters.take()
    }

    /// The digest of what a reference names; of the index where it names an index.
    ///
    /// The registry is asked for the headers only (HEAD, `Docker-Content-Digest`). One that does not
    /// give the digest so is asked for the manifest, and the digest is computed.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) for a tag that does not exist,
    /// [`InvalidResponse`](crate::ErrorKind::InvalidResponse) when the answer's digest is not the one that
    /// was asked for or does not fit its content, and the errors of every request, as for
    /// [`TagPages::next_page`].
    ///
    /// # Panics
    ///
    /// As for [`TagPages::next_page`], and so do all that ask for manifests and what they lead to.
    pub async fn digest(&self, reference: &Reference) -> Result<Digest, Error> {
        digests::digest(&self.0, reference).await
    }
}

async fn collect(mut pages: TagPages) -> Result<Vec<String>, Error> {
    let mut tags = Vec::new();
    while let Some(page) = pages.next_page().await? {
        tags.extend(page);
    }
    Ok(tags)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("keychain", &self.0.keychain)
            .finish_non_exhaustive()
    }
}
