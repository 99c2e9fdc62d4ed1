mod answer;
mod body;
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
mod referrers;
mod retry;
mod session;
mod tls;
mod token;
mod visit;

use std::fmt;
use std::sync::Arc;

pub use builder::ClientBuilder;
pub use limits::Limits;
pub use page::Page;
pub use pages::TagPages;

use crate::digest::Digest;
use crate::error::Error;
use crate::reference::Reference;
use crate::repository::Repository;
use exchange::Shared;

/// Asks registries. Cheap to clone: the clones share connections, tokens and the bounds on concurrency.
///
/// Its futures run inside a Tokio runtime.
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
    pub async fn list_tags(&self, repository: &Repository) -> Result<Vec<String>, Error> {
        let mut pages = self.tags(repository);
        let mut tags = Vec::new();
        while let Some(page) = pages.next_page().await? {
            tags.extend(page);
        }
        Ok(tags)
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
    pub async fn digest(&self, reference: &Reference) -> Result<Digest, Error> {
        digests::digest(&self.0, reference).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("keychain", &self.0.keychain)
            .finish_non_exhaustive()
    }
}
