//! The Kubernetes object that a marker stands in.

use std::{
    fmt,
    sync::{Arc, LazyLock},
};

/// What identifies an object: each part is empty when the text does not give it.
///
/// A part of more than 1,024 bytes is cut. A clone is a pointer: all markers of an object share it.
///
/// `Display` writes `apiVersion/kind/namespace/name`, as in `apps/v1/Deployment/default/app`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Object(Arc<Parts>);

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Parts {
    api_version: String,
    kind: String,
    namespace: String,
    name: String,
}

/// Bytes after which a part is cut: Kubernetes takes names of up to 253.
const MAX_PART: usize = 1024;

impl Object {
    /// The `apiVersion`, group included: `apps/v1`.
    pub fn api_version(&self) -> &str {
        &self.0.api_version
    }

    /// The `kind`.
    pub fn kind(&self) -> &str {
        &self.0.kind
    }

    /// `metadata.namespace`.
    pub fn namespace(&self) -> &str {
        &self.0.namespace
    }

    /// `metadata.name`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Takes up a value when `path`, from the object's top, is one of the four fields.
    pub(crate) fn take(&mut self, path: &[&str], value: &str) {
        let part: fn(&mut Parts) -> &mut String = match path {
            ["apiVersion"] => |parts| &mut parts.api_version,
            ["kind"] => |parts| &mut parts.kind,
            ["metadata", "namespace"] => |parts| &mut parts.namespace,
            ["metadata", "name"] => |parts| &mut parts.name,
            _ => return,
        };
        let part = part(Arc::make_mut(&mut self.0));
        part.clear();
        cut(value, part);
    }

    /// Whether the elements of `items` are the objects: in a `List`, a `DeploymentList`.
    pub(crate) fn is_list(&self) -> bool {
        self.kind().ends_with("List")
    }

    /// The item of a list, which a list of one kind need not name the kind of.
    pub(crate) fn of_list(&self, list: &Self) -> Self {
        let kind = match list.kind() {
            "ResourceList" => "",
            kind => kind.strip_suffix("List").unwrap_or_default(),
        };
        if kind.is_empty() || !self.kind().is_empty() {
            return self.clone();
        }
        let mut parts = (*self.0).clone();
        kind.clone_into(&mut parts.kind);
        list.api_version().clone_into(&mut parts.api_version);
        Self(Arc::new(parts))
    }
}

impl Default for Object {
    /// The one that says nothing is shared, too: each place has it until its document has ended.
    fn default() -> Self {
        static NOTHING: LazyLock<Arc<Parts>> = LazyLock::new(Arc::default);
        Self(Arc::clone(&NOTHING))
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts {
            api_version,
            kind,
            namespace,
            name,
        } = &*self.0;
        write!(f, "{api_version}/{kind}/{namespace}/{name}")
    }
}

fn cut(value: &str, part: &mut String) {
    if value.len() <= MAX_PART {
        part.push_str(value);
        return;
    }
    let mut end = MAX_PART;
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    part.push_str(&value[..end]);
    part.push('…');
}
