//! Where Secrets come from.

mod chain;
mod command;
mod entries;
mod entry;
mod environment;
mod folder;
mod map;
mod mounted;
mod name;
mod read;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tagwright_manifests::Secret;

pub use chain::SecretChain;
pub use command::SecretCommand;
pub use entries::SecretEntries;
pub use entry::SecretEntry;
pub use environment::SecretVariables;
pub use folder::SecretFolder;
pub use map::SecretMap;
pub use mounted::MountedSecrets;

/// What a [`SecretSource`] gives: a boxed future, so that sources can be trait objects.
pub type SecretFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<Secret>, SecretError>> + Send + 'a>>;

/// Where an automation gets the Secrets that its objects name.
///
/// It is asked for each Secret when the objects are loaded and at the beginning of every run, and again when a server
/// refuses what a Secret gave (401), so that Secrets may change beside a running program without a signal. What is
/// costly to get is kept by the source, no longer than its refusal can be waited for. Many may ask at once.
///
/// It is asked inside a Tokio runtime, which after a refusal by a Git server is one of its own and lives as long as the
/// answer takes.
///
/// ```
/// use tagwright::manifests::{Secret, SecretKey};
/// use tagwright::{SecretFuture, SecretSource};
///
/// #[derive(Debug)]
/// struct OneToken;
///
/// impl SecretSource for OneToken {
///     fn get<'a>(&'a self, namespace: &'a str, name: &'a str) -> SecretFuture<'a> {
///         Box::pin(async move {
///             let token = Secret::new(namespace, name).with(SecretKey::BearerToken, "from a vault");
///             Ok((name == "git-token").then_some(token))
///         })
///     }
/// }
/// ```
pub trait SecretSource: Send + Sync + fmt::Debug {
    /// The Secret of this name; `None` where the source has none.
    ///
    /// # Errors
    ///
    /// Whatever keeps the source from knowing: what needs the Secret is not done, and the error says why.
    fn get<'a>(&'a self, namespace: &'a str, name: &'a str) -> SecretFuture<'a>;
}

impl<S: SecretSource + ?Sized> SecretSource for Arc<S> {
    fn get<'a>(&'a self, namespace: &'a str, name: &'a str) -> SecretFuture<'a> {
        (**self).get(namespace, name)
    }
}

/// Why a [`SecretSource`] cannot say whether it has a Secret.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretError(String);

impl SecretError {
    /// What was found and the way out, in one line. It is shown: it may hold no secret.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretError({self})")
    }
}

impl std::error::Error for SecretError {}
