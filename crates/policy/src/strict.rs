//! Strict policies: one tag that is no number refuses the list.

use crate::policy::{MAX_TAG, Rules};
use crate::text::{clip, floor, one_line};
use crate::{Error, ErrorKind, Verdict};

/// Bytes of a tag that are compared: more than any that is read has, so that
/// one that is too long equals none of these.
const COMPARED: usize = MAX_TAG + 4;

/// Remembers the least tag that a strict policy refuses, so that the error
/// does not depend on the order of the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strictness {
    refused: Option<Refused>,
}

#[derive(Clone, Debug)]
struct Refused {
    /// What is compared of the tag; a sentence shows less.
    tag: String,
    /// What the filter extracts of it, where that is not the tag. None of a tag that is too long.
    key: Option<String>,
    verdict: Verdict,
}

impl Strictness {
    pub(crate) fn see(&mut self, rules: &Rules, verdict: Verdict, tag: &str) {
        if !rules.strict || !refuses(rules, verdict, tag) {
            return;
        }
        let compared = &tag[..floor(tag, COMPARED)];
        let is_less = |held: &Refused| compared < held.tag.as_str();
        if self.refused.as_ref().is_none_or(is_less) {
            self.refused = Some(Refused::new(rules, verdict, tag));
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.refused {
            Some(refused) => Err(refused.error()),
            None => Ok(()),
        }
    }
}

/// Whether a tag with this verdict refuses the list. One that is too long to
/// be read does, where it takes part: for all that is known it is no number.
fn refuses(rules: &Rules, verdict: Verdict, tag: &str) -> bool {
    match verdict {
        Verdict::NotANumber => true,
        Verdict::TooLong => rules.takes_part(tag),
        _ => false,
    }
}

impl Refused {
    fn new(rules: &Rules, verdict: Verdict, tag: &str) -> Self {
        let filter = rules
            .filter
            .as_ref()
            .filter(|_| verdict == Verdict::NotANumber);
        let key = filter.and_then(|filter| filter.key(tag));
        Refused {
            tag: tag[..floor(tag, COMPARED)].to_owned(),
            key: key
                .filter(|key| key != tag)
                .map(|key| clip(&key).to_owned()),
            verdict,
        }
    }

    fn error(&self) -> Error {
        Error::new(ErrorKind::NotANumber, self.sentence())
            .with_hint("filter such tags out, or let the policy skip them")
            .with_tag(clip(&self.tag))
    }

    fn sentence(&self) -> String {
        let tag = one_line(clip(&self.tag));
        match (&self.key, self.verdict) {
            (_, Verdict::TooLong) => {
                format!("the tag \"{tag}\" is too long to be a number to a strict numerical policy")
            }
            (Some(key), _) => format!(
                "the tag \"{tag}\" gives \"{}\", which is no number, to a strict numerical policy",
                one_line(key)
            ),
            (None, _) => format!("the tag \"{tag}\" gives no number to a strict numerical policy"),
        }
    }
}
