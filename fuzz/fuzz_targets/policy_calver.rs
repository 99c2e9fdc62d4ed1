//! A calver format prints as it was written and reads back; its versions are ordered totally, and what it reads is what
//! a policy of it selects from.

#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use tagwright_policy::{CalverFormat, Dialect, Policy};

fuzz_target!(|input: (&str, &str, &str, &str)| {
    let (text, a, b, c) = input;
    let format = match CalverFormat::parse(text) {
        Ok(format) => format,
        Err(error) => return check_place(&error, text),
    };
    assert_eq!(format.to_string(), text);
    assert_eq!(text.parse::<CalverFormat>().as_ref(), Ok(&format));

    let mut builder = Policy::builder(Dialect::Flux);
    let policy = builder.calver(text).build().expect("it is a format");
    for tag in [a, b, c] {
        let selection = policy.select([tag]).expect("not a strict policy");
        assert_eq!(
            selection.tag().is_some(),
            format.matches(tag),
            "{text} {tag}"
        );
    }
    if let (Some(ab), Some(ba)) = (policy.compare(a, b), policy.compare(b, a)) {
        assert_eq!(ab, ba.reverse());
        assert_eq!(ab == Ordering::Equal, a == b);
        if policy.compare(b, c) == Some(ab) {
            assert_eq!(policy.compare(a, c), Some(ab), "{text} {a} {b} {c}");
        }
    }
});

fn check_place(error: &tagwright_policy::Error, text: &str) {
    // A text that is too long has no one place.
    if let Some(span) = error.span() {
        assert!(text.get(span).is_some());
    }
    assert!(error.render(text).starts_with(&error.to_string()));
}
