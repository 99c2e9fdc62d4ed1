//! What every object has: a name, labels, and a place in a file.

use std::collections::BTreeMap;

use crate::fields::Fields;

/// Where an object stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Location {
    /// The file, by the name that was given to `read`.
    pub file: String,
    /// The document of the file's YAML stream, counted from 1; documents without
    /// content are not counted.
    pub document: usize,
    /// The line in the file on which the object begins, counted from 1.
    pub line: usize,
    /// The column in characters at which it begins, counted from 1.
    pub column: usize,
}

/// The `metadata` of an object that matter here, and its place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Metadata {
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`; `None` means the namespace that the tool which
    /// applies the file would fill in.
    pub namespace: Option<String>,
    /// `metadata.labels`.
    pub labels: BTreeMap<String, String>,
    /// `metadata.annotations`.
    pub annotations: BTreeMap<String, String>,
    /// The place of the object.
    pub location: Location,
}

/// A reference to an object by name, in another namespace if need be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct ObjectRef {
    /// The object's name.
    pub name: String,
    /// The object's namespace; `None` means that of the object which refers.
    pub namespace: Option<String>,
}

/// What the API server and controllers write into `metadata`.
const SERVER_FIELDS: &[&str] = &[
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Takes `apiVersion`, `kind` and `metadata` out of an object and names the
/// object in the problems that follow.
pub(crate) fn metadata(object: &mut Fields<'_>, kind: &str) -> Metadata {
    let report = object.report();
    let location = report.location(object.at());
    let secret = report.is_secret();
    object.known(&["apiVersion", "kind", "status"]);
    let Some(mut meta) = object.required_fields("metadata", "{name: podinfo}") else {
        return Metadata {
            location,
            ..Metadata::default()
        };
    };
    let found = Metadata {
        name: meta.required_text("name", "podinfo"),
        namespace: meta.text("namespace"),
        labels: meta.text_map("labels"),
        annotations: meta.text_map("annotations"),
        location,
    };
    meta.known(SERVER_FIELDS);
    // A field of a Secret that is not known may be a value that was indented wrongly.
    if !secret {
        meta.finish();
    }
    if !found.name.is_empty() {
        report.enter_object(Some(title(kind, &found)), secret);
    }
    found
}

fn title(kind: &str, meta: &Metadata) -> String {
    let name = crate::quote::shown(&meta.name);
    match &meta.namespace {
        Some(namespace) => format!("{kind} {}/{name}", crate::quote::shown(namespace)),
        None => format!("{kind} {name}"),
    }
}
