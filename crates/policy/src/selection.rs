//! What a policy chose, and what became of the rest.

use std::collections::BTreeMap;
use std::fmt;

use crate::contender::Contender;
use crate::order::Words;
use crate::tally::Tally;
use crate::text::one_line;
use crate::{Policy, Verdict};

/// The outcome of a policy on a list of tags.
///
/// `Display` is a sentence:
/// `5.0.3: greatest of 12 that match 5.0.x; 40 are out of range, 3 are no versions`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Selection {
    policy: String,
    words: Words,
    /// Tags that are outranked whatever their age.
    unasked: u64,
    winner: Option<Winner>,
    verdicts: BTreeMap<Verdict, Given>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Winner {
    tag: String,
    key: String,
}

/// How often a verdict was given, and a few of the tags.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Given {
    count: u64,
    examples: Vec<String>,
}

impl Selection {
    pub(crate) fn new(policy: &Policy, best: Option<Contender>, tally: Tally) -> Self {
        let rules = policy.rules();
        let unasked = tally.unasked();
        let winner = best
            .map(Contender::into_parts)
            .map(|(tag, key)| Winner { tag, key });
        let given = tally.into_slots(winner.as_ref().map(|winner| winner.tag.as_str()));
        let given = given.map(|(verdict, slot)| {
            (
                verdict,
                Given {
                    count: slot.count,
                    examples: slot.examples,
                },
            )
        });
        Selection {
            policy: policy.to_string(),
            words: rules.order.words(rules.until.is_some()),
            unasked,
            verdicts: given.collect(),
            winner,
        }
    }

    /// The tag that was chosen. None where no tag could be.
    pub fn tag(&self) -> Option<&str> {
        self.winner.as_ref().map(|winner| winner.tag.as_str())
    }

    /// The text that the chosen tag was ordered by: what the filter extracts,
    /// or the tag.
    pub fn key(&self) -> Option<&str> {
        self.winner.as_ref().map(|winner| winner.key.as_str())
    }

    /// The policy on one line.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// How many tags got `verdict`.
    pub fn count(&self, verdict: Verdict) -> u64 {
        self.verdicts.get(&verdict).map_or(0, |given| given.count)
    }

    /// The verdicts that were given, with their counts.
    pub fn counts(&self) -> impl Iterator<Item = (Verdict, u64)> + '_ {
        self.verdicts
            .iter()
            .map(|(verdict, given)| (*verdict, given.count))
    }

    /// A few of the tags that got `verdict`, the least first, byte for byte.
    /// Each is cut after 512 bytes.
    pub fn examples(&self, verdict: Verdict) -> &[String] {
        self.verdicts
            .get(&verdict)
            .map_or(&[], |given| given.examples.as_slice())
    }

    /// How many tags were judged.
    pub fn total(&self) -> u64 {
        self.verdicts.values().map(|given| given.count).sum()
    }

    /// Why this tag, or why none: the sentence of `Display` without the tag before it.
    pub fn reason(&self) -> String {
        let losers: Vec<String> = self
            .passed_over()
            .into_iter()
            .chain(self.losers())
            .collect();
        if losers.is_empty() {
            return self.headline();
        }
        format!("{}; {}", self.headline(), losers.join(", "))
    }

    /// "97 are outranked whatever their age".
    fn passed_over(&self) -> Option<String> {
        match self.unasked {
            0 => None,
            1 => Some("1 is outranked whatever its age".to_owned()),
            count => Some(format!("{count} are outranked whatever their age")),
        }
    }

    fn losers(&self) -> impl Iterator<Item = String> {
        let lost = |(verdict, _): &(Verdict, u64)| !verdict.is_admissible();
        let losers = self.counts().filter(lost);
        losers.map(|(verdict, count)| format!("{count} {}", verdict.predicate(count)))
    }

    fn headline(&self) -> String {
        let admissible = self.count(Verdict::Selected) + self.count(Verdict::Outranked);
        let Words {
            superlative,
            one,
            many,
        } = &self.words;
        match (admissible, self.total()) {
            (0, 0) => format!("no tag selected by {}: the list is empty", self.policy),
            (0, total) => format!("no tag selected of {total} by {}", self.policy),
            (1, _) => format!("the only one {one}"),
            (listed, _) if superlative.is_empty() => {
                format!("the only one {one}, listed {listed} times")
            }
            // Nobody knows how many of those that were not asked for are old enough.
            (admissible, _) => match admissible.saturating_sub(self.unasked) {
                1 => format!("{superlative} {one}"),
                known => format!("{superlative} of {known} {many}"),
            },
        }
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tag() {
            Some(tag) => write!(f, "{}: {}", one_line(tag), self.reason()),
            None => f.write_str(&self.reason()),
        }
    }
}
