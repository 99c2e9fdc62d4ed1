use std::fmt;

/// Whose rules a policy follows.
///
/// | | Flux | Fleet |
/// |---|---|---|
/// | versions | two dots at least: `1.2.3`, `v1.2.3`, `01.2.3` | one or two parts too: `1`, `v1.2` |
/// | alphabetical `asc` | the last, Z | the first, A |
/// | alphabetical, no order | the last | the last |
/// | alphabetical, other words | an error | the first |
/// | semver and alphabetical | an error | semver |
/// | numerical, filter | yes | no |
/// | nothing given | an error | semver `*` |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Dialect {
    /// Flux's `ImagePolicy` (image-reflector-controller).
    Flux,
    /// Fleet's `imageScans`.
    Fleet,
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Dialect::Flux => "Flux",
            Dialect::Fleet => "Fleet",
        })
    }
}
