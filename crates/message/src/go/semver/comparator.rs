//! One comparison with one, perhaps partial, version.

use super::Version;

/// `>=1.2`: an operator, a version with zeros for what was left out, and how
/// much of it was written.
#[derive(Debug)]
pub(super) struct Comparator {
    pub(super) operator: Operator,
    pub(super) precision: Precision,
    pub(super) version: Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// None, or `=`: on a partial version the same as `~`.
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Tilde,
    Caret,
}

/// The last number that was written and is no wildcard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    Any,
    Major,
    Minor,
    Patch,
}

impl Comparator {
    pub(super) fn has_prerelease(&self) -> bool {
        self.version.is_prerelease()
    }

    /// Whether `version` satisfies the comparison. Prereleases are the
    /// group's matter.
    pub(super) fn holds(&self, version: &Version) -> bool {
        let bound = &self.version;
        let partial = self.precision != Precision::Patch;
        match self.operator {
            Operator::Equal if partial => self.tilde(version, bound),
            Operator::Equal => version.cmp_precedence(bound).is_eq(),
            Operator::NotEqual => self.differs(version, bound),
            Operator::Greater => self.is_greater(version, bound),
            Operator::GreaterOrEqual => version.cmp_precedence(bound).is_ge(),
            Operator::Less => version.cmp_precedence(bound).is_lt(),
            Operator::LessOrEqual => self.is_at_most(version, bound),
            Operator::Tilde => self.tilde(version, bound),
            Operator::Caret => self.caret(version, bound),
        }
    }

    fn differs(&self, version: &Version, bound: &Version) -> bool {
        match self.precision {
            Precision::Any | Precision::Patch => version.cmp_precedence(bound).is_ne(),
            Precision::Major => version.core[0] != bound.core[0],
            // Where the numbers agree, `!=1.2-rc` speaks of the prerelease alone.
            Precision::Minor => {
                version.core[..2] != bound.core[..2] || version.prerelease != bound.prerelease
            }
        }
    }

    /// `>1.2` starts at 1.3.0.
    fn is_greater(&self, version: &Version, bound: &Version) -> bool {
        match self.precision {
            Precision::Any | Precision::Patch => version.cmp_precedence(bound).is_gt(),
            Precision::Major => version.core[0] > bound.core[0],
            Precision::Minor => version.core[..2] > bound.core[..2],
        }
    }

    /// `<=1.2` ends before 1.3.0. `<=*` ends before 0.1.0: Masterminds/semver
    /// reads the wildcard as 0.0.
    fn is_at_most(&self, version: &Version, bound: &Version) -> bool {
        match self.precision {
            Precision::Patch => version.cmp_precedence(bound).is_le(),
            Precision::Major => version.core[0] <= bound.core[0],
            Precision::Any | Precision::Minor => version.core[..2] <= bound.core[..2],
        }
    }

    /// From the bound on, within its minor, or its major if no minor was
    /// written. A bound of 0.0.0, written or from a wildcard, has no end.
    fn tilde(&self, version: &Version, bound: &Version) -> bool {
        let same = match self.precision {
            Precision::Major => version.core[0] == bound.core[0],
            Precision::Any | Precision::Patch if bound.core == [0; 3] => true,
            Precision::Any | Precision::Minor | Precision::Patch => {
                version.core[..2] == bound.core[..2]
            }
        };
        same && version.cmp_precedence(bound).is_ge()
    }

    /// From the bound on, while its first number that is not 0 stays. `^*` is
    /// `^0.0.0`, which admits nothing else.
    fn caret(&self, version: &Version, bound: &Version) -> bool {
        let [major, minor, _] = bound.core;
        let fixed = match self.precision {
            Precision::Major => 1,
            _ if major > 0 => 1,
            Precision::Minor => 2,
            _ if minor > 0 => 2,
            _ => 3,
        };
        version.core[..fixed] == bound.core[..fixed] && version.cmp_precedence(bound).is_ge()
    }
}
