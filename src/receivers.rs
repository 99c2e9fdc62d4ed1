//! Flux's Receivers: whose webhooks start what.

mod load;
mod resources;

use std::collections::BTreeSet;
use std::fmt;

use registry::Repository;
use registry::webhook::{Receiver, ReceiverPath, Trigger};
use tagwright_registry as registry;

use crate::automation::full_name;
use crate::problem::Problem;

/// The webhooks that Flux's `Receiver` objects take, each at its own path, as [`ManifestSource::receivers`] gives them.
///
/// There is no server here: the program's server finds the receiver of a request's path, hands over headers and body,
/// and gives what it wakes to `Scheduler::wake`.
///
/// ```no_run
/// # #[cfg(feature = "scheduler")]
/// # async fn example(source: tagwright::ManifestSource, scheduler: tagwright::Scheduler, path: &str, body: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
/// let receivers = source.receivers().await;
/// if let Some(receiver) = receivers.at(path) {
///     for wake in receiver.receive([("X-GitHub-Event", &b"ping"[..])], body)? {
///         scheduler.wake(&wake);
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// As in Flux a webhook wakes the resources that its receiver names, and decides nothing else; where it names an image of
/// theirs, that one alone. Resources are `ImageRepository`, `ImagePolicy` (its image), `ImageUpdateAutomation` (it runs)
/// and the sources of manifests `GitRepository`, `OCIRepository`, `Bucket` and `Kustomization` (they are read again).
///
/// # Limitations
///
/// - Receivers of the types `generic-oidc` and `gcr`, whose senders show a token of an identity provider, are refused.
/// - `filter` and `resourceFilter` are not evaluated: a receiver with one wakes all of its resources.
///
/// [`ManifestSource::receivers`]: crate::ManifestSource::receivers
#[derive(Clone, Debug, Default)]
pub struct Receivers {
    receivers: Vec<WebhookReceiver>,
    problems: Vec<Problem>,
}

/// A `Receiver` with its token.
#[derive(Clone)]
pub struct WebhookReceiver {
    scope: String,
    namespace: String,
    name: String,
    path: ReceiverPath,
    receiver: Receiver,
    wakes: Vec<Wake>,
}

/// What a webhook is to start.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wake {
    /// An image is to be listed.
    Image(Repository),
    /// An automation is to run, by its name with namespace and scope.
    Automation(String),
    /// The manifests are to be read again.
    Manifests,
}

impl Receivers {
    /// The one that listens at a path, which is as secret as a password: it is compared in constant time.
    pub fn at(&self, path: &str) -> Option<&WebhookReceiver> {
        // Every one is compared, so that the time does not say which it was.
        let mut all = self.receivers.iter();
        all.by_ref().fold(None, |found, one| {
            found.or(one.path.matches(path).then_some(one))
        })
    }

    /// All of them, in the order of the manifests.
    pub fn all(&self) -> &[WebhookReceiver] {
        &self.receivers
    }

    /// What is wrong with receivers: those are left out.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    pub(crate) fn extend(&mut self, scope: &str, other: Self) {
        self.problems.extend(other.problems);
        for mut one in other.receivers {
            one.enter(scope);
            self.receivers.push(one);
        }
    }
}

impl WebhookReceiver {
    /// Its name with namespace and scope, for logs.
    pub fn name(&self) -> String {
        full_name(&self.scope, &self.namespace, &self.name)
    }

    /// The path at which it listens, for the sender's configuration: `/hook/` and the sha256 of token, name and namespace.
    pub fn path(&self) -> &ReceiverPath {
        &self.path
    }

    /// How many bytes of a body are taken. A server need not read more.
    pub fn body_limit(&self) -> usize {
        self.receiver.body_limit()
    }

    /// What a request wakes, as [`Receiver::receive`](registry::webhook::Receiver::receive) reads it.
    ///
    /// # Errors
    ///
    /// Those of `Receiver::receive`: a request that is not the sender's, is of an unwanted event, or cannot be read.
    pub fn receive<'a>(
        &self,
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        body: &'a [u8],
    ) -> Result<Vec<Wake>, registry::Error> {
        let triggers = self.receiver.receive(headers, body)?;
        Ok(self.woken(&triggers))
    }

    /// The images that are named where they are of its resources, else all of its resources.
    fn woken(&self, triggers: &[Trigger]) -> Vec<Wake> {
        let named: BTreeSet<String> = triggers.iter().filter_map(image).collect();
        let is_named =
            |wake: &&Wake| matches!(wake, Wake::Image(image) if named.contains(&image.to_string()));
        let of_these: Vec<Wake> = self.wakes.iter().filter(is_named).cloned().collect();
        if of_these.len() < named.len() || of_these.is_empty() {
            return self.wakes.clone();
        }
        of_these
    }

    fn enter(&mut self, scope: &str) {
        scope.clone_into(&mut self.scope);
        for wake in &mut self.wakes {
            if let Wake::Automation(name) = wake {
                *name = full_name(scope, "", name);
            }
        }
    }
}

fn image(trigger: &Trigger) -> Option<String> {
    match trigger {
        Trigger::Image { repository, .. } => Some(repository.to_string()),
        Trigger::Any => None,
    }
}

/// Without its path and its secrets.
impl fmt::Debug for WebhookReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookReceiver")
            .field("name", &self.name())
            .field("wakes", &self.wakes)
            .finish_non_exhaustive()
    }
}
