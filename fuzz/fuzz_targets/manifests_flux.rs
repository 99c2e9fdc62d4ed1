//! Any bytes read as Flux's objects and problems, twice the same; each problem has a place inside the file; and every
//! object prints as YAML that reads back equal.

#![no_main]

mod place;

use libfuzzer_sys::fuzz_target;
use tagwright_manifests::{
    Location, Secret,
    flux::{self, Objects},
};

fuzz_target!(|bytes: &[u8]| {
    let read = flux::read("fuzz.yaml", bytes);
    place::check(bytes, &read.problems);
    let again = flux::read("fuzz.yaml", bytes);
    assert_eq!(read.objects, again.objects);
    assert_eq!(read.problems, again.problems);
    let objects = nowhere(read.objects);
    let printed = print(&objects);
    let again = flux::read("fuzz.yaml", printed.as_bytes()).objects;
    assert!(nowhere(again) == objects, "{printed}");
});

fn print(objects: &Objects) -> String {
    let secrets = objects
        .secrets
        .iter()
        .filter_map(Secret::to_yaml_with_values);
    objects.to_yaml() + &secrets.collect::<String>()
}

/// The objects without their places, and without Secrets whose values are not there.
fn nowhere(mut objects: Objects) -> Objects {
    objects.secrets.retain(|secret| secret.encryption.is_none());
    let images = objects
        .image_repositories
        .iter_mut()
        .map(|one| &mut one.meta);
    let policies = objects.image_policies.iter_mut().map(|one| &mut one.meta);
    let automations = objects
        .image_update_automations
        .iter_mut()
        .map(|one| &mut one.meta);
    let sources = objects.git_repositories.iter_mut().map(|one| &mut one.meta);
    let receivers = objects.receivers.iter_mut().map(|one| &mut one.meta);
    let secrets = objects.secrets.iter_mut().map(|one| &mut one.meta);
    let all = images.chain(policies).chain(automations);
    for meta in all.chain(sources).chain(receivers).chain(secrets) {
        meta.location = Location::default();
    }
    objects
}
