use std::fmt;

/// What a policy says of one tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Verdict {
    /// It is the policy's choice.
    Selected,
    /// It could have been chosen, and another is better. A tag that stands in
    /// the list again is outranked by itself.
    Outranked,
    /// The range does not hold its version.
    OutOfRange,
    /// Its version is a prerelease, and the range would hold it if it asked
    /// for prereleases.
    PrereleaseNotAdmitted,
    /// Its key is no version in the policy's dialect.
    NotAVersion,
    /// Its key is no number.
    NotANumber,
    /// Its key is no calendar version of the policy's format.
    NotACalendarVersion,
    /// The policy looks at dates, by its order or for the image's age, and none
    /// is known of it.
    NoDate,
    /// It was built after the time up to which the policy looks.
    TooYoung,
    /// It is not the one tag that the policy follows.
    OtherTag,
    /// It does not match the filter's pattern.
    FilteredOut,
    /// It matches a pattern that excludes.
    Excluded,
    /// It is longer than 4,096 bytes. A registry's tags have 128 at most.
    TooLong,
}

impl Verdict {
    /// All verdicts there are, in the order of their declaration.
    pub const ALL: &[Verdict] = &[
        Verdict::Selected,
        Verdict::Outranked,
        Verdict::OutOfRange,
        Verdict::PrereleaseNotAdmitted,
        Verdict::NotAVersion,
        Verdict::NotANumber,
        Verdict::NotACalendarVersion,
        Verdict::NoDate,
        Verdict::TooYoung,
        Verdict::OtherTag,
        Verdict::FilteredOut,
        Verdict::Excluded,
        Verdict::TooLong,
    ];

    /// Whether the tag could be the policy's choice.
    pub fn is_admissible(self) -> bool {
        matches!(self, Verdict::Selected | Verdict::Outranked)
    }

    /// "is out of range", "are out of range": what `count` tags with this verdict do.
    pub(crate) fn predicate(self, count: u64) -> &'static str {
        let (one, many) = match self {
            Verdict::Selected => ("is selected", "are selected"),
            Verdict::Outranked => ("is outranked", "are outranked"),
            Verdict::OutOfRange => ("is out of range", "are out of range"),
            Verdict::PrereleaseNotAdmitted => (
                "is a prerelease that the range does not ask for",
                "are prereleases that the range does not ask for",
            ),
            Verdict::NotAVersion => ("is no version", "are no versions"),
            Verdict::NotANumber => ("is no number", "are no numbers"),
            Verdict::NotACalendarVersion => ("is no calendar version", "are no calendar versions"),
            Verdict::NoDate => ("has no date", "have no date"),
            Verdict::TooYoung => ("is too young", "are too young"),
            Verdict::OtherTag => ("is another tag", "are other tags"),
            Verdict::FilteredOut => ("does not match the filter", "do not match the filter"),
            Verdict::Excluded => ("is excluded", "are excluded"),
            Verdict::TooLong => ("is too long for a tag", "are too long for a tag"),
        };
        if count == 1 { one } else { many }
    }
}

/// "is out of range".
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.predicate(1))
    }
}
