//! What is inserted reads as planned, and is a subsequence away from the text; marking twice is marking once; what a
//! marker file names in JSON is set, and the rest says what it said.
//!
//! The input is the file; the marker file names one place of it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright_markers::{ErrorKind, Image, Setters, Sidecar, Syntax, mark};

fuzz_target!(|text: &[u8]| {
    for syntax in [Syntax::flux(), Syntax::fleet().with_text_after(true)] {
        check_mark(text, &syntax);
    }
    for path in ["a.json", "a.yaml"] {
        check_sidecar(text, path);
    }
});

fn setter(image: &Image) -> Option<String> {
    (!image.name().starts_with('x')).then(|| format!("ns:{}", image.name()))
}

fn check_mark(text: &[u8], syntax: &Syntax) {
    let Ok(planned) = mark(text, syntax, setter) else {
        return;
    };
    let insertions = planned.insertions().len();
    let after = match planned.apply() {
        Ok(after) => after,
        // Larger than the limits allow. What was planned must read as planned.
        Err(error) => return assert_ne!(error.kind(), ErrorKind::NotPreserved),
    };
    assert_eq!(insertions == 0, after == text);
    assert!(is_subsequence(text, &after), "no other byte changes");
    let again = mark(&after, syntax, setter).expect("a text that was just written is read");
    assert!(
        again.is_unchanged(),
        "marking twice is marking once: {:?}",
        again.insertions()
    );
}

fn check_sidecar(text: &[u8], path: &str) {
    let places = ["/a", "/a/0", "/0", "/image/tag"];
    let markers = places.map(|at| format!("- {{path: {path}, at: {at}, setter: s}}\n"));
    let file = format!("markers:\n{}", markers.concat());
    let sidecar = Sidecar::parse(file.as_bytes()).expect("it is well-formed");
    let setters = Setters::from([("s", "new: \"1\"")]);
    let Ok(planned) = sidecar.plan(path, text, setters.decide()) else {
        return;
    };
    let after = match planned.apply() {
        Ok(after) => after,
        Err(error) => return assert_ne!(error.kind(), ErrorKind::NotPreserved),
    };
    let again = sidecar
        .plan(path, &after, setters.decide())
        .expect("a text that was just written is read");
    assert!(again.is_unchanged(), "{:?}", again.edits());
}

fn is_subsequence(part: &[u8], whole: &[u8]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|byte| rest.any(|other| other == byte))
}
