//! Markers that stand in a file of their own.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    decision::Decision,
    elsewhere,
    error::Error,
    limits::Limits,
    marker::Marker,
    path::Segment,
    plan::{FilePlan, Format},
    sidecar_reader::{read, without_dots},
    template::Template,
};

/// The markers of files that cannot carry comments: JSON, or YAML that a program writes.
///
/// They stand in a file of their own, as YAML or JSON, in this form and no other:
///
/// ```yaml
/// markers:
/// - path: chart/values.json            # relative to where the caller looks for files, with `/`
///   at: /image/tag                     # a JSON pointer, or a path such as `image.tag` or `a[0]["b.c"]`
///   setter: flux-system:app:tag
/// - path: generated/all.yaml
///   document: 2                        # of a stream of YAML documents, from 0; 0 when absent
///   at: spec.template.spec.containers[0].args[1]
///   setter: flux-system:app:tag
///   template: --version={value}        # as in `Syntax::with_templates`
/// ```
///
/// Files that end in `.json` are read as JSON, where only strings can be set; all others as YAML.
///
/// ```
/// use tagwright_markers::{Setters, Sidecar};
///
/// let sidecar = Sidecar::parse(br#"
/// markers:
/// - {path: values.json, at: /image/tag, setter: "flux-system:app:tag"}
/// "#)?;
/// let setters = Setters::from([("flux-system:app:tag", "1.0.1")]);
/// let text = br#"{ "image": {"tag":"1.0.0"} }"#;
/// let planned = sidecar.plan("values.json", text, setters.decide())?;
/// assert_eq!(planned.edits()[0].field(), "image.tag");
/// assert_eq!(planned.apply()?, br#"{ "image": {"tag":"1.0.1"} }"#);
/// # Ok::<(), tagwright_markers::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sidecar {
    markers: Vec<SidecarMarker>,
    by_path: BTreeMap<String, Vec<usize>>,
    limits: Limits,
}

/// One marker of a [`Sidecar`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SidecarMarker {
    pub(crate) path: String,
    pub(crate) document: usize,
    pub(crate) at: String,
    pub(crate) segments: Vec<Segment>,
    pub(crate) setter: String,
    pub(crate) template: Option<Template>,
    pub(crate) line: usize,
}

impl Sidecar {
    /// Reads a marker file.
    ///
    /// # Errors
    ///
    /// A file of more than 1 MiB or 10,000 markers, or that is no YAML; a field that is not known, given
    /// twice or missing; a `path` that is absolute, empty or leaves its folder (`../x`); an `at` that is
    /// no path (`a..b`, `/a~2`); a broken template; an empty setter; two markers for one place. All name
    /// the line and the column.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let markers = read(bytes)?;
        let mut by_path: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, marker) in markers.iter().enumerate() {
            by_path.entry(marker.path.clone()).or_default().push(index);
        }
        let limits = Limits::default();
        Ok(Self {
            markers,
            by_path,
            limits,
        })
    }

    /// How much of the marked files is read.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The markers, in the order of the file.
    pub fn markers(&self) -> &[SidecarMarker] {
        &self.markers
    }

    /// The files that they mark, sorted: no other need be read.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.by_path.keys().map(String::as_str)
    }

    /// Decides every marker of one file, as [`plan`](crate::plan) does for comments.
    ///
    /// The outcomes stand where the values do. A marker sets one value or none: where a key on the way to it
    /// stands twice in its mapping, readers do not agree which counts. A place that is not there is
    /// [`NotFound`](crate::OutcomeKind::NotFound).
    ///
    /// # Errors
    ///
    /// Those of [`find`](crate::find), for JSON likewise. A file that the marker file does not name is not
    /// parsed.
    pub fn plan<'a>(
        &self,
        path: &str,
        bytes: &'a [u8],
        decide: impl FnMut(&Marker, &str) -> Decision,
    ) -> Result<FilePlan<'a>, Error> {
        let named = self
            .by_path
            .get(without_dots(path).as_ref())
            .map(Vec::as_slice);
        let markers: Vec<&SidecarMarker> = named
            .unwrap_or_default()
            .iter()
            .map(|&index| &self.markers[index])
            .collect();
        let is_json = path
            .rsplit_once('.')
            .is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("json"));
        let format = if is_json { Format::Json } else { Format::Yaml };
        elsewhere::plan(bytes, (format, self.limits), &markers, decide)
    }
}

impl SidecarMarker {
    /// The file.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The number of the document in its file, from 0.
    pub fn document(&self) -> usize {
        self.document
    }

    /// The place in the document, as written.
    pub fn at(&self) -> &str {
        &self.at
    }

    /// What the marker names.
    pub fn setter(&self) -> &str {
        &self.setter
    }

    /// The template of the part that it means, as written.
    pub fn template(&self) -> Option<&str> {
        self.template.as_ref().map(Template::source)
    }

    /// The line of the marker in the marker file, from 1.
    pub fn line(&self) -> usize {
        self.line
    }
}

/// The places that are taken, to tell the second marker for one place.
#[derive(Default)]
pub(crate) struct Places(BTreeSet<(String, usize, String)>);

impl Places {
    /// Whether the place was free.
    pub(crate) fn take(&mut self, marker: &SidecarMarker) -> bool {
        let place = (marker.path.clone(), marker.document, marker.at.clone());
        self.0.insert(place)
    }
}
