//! A version reads back from its print, what Flux reads Fleet reads alike, and versions are ordered totally.

#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use tagwright_policy::{Dialect, Version};

fuzz_target!(|input: (&str, &str, &str)| {
    let (Some(a), Some(b), Some(c)) = (version(input.0), version(input.1), version(input.2)) else {
        return;
    };
    assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
    assert_eq!(a.cmp(&b) == Ordering::Equal, a == b);
    if a <= b && b <= c {
        assert!(a <= c, "{a} <= {b} <= {c}");
    }
    if a.cmp_precedence(&b) == Ordering::Less {
        assert!(a < b);
    }
});

fn version(text: &str) -> Option<Version> {
    let version = Version::parse_in(Dialect::Fleet, text).ok()?;
    if let Ok(strict) = Version::parse_in(Dialect::Flux, text) {
        assert_eq!(strict, version);
    }
    let printed = version.to_string();
    // Of the longest text too, though a missing number is filled in.
    assert_eq!(printed.parse::<Version>().as_ref(), Ok(&version));
    Some(version)
}
