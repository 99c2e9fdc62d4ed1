//! A verdict for each tag.

use crate::filter::Scratch;
use crate::{Candidate, Policy, Verdict};

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

/// Judges `tags`, of which `winner` is known to win.
pub(crate) fn explain(
    policy: &Policy,
    tags: Vec<Candidate<'_>>,
    winner: Option<&str>,
) -> Vec<Explained> {
    let mut scratch = Scratch::default();
    let mut winner = winner;
    let mut explained = Vec::with_capacity(tags.len());
    for tag in tags {
        let judged = policy.rules().judge(tag.seen(), &mut scratch).map(|_| ());
        // Where the winner stands twice, the first is the selected one.
        let verdict = match judged {
            Err(verdict) => verdict,
            Ok(()) if winner.take_if(|winner| *winner == tag.tag()).is_some() => Verdict::Selected,
            Ok(()) => Verdict::Outranked,
        };
        explained.push(Explained {
            tag: tag.into_tag(),
            verdict,
        });
    }
    explained
}
