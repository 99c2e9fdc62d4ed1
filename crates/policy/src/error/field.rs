use std::fmt;

/// Which input of a policy an error is about. `Display` gives its name:
/// `filter pattern`, `exclusion pattern 2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// [`PolicyBuilder::semver`](crate::PolicyBuilder::semver), or the text of a [`Range`](crate::Range).
    SemverRange,
    /// [`PolicyBuilder::alphabetical`](crate::PolicyBuilder::alphabetical).
    AlphabeticalOrder,
    /// [`PolicyBuilder::numerical`](crate::PolicyBuilder::numerical).
    NumericalOrder,
    /// [`PolicyBuilder::calver`](crate::PolicyBuilder::calver), or the text of a
    /// [`CalverFormat`](crate::CalverFormat).
    CalverFormat,
    /// [`PolicyBuilder::digest`](crate::PolicyBuilder::digest).
    DigestTag,
    /// The pattern of [`PolicyBuilder::filter`](crate::PolicyBuilder::filter).
    FilterPattern,
    /// The template of [`PolicyBuilder::filter`](crate::PolicyBuilder::filter).
    Extract,
    /// The pattern of a call of [`PolicyBuilder::exclude`](crate::PolicyBuilder::exclude);
    /// the first call is 1.
    Exclusion(usize),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Field::SemverRange => "semver range",
            Field::AlphabeticalOrder => "alphabetical order",
            Field::NumericalOrder => "numerical order",
            Field::CalverFormat => "calver format",
            Field::DigestTag => "tag to follow by digest",
            Field::FilterPattern => "filter pattern",
            Field::Extract => "extract template",
            Field::Exclusion(number) => return write!(f, "exclusion pattern {number}"),
        })
    }
}
