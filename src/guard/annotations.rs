//! Guards as annotations of an object.

use std::time::{Duration, SystemTime};

use tagwright_manifests::{parse_duration, parse_time};
use tagwright_markers::nearest;

use super::Guards;
use crate::automation::invalid;
use crate::error::Error;

const PREFIX: &str = "tagwright/";

type Read = fn(Guards, &str) -> Result<Guards, String>;

const KNOWN: [(&str, Read); 5] = [
    ("tagwright/hold", hold),
    ("tagwright/max-shrink", shrink),
    ("tagwright/min-age", age),
    ("tagwright/no-downgrade", downgrade),
    ("tagwright/skip", skip),
];

impl Guards {
    /// The guards that the annotations of an object ask for, of an ImagePolicy for example.
    ///
    /// | annotation | values |
    /// |---|---|
    /// | `tagwright/hold` | a time such as `2026-12-24T18:00:00Z`; `at 5.0.1`; `at 5.0.1 until 2026-12-24T18:00:00Z`; `true`, with no end; `false` |
    /// | `tagwright/min-age` | a duration as Go writes it: `1h`, `36h30m` |
    /// | `tagwright/no-downgrade` | `true`, `false` |
    /// | `tagwright/skip` | tags with commas between: `5.0.1, 5.0.2` |
    /// | `tagwright/max-shrink` | percent, from `0` to `100` |
    ///
    /// Annotations that do not begin with `tagwright/` are not looked at.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tagwright::Guards;
    ///
    /// let guards = Guards::from_annotations([("tagwright/min-age", "1h"), ("example.com/team", "web")])?;
    /// assert_eq!(guards, Guards::new().minimum_age(Duration::from_secs(3600)));
    ///
    /// let error = Guards::from_annotations([("tagwright/min-aeg", "1h")]).unwrap_err();
    /// assert_eq!(error.to_string(), "unknown annotation tagwright/min-aeg; did you mean tagwright/min-age?");
    /// # Ok::<(), tagwright::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Of kind [`Configuration`](crate::ErrorKind::Configuration): an annotation `tagwright/…` of another name, since the
    /// guard that was meant would be off; a value that cannot be read (`tomorrow` is no time, `1d` no duration of Go's, `yes`
    /// neither true nor false, `a b` no tag, `101` no percentage).
    pub fn from_annotations<'a>(
        annotations: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Error> {
        annotations
            .into_iter()
            .filter(|(key, _)| key.starts_with(PREFIX))
            .try_fold(Self::new(), take)
            .map_err(invalid)
    }
}

fn take(guards: Guards, (key, value): (&str, &str)) -> Result<Guards, String> {
    let Some((_, read)) = KNOWN.iter().find(|(known, _)| *known == key) else {
        return Err(unknown(key));
    };
    read(guards, value.trim()).map_err(|way_out| format!("{key}: {} is {way_out}", shown(value)))
}

fn shown(value: &str) -> String {
    match value.char_indices().nth(80) {
        None => format!("{value:?}"),
        Some((end, _)) => format!("{:?}…", &value[..end]),
    }
}

fn unknown(key: &str) -> String {
    let near = nearest(key, KNOWN.iter().map(|(known, _)| *known));
    near.map_or_else(
        || {
            let known = KNOWN.map(|(known, _)| known).join(", ");
            format!("unknown annotation {key}; there are {known}")
        },
        |near| format!("unknown annotation {key}; did you mean {near}?"),
    )
}

fn downgrade(guards: Guards, value: &str) -> Result<Guards, String> {
    match value {
        "true" => Ok(guards.no_downgrade(true)),
        "false" => Ok(guards.no_downgrade(false)),
        _ => Err("neither true nor false".to_owned()),
    }
}

fn hold(guards: Guards, value: &str) -> Result<Guards, String> {
    match value {
        "true" => return Ok(guards.hold(None)),
        "false" => return Ok(guards.no_hold()),
        _ => {}
    }
    let words: Vec<&str> = value.split_whitespace().collect();
    match words[..] {
        ["at", tag] => Ok(guards.hold_at(checked(tag)?, None)),
        ["at", tag, "until", until] => Ok(guards.hold_at(checked(tag)?, Some(time(until)?))),
        ["until", until] => Ok(guards.hold(Some(time(until)?))),
        _ => Ok(guards.hold(Some(time(value)?))),
    }
}

fn time(text: &str) -> Result<SystemTime, String> {
    let no_hold = || {
        "no hold; write a time such as 2026-12-24T18:00:00Z, \"at 5.0.1\", \
         \"at 5.0.1 until 2026-12-24T18:00:00Z\" or \"true\""
            .to_owned()
    };
    parse_time(text).ok_or_else(no_hold)
}

fn age(guards: Guards, value: &str) -> Result<Guards, String> {
    let read = parse_duration(value)
        .map_err(|error| format!("no duration: {error}; write h, m, s, as in 1h30m"))?;
    let nanoseconds = u64::try_from(read).map_err(|_| "negative; write for example 1h30m")?;
    Ok(guards.minimum_age(Duration::from_nanos(nanoseconds)))
}

fn shrink(guards: Guards, value: &str) -> Result<Guards, String> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse::<u8>() {
        Ok(percent @ 0..=100) if digits => Ok(guards.maximum_shrink(percent)),
        _ => Err("no percentage; write a number from 0 to 100".to_owned()),
    }
}

fn skip(guards: Guards, value: &str) -> Result<Guards, String> {
    let tags: Result<Vec<String>, String> = value
        .split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .map(checked)
        .collect();
    Ok(guards.skip(tags?))
}

/// A tag in the grammar of registries: what none of them has would be held, or skipped, for nothing.
fn checked(tag: &str) -> Result<String, String> {
    if super::is_tag(tag) {
        return Ok(tag.to_owned());
    }
    Err(format!(
        "not to be read: {tag:?} is no tag; \
                 write up to 128 letters, digits, '_', '.' and '-', the first no '.' or '-'"
    ))
}
