//! A range prints as it was written, and its print reads back as an equal range that admits the same versions.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright_policy::{Dialect, Range, Version};

fuzz_target!(|input: (&str, Vec<&str>)| {
    let (text, tags) = input;
    let Ok(range) = Range::parse(text) else {
        return;
    };
    assert_eq!(range.to_string(), text);
    let again: Range = range.to_string().parse().expect("a range reads back");
    assert_eq!(again, range);
    for version in tags
        .iter()
        .filter_map(|tag| Version::parse_in(Dialect::Fleet, tag).ok())
    {
        assert_eq!(again.matches(&version), range.matches(&version));
    }
});
