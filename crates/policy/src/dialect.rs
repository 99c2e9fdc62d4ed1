use std::fmt;

/// Whose rules a policy follows.
///
/// | | Flux | Fleet |
/// |---|---|---|
/// | versions | two dots at least: `1.2.3`, `v1.2.3`, `01.2.3` | one or two parts too: `1`, `v1.2` |
/// | alphabetical `asc` | the last, Z | the first, A |
/// | alphabetical, no order | the last | the last |
/// | alphabetical, other words | an error, `ASC` too | the first |
/// | semver and alphabetical | semver | semver |
/// | alphabetical and numerical | alphabetical | an error |
/// | numerical, filter | yes | no |
/// | nothing given | an error | semver `*` |
///
/// Of two orders the one that does not count is not read: a range or a word
/// that would be an error alone is none there.
///
/// Flux's controller takes `asc` in capitals too; the schema of the resource
/// has `asc` and `desc` only, so that no cluster ever hands it `ASC`.
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
