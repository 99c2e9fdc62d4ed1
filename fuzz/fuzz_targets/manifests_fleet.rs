//! Any bytes read as Fleet's objects and problems, twice the same, and each problem has a place inside the file.

#![no_main]

mod place;

use libfuzzer_sys::fuzz_target;
use tagwright_manifests::fleet;

fuzz_target!(|bytes: &[u8]| {
    let read = fleet::read("fuzz.yaml", bytes);
    place::check(bytes, &read.problems);
    let again = fleet::read("fuzz.yaml", bytes);
    assert_eq!(read.objects, again.objects);
    assert_eq!(read.problems, again.problems);
});
