use oci_client::secrets::RegistryAuth;
use tagwright_registry::{Credential, Error, ErrorKind, Reference};
use tagwright_testkit::harness::TestResult;

use crate::support::suite;

suite! {
    test references_name_the_same_image,
    test references_that_have_no_counterpart,
    test credentials_are_taken_as_they_are,
}

fn taken(text: &str) -> Result<Reference, Error> {
    text.parse::<oci_client::Reference>()
        .expect(text)
        .try_into()
}

fn references_name_the_same_image() -> TestResult {
    let digest = format!("sha256:{}", "0".repeat(64));
    for (text, name) in [
        ("alpine", "index.docker.io/library/alpine:latest"),
        ("alpine:3.20", "index.docker.io/library/alpine:3.20"),
        ("team/app", "index.docker.io/team/app:latest"),
        ("ghcr.io/team/app:1.2", "ghcr.io/team/app:1.2"),
        ("localhost:5000/team/app:1.2", "localhost:5000/team/app:1.2"),
        (
            &format!("ghcr.io/team/app@{digest}"),
            &format!("ghcr.io/team/app@{digest}"),
        ),
        (
            &format!("ghcr.io/team/app:1.2@{digest}"),
            &format!("ghcr.io/team/app@{digest}"),
        ),
    ] {
        assert_eq!(taken(text)?.name(), name, "{text}");
        assert_eq!(text.parse::<Reference>()?.name(), name, "{text}");
    }
    Ok(())
}

fn references_that_have_no_counterpart() -> TestResult {
    let sha512 = format!("ghcr.io/team/app@sha512:{}", "0".repeat(128));
    for (text, found) in [
        (
            "localhost/team/app",
            "a registry that has neither a dot nor a port; write its port, such as 'localhost:443'",
        ),
        (
            "ghcr.io/a:1",
            "a repository path of 1 characters at column 9; it takes 2 to 255",
        ),
        (
            sha512.as_str(),
            "a digest other than sha256 at column 18; refer to it by its sha256 digest",
        ),
    ] {
        let error = taken(text).expect_err(text);
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Reference, found)
        );
    }
    Ok(())
}

fn credentials_are_taken_as_they_are() -> TestResult {
    for (theirs, ours) in [
        (RegistryAuth::Anonymous, Credential::Anonymous),
        (
            RegistryAuth::Basic("ada".to_owned(), "pass".to_owned()),
            Credential::basic("ada", "pass"),
        ),
        (
            RegistryAuth::Bearer("token".to_owned()),
            Credential::Bearer("token".into()),
        ),
    ] {
        assert_eq!(Credential::from(&theirs), ours);
        assert_eq!(Credential::from(theirs), ours);
    }
    Ok(())
}
