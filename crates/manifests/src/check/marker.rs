//! Markers, as the checks need them.

/// A marker in a manifest: where it stands, and what it names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Marker {
    /// The file.
    pub file: String,
    /// The line in the file, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// What the marker names, as it is written: `flux-system:podinfo:tag` in
    /// Flux, `podinfo:tag` in Fleet.
    pub setter: String,
}

impl Marker {
    /// A marker at a place.
    pub fn new(
        file: impl Into<String>,
        line: usize,
        column: usize,
        setter: impl Into<String>,
    ) -> Self {
        Self {
            file: file.into(),
            line,
            column,
            setter: setter.into(),
        }
    }
}
