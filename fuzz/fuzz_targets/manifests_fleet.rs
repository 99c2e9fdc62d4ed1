//! Any bytes read as Fleet's objects and problems, twice the same; each problem has a place inside the file; and every
//! object prints as YAML that reads back equal.

#![no_main]

mod place;

use libfuzzer_sys::fuzz_target;
use tagwright_manifests::{
    Location,
    fleet::{self, Objects},
};

fuzz_target!(|bytes: &[u8]| {
    let read = fleet::read("fuzz.yaml", bytes);
    place::check(bytes, &read.problems);
    let again = fleet::read("fuzz.yaml", bytes);
    assert_eq!(read.objects, again.objects);
    assert_eq!(read.problems, again.problems);
    // The scans of one `fleet.yaml` are printed together, as long as they have their places.
    let printed = read.objects.to_yaml();
    let again = fleet::read("fuzz.yaml", printed.as_bytes()).objects;
    assert!(nowhere(again) == nowhere(read.objects), "{printed}");
});

/// The objects without their places. Secrets are read as in `flux::read`.
fn nowhere(mut objects: Objects) -> Objects {
    objects.secrets.clear();
    let scans = objects.image_scans.iter_mut().map(|one| &mut one.meta);
    let repos = objects.git_repos.iter_mut().map(|one| &mut one.meta);
    for meta in scans.chain(repos) {
        meta.location = Location::default();
    }
    objects
}
