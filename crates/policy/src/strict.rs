//! Strict policies: one tag that is no number refuses the list.

use crate::policy::Rules;
use crate::text::{clip, one_line};
use crate::{Error, ErrorKind, Verdict};

/// Remembers the least tag that a strict policy refuses, so that the error
/// does not depend on the order of the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strictness {
    refused: Option<String>,
}

impl Strictness {
    pub(crate) fn see(&mut self, rules: &Rules, verdict: Verdict, tag: &str) {
        if !rules.strict || verdict != Verdict::NotANumber {
            return;
        }
        if self.refused.as_deref().is_none_or(|least| tag < least) {
            self.refused = Some(clip(tag).to_owned());
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let Some(tag) = &self.refused else {
            return Ok(());
        };
        let message = format!(
            "the tag \"{}\" gives no number to a strict numerical policy",
            one_line(tag)
        );
        Err(Error::new(ErrorKind::NotANumber, message)
            .with_hint("filter such tags out, or let the policy skip them")
            .with_tag(tag))
    }
}
