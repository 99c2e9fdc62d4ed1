//! The Kubernetes object that a marker stands in.

use std::fmt;

/// What identifies an object: each part is empty when the text does not give it.
///
/// `Display` writes `apiVersion/kind/namespace/name`, as in `apps/v1/Deployment/default/app`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Object {
    api_version: String,
    kind: String,
    namespace: String,
    name: String,
}

impl Object {
    /// The `apiVersion`, group included: `apps/v1`.
    pub fn api_version(&self) -> &str {
        &self.api_version
    }

    /// The `kind`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `metadata.namespace`.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// `metadata.name`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Takes up a value when `path`, from the object's top, is one of the four fields.
    pub(crate) fn take(&mut self, path: &[&str], value: &str) {
        let field = match path {
            ["apiVersion"] => &mut self.api_version,
            ["kind"] => &mut self.kind,
            ["metadata", "namespace"] => &mut self.namespace,
            ["metadata", "name"] => &mut self.name,
            _ => return,
        };
        value.clone_into(field);
    }

    /// Whether the elements of `items` are the objects.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.kind.as_str(), "List" | "ResourceList")
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            api_version,
            kind,
            namespace,
            name,
        } = self;
        write!(f, "{api_version}/{kind}/{namespace}/{name}")
    }
}
