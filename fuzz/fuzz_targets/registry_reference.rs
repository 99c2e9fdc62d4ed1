//! References, repositories and digests read back from their prints, and their parts make the canonical name.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright_registry::{Digest, Reference, Repository};

fuzz_target!(|text: &str| {
    if let Ok(reference) = text.parse::<Reference>() {
        check_reference(text, &reference);
    }
    if let Ok(repository) = text.parse::<Repository>() {
        if filled_in_past_the_limit(repository.path()) {
            return;
        }
        let again: Repository = repository
            .to_string()
            .parse()
            .expect("a canonical name reads back");
        assert_eq!(again, repository);
    }
    if let Ok(digest) = text.parse::<Digest>() {
        assert_eq!(digest.to_string(), text);
    }
});

fn check_reference(text: &str, reference: &Reference) {
    assert_eq!(reference.to_string(), text);
    assert!(reference.tag().is_none() || reference.digest().is_none());
    let separator = if reference.digest().is_some() {
        '@'
    } else {
        ':'
    };
    let parts = format!(
        "{}/{}{separator}{}",
        reference.registry(),
        reference.repository(),
        reference.identifier()
    );
    assert_eq!(reference.name(), parts);
    if filled_in_past_the_limit(reference.repository()) {
        return;
    }
    let canonical: Reference = parts.parse().expect("the canonical name reads back");
    assert_eq!(canonical.name(), parts);
}

/// As in go-containerregistry, the limit is that of the path as it was written: the `library/` that Docker Hub's default
/// puts before it does not count.
fn filled_in_past_the_limit(path: &str) -> bool {
    path.len() > 255
}
