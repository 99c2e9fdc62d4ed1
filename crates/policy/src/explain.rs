//! A verdict for each tag.

use std::fmt;

use crate::contender::Contender;
use crate::filter::Scratch;
use crate::{Candidate, Error, Policy, Selection, Selector, Verdict};

/// A tag and what a policy says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Explained {
    tag: String,
    verdict: Verdict,
}

impl Explained {
    /// The tag.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// What the policy says of it.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }
}

/// The verdict of each tag, in the order of the list, and what they come to.
///
/// `Display` is the sentence of the [`Selection`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Explanation {
    selection: Selection,
    tags: Vec<Explained>,
}

impl Explanation {
    /// What was chosen, with the counts.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// The tags with their verdicts.
    pub fn tags(&self) -> &[Explained] {
        &self.tags
    }

    /// Both.
    pub fn into_parts(self) -> (Selection, Vec<Explained>) {
        (self.selection, self.tags)
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.selection.fmt(f)
    }
}

pub(crate) fn explain(policy: &Policy, tags: Vec<Candidate<'_>>) -> Result<Explanation, Error> {
    let mut selector = Selector::at_once(policy.clone());
    for tag in &tags {
        selector.push_candidate(tag);
    }
    let verdicts = verdicts(policy, &tags, selector.best());
    let explained = tags.into_iter().zip(verdicts);
    let explained = explained.map(|(tag, verdict)| Explained {
        tag: tag.into_tag(),
        verdict,
    });
    Ok(Explanation {
        tags: explained.collect(),
        selection: selector.select()?,
    })
}

/// Judges `tags`, of which `winner` wins.
fn verdicts(
    policy: &Policy,
    tags: &[Candidate<'_>],
    mut winner: Option<&Contender>,
) -> Vec<Verdict> {
    let rules = policy.rules();
    let mut scratch = Scratch::default();
    let mut verdict = |tag: &Candidate<'_>| {
        let entry = match rules.judge(tag.seen(), &mut scratch) {
            Ok(entry) => entry,
            Err(verdict) => return verdict,
        };
        let wins = |winner: &mut &Contender| {
            let order = entry.cmp_preference(&winner.view(), rules.order.end());
            order.is_eq()
        };
        // Where the winner stands twice, the first is the selected one.
        match winner.take_if(wins) {
            Some(_) => Verdict::Selected,
            None => Verdict::Outranked,
        }
    };
    tags.iter().map(&mut verdict).collect()
}
