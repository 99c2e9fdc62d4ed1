//! Any bytes read as a `tagwright.yaml`, twice the same; each problem has a place inside the file.

#![no_main]

mod place;

use libfuzzer_sys::fuzz_target;
use tagwright_manifests::config;

fuzz_target!(|bytes: &[u8]| {
    let read = config::read("fuzz.yaml", bytes);
    place::check(bytes, &read.problems);
    let again = config::read("fuzz.yaml", bytes);
    assert_eq!(read.config, again.config);
    assert_eq!(read.problems, again.problems);
});
