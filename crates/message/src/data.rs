//! What changed, as templates see it.

use std::collections::BTreeMap;
use std::fmt;

use crate::index::Index;

/// What an update changed: the data of every template.
///
/// One row stands for one changed scalar, in file and line order. Files,
/// objects and images are derived from the rows, so that no two of them can
/// disagree. Fields may be added: end a literal with `..Default::default()`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Data {
    /// The automation that made the update.
    pub automation: Automation,
    /// Every changed scalar, in file and line order.
    pub changes: Vec<Change>,
    /// Free values of the user (`messageTemplateValues` in Flux).
    pub values: BTreeMap<String, String>,
}

/// The name of the automation that made the update.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Automation {
    /// Its namespace, such as `flux-system`.
    pub namespace: String,
    /// Its name, such as `apps`.
    pub name: String,
}

/// One changed scalar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Path of the file inside the repository.
    pub file: String,
    /// The object that holds the scalar.
    pub object: Object,
    /// The value before.
    pub old: String,
    /// The value after.
    pub new: String,
    /// The marker's reference, such as `flux-system:app:tag`.
    pub setter: String,
    /// The image that the update wrote, when it is known.
    pub image: Option<Image>,
}

/// A Kubernetes object; fields that the manifest lacks are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Object {
    /// Such as `apps/v1`.
    pub api_version: String,
    /// Such as `Deployment`.
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// An image reference that an update wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Image {
    /// As the manifests spell it, such as `helloworld:v1.0.1`.
    pub text: String,
    /// With defaults filled in, such as `index.docker.io`.
    pub registry: String,
    /// With defaults filled in, such as `library/helloworld`.
    pub repository: String,
    /// The tag or the digest, such as `v1.0.1` or `sha256:...`.
    pub identifier: String,
}

impl Data {
    /// The images that the changes wrote, each once, in order of appearance.
    pub fn images(&self) -> Vec<&Image> {
        let mut index: Index<&Image> = Index::default();
        for image in self.changes.iter().filter_map(|c| c.image.as_ref()) {
            index.entry(image);
        }
        index.into_keys()
    }
}

impl Image {
    /// The whole reference with defaults filled in, such as
    /// `index.docker.io/library/helloworld:v1.0.1`.
    pub fn name(&self) -> String {
        // A tag holds no colon, a digest always does.
        let separator = if self.identifier.contains(':') {
            '@'
        } else {
            ':'
        };
        let Image {
            registry,
            repository,
            identifier,
            ..
        } = self;
        format!("{registry}/{repository}{separator}{identifier}")
    }
}

impl fmt::Display for Automation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

impl fmt::Display for Object {
    /// `Kind namespace/name`; an empty namespace is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace.as_str() {
            "" => write!(f, "{} {}", self.kind, self.name),
            namespace => write!(f, "{} {namespace}/{}", self.kind, self.name),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}", self.old, self.new)
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
