//! No decisions change nothing; bytes outside the edits stay; applying twice is applying once; and an independent
//! reader finds that exactly the edited scalars differ.
//!
//! The first line of the input is the value that every marker is set to, the rest is the file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright_markers::{Decision, Edit, ErrorKind, FilePlan, Marker, Syntax, find, plan};
use yaml_rust2::parser::{Event, Parser};

fuzz_target!(|data: &[u8]| {
    let end = data
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(data.len());
    let (value, text) = (
        String::from_utf8_lossy(&data[..end]),
        &data[(end + 1).min(data.len())..],
    );
    for syntax in [Syntax::flux(), Syntax::fleet()] {
        check(text, &syntax, &value);
    }
});

fn check(text: &[u8], syntax: &Syntax, value: &str) {
    let Ok(nothing) = plan(text, syntax, |_, _| Decision::Unknown { nearest: None }) else {
        return;
    };
    assert!(nothing.is_unchanged());
    assert_eq!(nothing.apply().as_deref().ok(), Some(text));

    let set = set_all(text, syntax, value);
    let edits = set.edits().to_vec();
    assert!(edits.len() <= find(text, syntax).expect("it was planned").len());
    let after = match set.apply() {
        Ok(after) => after,
        // Larger than the limits allow. What was planned must read as planned.
        Err(error) => return assert_ne!(error.kind(), ErrorKind::NotPreserved, "{value:?}"),
    };
    check_bytes(text, &after, &edits);
    check_scalars(text, &after, &edits);
    let again = set_all(&after, syntax, value);
    assert!(
        again.is_unchanged(),
        "applying twice is applying once: {:?}",
        again.edits()
    );
}

fn set_all<'a>(text: &'a [u8], syntax: &Syntax, value: &str) -> FilePlan<'a> {
    let decide = |_: &Marker, _: &str| Decision::Set(value.to_owned());
    plan(text, syntax, decide).expect("a text that was planned, or was just written, is read")
}

/// The bytes between the edits stand in the new text in their order, the first and the last at its ends.
fn check_bytes(before: &[u8], after: &[u8], edits: &[Edit]) {
    let (mut from, mut rest) = (0, after);
    for (index, edit) in edits.iter().enumerate() {
        let kept = &before[from..edit.span().start];
        let at = if index == 0 {
            rest.starts_with(kept).then_some(0)
        } else {
            position(rest, kept)
        };
        rest = &rest[at.expect("bytes before an edit stay") + kept.len()..];
        from = edit.span().end;
    }
    assert!(
        rest.ends_with(&before[from..]),
        "bytes after the last edit stay"
    );
    assert!(!edits.is_empty() || before == after);
}

fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() {
        return Some(0);
    }
    text.windows(part.len()).position(|window| window == part)
}

/// Where the other reader takes the old text, it reads the new one as the same, but for the edited scalars.
fn check_scalars(before: &[u8], after: &[u8], edits: &[Edit]) {
    let (Some(before), Some(after)) = (events(before), events(after)) else {
        return;
    };
    assert_eq!(before.len(), after.len());
    let mut changed = 0;
    for (old, new) in before.iter().zip(&after).filter(|(old, new)| old != new) {
        let (Event::Scalar(..), Event::Scalar(new, ..)) = (old, new) else {
            panic!("not a scalar: {old:?} {new:?}");
        };
        assert!(
            edits.iter().any(|edit| edit.new() == new),
            "not an edit: {new:?}"
        );
        changed += 1;
    }
    assert!(changed <= edits.len());
}

fn events(text: &[u8]) -> Option<Vec<Event>> {
    let text = std::str::from_utf8(text).ok()?;
    // It takes the byte order mark for a part of the first scalar.
    let mut parser = Parser::new_from_str(text.trim_start_matches('\u{feff}'));
    let mut events = Vec::new();
    loop {
        match parser.next_token().ok()? {
            (Event::StreamEnd, _) => return Some(events),
            (event, _) => events.push(event),
        }
    }
}
