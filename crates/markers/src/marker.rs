//! The markers of a text, for programs that only look.

use crate::{
    error::Error,
    object::Object,
    scan,
    site::{Site, Standing},
    syntax::Syntax,
};

/// A marker comment that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    setter: String,
    template: Option<String>,
    object: Object,
    field: String,
    value: Option<String>,
    line: usize,
    column: usize,
}

impl Marker {
    /// What the marker names, as written: `flux-system:podinfo:tag`.
    pub fn setter(&self) -> &str {
        &self.setter
    }

    /// The template of the part that it means, as written: `--version={value}`; `None` when it means
    /// the whole value.
    pub fn template(&self) -> Option<&str> {
        self.template.as_deref()
    }

    /// The object that it stands in; the item, in a `kind: List`.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The path of the marked value in its document, `spec.template.spec.containers[0].image`;
    /// a key that holds a dot or a blank stands as `["a.b"]`. Empty where nothing is marked.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The value of the scalar that it stands on, a block scalar too; `None` when it stands on none.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// The line of the marker, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column of the marker in characters, from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The marker of a site, when its setter could be read.
    pub(crate) fn of(site: &Site<'_>) -> Option<Self> {
        let value = match &site.standing {
            Standing::Scalar(target) => Some(target.value.to_string()),
            Standing::BlockScalar(value) => Some(value.to_string()),
            _ => None,
        };
        let named = site.named.as_ref()?;
        let template = named.template.as_ref();
        Some(Self {
            setter: named.setter.clone(),
            template: template.map(|template| template.source().to_owned()),
            object: site.object.clone(),
            field: site.field.clone(),
            value,
            line: site.position.line,
            column: site.position.column,
        })
    }
}

/// The markers of a text, in its order, those that stand on nothing that can be set included.
///
/// What looks like a marker but is none is among the outcomes of [`plan`](crate::plan).
///
/// ```
/// use tagwright_markers::{Syntax, find};
///
/// let text = br#"
/// apiVersion: v1
/// kind: Pod
/// metadata: {name: app}
/// spec:
///   containers:
///   - image: app:1.0.0 # {"$imagepolicy": "flux-system:app"}
/// "#;
/// let markers = find(text, &Syntax::flux())?;
/// assert_eq!(markers[0].setter(), "flux-system:app");
/// assert_eq!(markers[0].object().to_string(), "v1/Pod//app");
/// assert_eq!(markers[0].field(), "spec.containers[0].image");
/// assert_eq!(markers[0].value(), Some("app:1.0.0"));
/// assert_eq!((markers[0].line(), markers[0].column()), (7, 22));
/// # Ok::<(), tagwright_markers::Error>(())
/// ```
///
/// # Errors
///
/// A text that names the key and holds more than the [`Limits`](crate::Limits) allow, is not UTF-8 (UTF-16 is named as such),
/// or is no YAML (`image: [` is not closed, a Helm template's
/// `{{ if .x }}` is no mapping key). A text that does not name the key is not parsed, so never an error.
pub fn find(bytes: &[u8], syntax: &Syntax) -> Result<Vec<Marker>, Error> {
    let scan = scan::scan(bytes, syntax)?;
    Ok(scan.sites.iter().filter_map(Marker::of).collect())
}
