//! Any bytes read as Flux's objects and problems, twice the same, and each problem has a place inside the file.

#![no_main]

mod place;

use libfuzzer_sys::fuzz_target;
use tagwright_manifests::flux;

fuzz_target!(|bytes: &[u8]| {
    let read = flux::read("fuzz.yaml", bytes);
    place::check(bytes, &read.problems);
    let again = flux::read("fuzz.yaml", bytes);
    assert_eq!(read.objects, again.objects);
    assert_eq!(read.problems, again.problems);
});
