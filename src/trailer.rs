//! Trailers of commits: which policies changed something, and to which images.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use crate::automation::invalid;
use crate::error::Error;
use crate::plan::{Edit, Plan, Selection};

/// A trailer at the end of a commit message, one line for each that changed; none unless
/// [`AutomationBuilder::trailers`](crate::AutomationBuilder::trailers) asks for it.
///
/// ```
/// use tagwright::Trailer;
///
/// assert_eq!("Tagwright-Policy".parse::<Trailer>()?, Trailer::Policy);
/// # Ok::<(), tagwright::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Trailer {
    /// `Tagwright-Policy: flux-system:podinfo`, of each policy by which a value changed.
    Policy,
    /// `Tagwright-Digest: ghcr.io/stefanprodan/podinfo@sha256:…`, of each such policy whose digest is known.
    Digest,
}

const ALL: [Trailer; 2] = [Trailer::Policy, Trailer::Digest];

impl Trailer {
    /// What stands before the colon.
    pub fn key(self) -> &'static str {
        match self {
            Self::Policy => "Tagwright-Policy",
            Self::Digest => "Tagwright-Digest",
        }
    }

    fn value(self, selection: &Selection) -> Option<String> {
        match self {
            Self::Policy => Some(selection.policy().to_owned()),
            Self::Digest => Some(format!("{}@{}", selection.image(), selection.digest()?)),
        }
    }
}

impl fmt::Display for Trailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl FromStr for Trailer {
    type Err = Error;

    /// # Errors
    ///
    /// Of kind [`Configuration`](crate::ErrorKind::Configuration) for every other text, `Signed-off-by` for example: what
    /// it would say is not known here.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut all = ALL.into_iter();
        all.find(|one| one.key() == text).ok_or_else(|| {
            let known = ALL.map(Trailer::key).join(" and ");
            invalid(format!("there is no trailer {text:?}; there are {known}"))
        })
    }
}

/// The trailers of a plan's commit, `Key: value` each, in the order of their kinds and of the policies' names.
pub(crate) fn lines(wanted: &BTreeSet<Trailer>, plan: &Plan) -> Vec<String> {
    let changed: BTreeSet<&str> = plan.edits().iter().map(Edit::policy).collect();
    let selections: BTreeMap<&str, &Selection> = plan
        .selections()
        .iter()
        .map(|selection| (selection.policy(), selection))
        .collect();
    let mut lines = Vec::new();
    for trailer in wanted {
        let values = changed
            .iter()
            .filter_map(|policy| trailer.value(selections.get(policy)?));
        // Two policies may have one image.
        let values: BTreeSet<String> = values.collect();
        lines.extend(values.iter().map(|value| format!("{trailer}: {value}")));
    }
    lines
}
