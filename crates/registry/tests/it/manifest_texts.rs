//! Manifests and configs read from their texts, without a registry.

use serde_json::json;
use tagwright_registry::{ErrorKind, ImageConfig, Manifest};
use tagwright_testkit::harness::TestResult;

use crate::manifests::{OCI, entry, index, platform, zeros};
use crate::routes::sha256;
use crate::support::suite;

suite! {
    test manifests_of_all_kinds,
    test attestations_are_no_images,
    test the_best_image_for_a_platform,
    test what_is_no_manifest,
    test what_is_no_config,
}

fn manifests_of_all_kinds() -> TestResult {
    let child = entry(&zeros('1'), "linux/arm64/v8");
    let config = json!({ "mediaType": "x/y", "digest": zeros('2'), "size": 7 });
    for (media_type, is_index) in [
        ("application/vnd.oci.image.index.v1+json", true),
        (
            "application/vnd.docker.distribution.manifest.list.v2+json",
            true,
        ),
        ("application/vnd.oci.image.manifest.v1+json", false),
        (
            "application/vnd.docker.distribution.manifest.v2+json",
            false,
        ),
    ] {
        let body = if is_index {
            json!({ "schemaVersion": 2, "mediaType": media_type, "manifests": [child] })
        } else {
            json!({ "schemaVersion": 2, "mediaType": media_type, "config": config, "layers": [config] })
        };
        let text = body.to_string();
        let manifest = Manifest::from_bytes(text.as_bytes())?;
        assert_eq!(
            (manifest.media_type(), manifest.is_index()),
            (media_type, is_index)
        );
        assert_eq!(
            (manifest.digest().as_str(), manifest.as_bytes()),
            (sha256(&text).as_str(), text.as_bytes())
        );
        assert_eq!(
            (manifest.manifests().len(), manifest.layers().len()),
            (usize::from(is_index), usize::from(!is_index))
        );
        assert_eq!(
            manifest
                .config()
                .map(|config| (config.size(), config.media_type())),
            (!is_index).then_some((7, "x/y"))
        );
        let short = text.replace(&format!(r#""mediaType":"{media_type}","#), "");
        let usual = if is_index { "index" } else { "manifest" };
        assert_eq!(
            Manifest::from_bytes(short)?.media_type(),
            format!("{OCI}{usual}.v1+json")
        );
    }
    let empty =
        format!(r#"{{"schemaVersion":2,"mediaType":"{OCI}index.v1+json","manifests":null}}"#);
    assert!(Manifest::from_bytes(empty)?.is_index());
    let annotated = json!({
        "artifactType": "a/b", "annotations": { "k": "v" }, "subject": config, "config": config, "layers": null,
    });
    let annotated = Manifest::from_bytes(annotated.to_string())?;
    assert_eq!(
        (
            annotated.artifact_type(),
            annotated.annotations()["k"].as_str()
        ),
        (Some("a/b"), "v")
    );
    assert_eq!(
        annotated.subject().map(|subject| subject.digest().as_str()),
        Some(&*zeros('2'))
    );
    Ok(())
}

fn attestations_are_no_images() -> TestResult {
    let mut noted = entry(&zeros('3'), "linux/arm64");
    noted["annotations"] = json!({ "vnd.docker.reference.type": "attestation-manifest" });
    let text = index(&[
        entry(&zeros('1'), "unknown/unknown"),
        noted,
        entry(&zeros('2'), "linux/arm64"),
    ]);
    let manifest = Manifest::from_bytes(text)?;
    assert_eq!(manifest.manifests().len(), 3);
    let images: Vec<_> = manifest
        .images()
        .map(|image| image.digest().as_str())
        .collect();
    assert_eq!(images, [zeros('2')]);
    Ok(())
}

fn the_best_image_for_a_platform() -> TestResult {
    let entries = [
        ('1', "linux/arm/v5"),
        ('2', "linux/arm/v6"),
        ('3', "linux/amd64"),
        ('4', "linux/amd64/v2"),
        ('5', "linux/arm64/v8"),
        ('6', "linux/arm64"),
        ('7', "windows/amd64"),
        ('8', "linux/s390x"),
    ];
    let entries: Vec<_> = entries
        .iter()
        .map(|(digit, platform)| entry(&zeros(*digit), platform))
        .collect();
    let manifest = Manifest::from_bytes(index(&entries))?;
    for (wanted, digit) in [
        ("linux/amd64", Some('3')),
        ("linux/amd64/v2", Some('4')),
        ("linux/amd64/v3", Some('4')),
        ("linux/arm64", Some('5')),
        ("linux/arm64/v8", Some('5')),
        ("linux/arm64/v9", Some('5')),
        ("linux/arm/v7", Some('2')),
        ("linux/arm/v5", Some('1')),
        ("windows/amd64", Some('7')),
        ("linux/s390x", Some('8')),
        ("linux/s390x/v2", None),
        ("linux/386", None),
        ("darwin/arm64", None),
    ] {
        let found = manifest
            .for_platform(&platform(wanted))
            .map(|image| image.digest().as_str().to_owned());
        assert_eq!(found, digit.map(zeros), "{wanted}");
    }
    Ok(())
}

fn what_is_no_manifest() -> TestResult {
    let hint = "check that this is the address of a registry";
    let both = json!({ "manifests": [], "layers": [] }).to_string();
    let lying = json!({ "mediaType": format!("{OCI}index.v1+json"), "layers": [] }).to_string();
    let unread = json!({ "manifests": [{ "digest": "md5:0", "size": 1 }] }).to_string();
    let deep = format!(
        r#"{{"manifests":{}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    for (text, found) in [
        (
            "",
            "an answer that is no JSON object where a manifest is due",
        ),
        (
            "<html>",
            "an answer that is no JSON object where a manifest is due",
        ),
        (
            "[]",
            "an answer that is no JSON object where a manifest is due",
        ),
        (
            r#"{"manifests":"#,
            "a manifest that cannot be read at line 1, column 13",
        ),
        ("{}", "an answer that is neither an image nor an index"),
        (
            r#"{"layers":[]}"#,
            "an answer that is neither an image nor an index",
        ),
        (&both, "a manifest that is an index and an image at once"),
        (
            &lying,
            "a manifest whose media type is not that of its form",
        ),
        (
            &unread,
            "a manifest that cannot be read at line 1, column 42",
        ),
        (&deep, "a manifest that cannot be read at line 1, column 15"),
    ] {
        let error = Manifest::from_bytes(text).expect_err(text);
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::InvalidResponse, format!("{found}; {hint}"))
        );
    }
    let schema1 =
        "a manifest of Docker's schema 1; push the image again with a tool of this decade";
    let unknown = "a manifest of an unknown media type; \
        refer to an image or an index, of OCI or of Docker's schema 2";
    for (text, found) in [
        (r#"{"schemaVersion":1,"fsLayers":[],"history":[]}"#, schema1),
        (r#"{"schemaVersion":1,"manifests":[]}"#, schema1),
        (
            r#"{"mediaType":"application/vnd.oci.artifact.manifest.v1+json","blobs":[]}"#,
            unknown,
        ),
    ] {
        let error = Manifest::from_bytes(text).expect_err(text);
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Unsupported, found)
        );
    }
    Ok(())
}

fn what_is_no_config() -> TestResult {
    let hint = "check that this is the address of a registry";
    for (text, found) in [
        (
            "null",
            "an answer that is no JSON object where an image config is due",
        ),
        (
            r#"{"config":{"Labels":7}}"#,
            "an image config that cannot be read at line 1, column 21",
        ),
        (
            r#"{"created":"yesterday"}"#,
            "a creation date that is no date of RFC 3339",
        ),
    ] {
        let error = ImageConfig::from_bytes(text.as_bytes()).expect_err(text);
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::InvalidResponse, format!("{found}; {hint}"))
        );
    }
    let bare = ImageConfig::from_bytes(
        br#"{"os":"","architecture":"amd64","created":null,"author":"","config":null}"#,
    )?;
    assert_eq!(
        (
            bare.platform(),
            bare.created(),
            bare.author(),
            bare.labels().len()
        ),
        (None, None, None, 0)
    );
    Ok(())
}
