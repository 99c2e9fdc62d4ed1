//! JSON as the steps of a text: what [`Reader`](crate::reader::Reader) is for YAML.
//!
//! JSON is not read as YAML, for that knows neither tabs as indentation nor surrogate pairs.

use std::borrow::Cow;

use crate::{
    error::Error,
    limits::Limits,
    position::Position,
    reader::{Event, Scalar, Step, Style},
};

/// The steps of one JSON value.
pub(crate) struct Json<'a> {
    text: &'a str,
    at: usize,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    Before,
    Within,
    Behind,
}

impl<'a> Json<'a> {
    /// Checks the text whole, so that its steps cannot fail.
    pub(crate) fn within(text: &'a str, limits: Limits) -> Result<Self, Error> {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        serde_json::from_str::<serde::de::IgnoredAny>(&text[at..])
            .map_err(|error| refusal(text, at, &error))?;
        let begin = || Self {
            text,
            at,
            state: State::Before,
        };
        check_depth(begin(), limits.depth)?;
        Ok(begin())
    }

    fn token(&mut self) -> Option<Step<'a>> {
        let between = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b':');
        let bytes = self.text.as_bytes();
        let start = self.at
            + bytes[self.at..]
                .iter()
                .take_while(|byte| between(byte))
                .count();
        let event = match bytes.get(start)? {
            b'{' => Event::MappingStart { flow: true },
            b'}' => Event::MappingEnd,
            b'[' => Event::SequenceStart { flow: true },
            b']' => Event::SequenceEnd,
            b'"' => return Some(self.string(start)),
            _ => return Some(self.literal(start)),
        };
        Some(self.step(event, start, start + 1))
    }

    fn string(&mut self, start: usize) -> Step<'a> {
        let bytes = self.text.as_bytes();
        let mut end = start + 1;
        while bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let (whole, inner) = (&self.text[start..=end], &self.text[start + 1..end]);
        let value = match serde_json::from_str(whole) {
            _ if !inner.contains('\\') => Some(Cow::Borrowed(inner)),
            Ok(value) => Some(Cow::Owned(value)),
            // Half of a surrogate pair: no text, so nothing that could be set.
            Err(_) => None,
        };
        let scalar = Scalar {
            typed: value.is_none(),
            value: value.unwrap_or(Cow::Borrowed(inner)),
            style: Style::Json,
        };
        self.step(Event::Scalar(scalar), start, end + 1)
    }

    /// A number, `true`, `false` or `null`.
    fn literal(&mut self, start: usize) -> Step<'a> {
        let is_end = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}');
        let rest = &self.text[start..];
        let length = rest.bytes().position(is_end).unwrap_or(rest.len());
        let scalar = Scalar {
            value: Cow::Borrowed(&rest[..length]),
            style: Style::Json,
            typed: true,
        };
        self.step(Event::Scalar(scalar), start, start + length)
    }

    fn step(&mut self, event: Event<'a>, start: usize, end: usize) -> Step<'a> {
        self.at = end;
        Step {
            event,
            span: start..end,
            properties: 0,
        }
    }
}

impl<'a> Iterator for Json<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.state {
            State::Behind => None,
            State::Before => {
                self.state = State::Within;
                Some(self.step(Event::DocumentStart, self.at, self.at))
            }
            State::Within => self.token().or_else(|| {
                self.state = State::Behind;
                let end = self.text.len();
                Some(self.step(Event::DocumentEnd, end, end))
            }),
        }
    }
}

fn check_depth(json: Json<'_>, limit: usize) -> Result<(), Error> {
    let (text, mut depth) = (json.text, 0);
    for step in json {
        match step.event {
            Event::MappingStart { .. } | Event::SequenceStart { .. } => depth += 1,
            Event::MappingEnd | Event::SequenceEnd => depth -= 1,
            _ => {}
        }
        if depth > limit {
            let position = Position::of(text, step.span.start);
            return Err(Error::too_deep(step.span, position, limit));
        }
    }
    Ok(())
}

fn refusal(text: &str, first: usize, error: &serde_json::Error) -> Error {
    let line = text[first..]
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    let mut start = (first + line + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let end = text[start..]
        .chars()
        .next()
        .map_or(start, |char| start + char.len_utf8());
    let position = Position::of(text, start);
    let message = error.to_string();
    let reason = message.split(" at line ").next().unwrap_or_default();
    let error = Error::json(reason, start..end, position);
    match &text.as_bytes()[start..] {
        [b'/', b'/' | b'*', ..] | [b'#', ..] => {
            error.with_hint("JSON carries no comments; remove it")
        }
        [b'}' | b']', ..] if behind_comma(&text[..start]) => {
            error.with_hint("JSON has no comma behind the last of its values; remove it")
        }
        _ => error,
    }
}

fn behind_comma(text: &str) -> bool {
    text.trim_end_matches([' ', '\t', '\r', '\n'])
        .ends_with(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalars(text: &str) -> Vec<(String, &str)> {
        let steps = Json::within(text, Limits::default()).unwrap();
        steps
            .filter_map(|step| match step.event {
                Event::Scalar(scalar) => Some((scalar.value.into_owned(), &text[step.span])),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn scalars_have_their_bytes() {
        let found =
            scalars("\u{feff}{\n\t\"a\\u00fc\": [\"\\ud83d\\udea2\", -1.5e3,true ],\"b\":\"\"}");
        let expected = [
            ("aü", "\"a\\u00fc\""),
            ("🚢", "\"\\ud83d\\udea2\""),
            ("-1.5e3", "-1.5e3"),
            ("true", "true"),
            ("b", "\"b\""),
            ("", "\"\""),
        ];
        let expected: Vec<_> = expected
            .map(|(value, bytes)| (value.to_owned(), bytes))
            .into();
        assert_eq!(found, expected);
        assert_eq!(scalars("\"x\\\"y\""), [("x\"y".to_owned(), "\"x\\\"y\"")]);
    }

    #[test]
    fn half_a_character_is_no_text() {
        let step = Json::within(r#""\ud800""#, Limits::default())
            .unwrap()
            .nth(1)
            .unwrap();
        assert!(matches!(step.event, Event::Scalar(scalar) if scalar.typed));
    }
}
