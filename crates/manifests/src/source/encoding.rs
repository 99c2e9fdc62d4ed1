//! Bytes as UTF-8.

use std::borrow::Cow;

use crate::Severity;
use crate::report::Report;
use crate::yaml::Position;

/// The bytes without their byte order mark, UTF-16 turned into UTF-8.
pub(super) fn as_utf8<'a>(report: &Report<'_>, bytes: &'a [u8]) -> Option<Cow<'a, [u8]>> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => Some(Cow::Borrowed(rest)),
        [0xff, 0xfe, 0, 0, ..]
        | [0, 0, 0xfe, 0xff, ..]
        | [1..=0xff, 0, 0, 0, ..]
        | [0, 0, 0, 1..=0xff, ..] => refuse(report, UTF_32),
        [0xff, 0xfe, rest @ ..] => utf16(report, rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(report, rest, u16::from_be_bytes),
        [1..=0xff, 0, 1..=0xff, 0, ..] | [0, 1..=0xff, 0, 1..=0xff, ..] => refuse(report, UNMARKED),
        _ => Some(Cow::Borrowed(bytes)),
    }
}

const UTF_32: &str = "UTF-32 is not read; save the file as UTF-8";
const UNMARKED: &str = "UTF-16 without a byte order mark is not read; save the file as UTF-8";

fn refuse<'a>(report: &Report<'_>, message: &str) -> Option<Cow<'a, [u8]>> {
    let start = Position { line: 1, column: 1 };
    report.add(Severity::Error, start, "", message.to_owned());
    None
}

fn utf16<'a>(report: &Report<'_>, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Cow<'a, [u8]>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if rest.is_empty() => Some(Cow::Owned(text.into_bytes())),
        _ => refuse(
            report,
            "no UTF-16 text, though it starts with that byte order mark",
        ),
    }
}
