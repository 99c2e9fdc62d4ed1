use std::fmt;

use ring::digest;

use super::compare;
use crate::hex;
use crate::secret::Secret;

/// The path at which a receiver listens: `/hook/` and the sha256 of its token, name and namespace, as Flux has it.
///
/// Who knows it can trigger a scan, so it is not printed: `Debug` redacts.
///
/// ```
/// use tagwright_registry::{Secret, webhook::ReceiverPath};
///
/// let path = ReceiverPath::new(&Secret::new("token"), "podinfo", "apps");
/// assert_eq!(path.as_str().len(), "/hook/".len() + 64);
/// assert!(path.matches(path.as_str()) && !path.matches("/hook/0"));
/// ```
#[derive(Clone)]
pub struct ReceiverPath(String);

impl ReceiverPath {
    /// The path of the receiver of this name and namespace, with this token.
    pub fn new(token: &Secret, name: &str, namespace: &str) -> Self {
        let text = [token.expose(), name, namespace].concat();
        let digest = digest::digest(&digest::SHA256, text.as_bytes());
        Self(format!("/hook/{}", hex::encode(digest.as_ref())))
    }

    /// The path, for the sender's configuration.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request is for this receiver, in a time that says nothing about the path.
    pub fn matches(&self, path: &str) -> bool {
        compare::is_same(path.as_bytes(), self.0.as_bytes())
    }
}

impl fmt::Debug for ReceiverPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiverPath(redacted)")
    }
}
