//! `guards`: what holds an edit back.

use std::time::{Duration, SystemTime};

use crate::fields::Fields;
use crate::time::parse_time;

/// Guards on edits, each off unless it is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Guards {
    /// `noDowngrade`: whether a value stays where the selected tag is lower.
    pub no_downgrade: Option<bool>,
    /// `hold`: keeps what is written, for a while.
    pub hold: Option<Hold>,
    /// `minAge` of an image.
    pub min_age: Option<Duration>,
    /// `maxShrink`: the percentage of an image's tags that may be gone since they
    /// were last seen.
    pub max_shrink: Option<u8>,
    /// `skip`: tags that are never written.
    pub skip: Vec<String>,
}

/// `hold`; one of its fields is given at least.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Hold {
    /// `at`: the one tag that may be written; `None` means none.
    pub at: Option<String>,
    /// `until`: when the hold ends; `None` means when it is removed.
    pub until: Option<SystemTime>,
}

/// A guard by a name that is not known is an error: it would be off.
pub(super) fn read(mut fields: Fields<'_>) -> Guards {
    let no_downgrade = fields.get("noDowngrade").is_some();
    let found = Guards {
        no_downgrade: no_downgrade.then(|| fields.flag("noDowngrade")),
        hold: fields.fields("hold").map(hold),
        min_age: fields.duration("minAge"),
        max_shrink: percentage(&mut fields, "maxShrink"),
        skip: fields.texts("skip").unwrap_or_default(),
    };
    fields.finish_strictly();
    found
}

fn hold(mut fields: Fields<'_>) -> Hold {
    let found = Hold {
        at: fields.text("at"),
        until: time(&mut fields, "until"),
    };
    if fields.get("at").is_none() && fields.get("until").is_none() {
        let message = "holds for nothing; write at with a tag, until with a time, or both";
        fields.error_here("", message.to_owned());
    }
    fields.finish_strictly();
    found
}

fn time(fields: &mut Fields<'_>, name: &'static str) -> Option<SystemTime> {
    let (text, at) = fields.text_at(name)?;
    let time = parse_time(text);
    if time.is_none() {
        let message = "no time; write for example 2026-12-24T18:00:00Z".to_owned();
        fields.error(at, name, message);
    }
    time
}

fn percentage(fields: &mut Fields<'_>, name: &'static str) -> Option<u8> {
    let at = fields.get(name)?.at;
    let number = fields.integer(name)?;
    let percentage = u8::try_from(number).ok().filter(|number| *number <= 100);
    if percentage.is_none() {
        let message = format!("{number} is no percentage; write a number from 0 to 100");
        fields.error(at, name, message);
    }
    percentage
}
