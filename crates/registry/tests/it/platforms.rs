use proptest::prelude::*;
use tagwright_registry::{ErrorKind, Manifest, Platform};
use tagwright_testkit::harness::TestResult;

use crate::support::suite;

suite! {
    test spellings_of_one_platform,
    test platforms_that_differ,
    test what_is_no_platform,
    test a_platform_reads_back,
}

fn spellings_of_one_platform() -> TestResult {
    for (written, shown) in [
        ("linux/amd64", "linux/amd64"),
        ("linux/x86_64", "linux/amd64"),
        ("Linux/x86-64/v1", "linux/amd64"),
        ("linux/amd64/v3", "linux/amd64/v3"),
        ("linux/i386", "linux/386"),
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/arm64/8", "linux/arm64"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/arm64/v9", "linux/arm64/v9"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/armhf", "linux/arm/v7"),
        ("linux/arm/7", "linux/arm/v7"),
        ("linux/armel", "linux/arm/v6"),
        ("linux/arm/6", "linux/arm/v6"),
        ("linux/arm/5", "linux/arm/v5"),
        ("linux/arm/8", "linux/arm/v8"),
        ("macos/arm64", "darwin/arm64"),
        ("windows/amd64", "windows/amd64"),
        ("linux/riscv64", "linux/riscv64"),
    ] {
        assert_eq!(written.parse::<Platform>()?.to_string(), shown, "{written}");
        assert_eq!(shown.parse::<Platform>()?.to_string(), shown);
    }
    let arm: Platform = "linux/arm/v6".parse()?;
    assert_eq!(
        (arm.os(), arm.architecture(), arm.variant()),
        ("linux", "arm", Some("v6"))
    );
    assert_eq!(format!("{arm:?}"), "Platform(linux/arm/v6)");
    Ok(())
}

fn platforms_that_differ() -> TestResult {
    let amd64 = Platform::linux_amd64();
    for other in [
        "linux/amd64/v2",
        "windows/amd64",
        "linux/386",
        "linux/arm64",
    ] {
        assert_ne!(amd64, other.parse()?);
    }
    Ok(())
}

fn what_is_no_platform() -> TestResult {
    let hint = "write it as 'os/architecture' or 'os/architecture/variant', such as 'linux/arm64'";
    let long = format!("linux/{}", "a".repeat(65));
    for (text, found) in [
        ("", "a platform that has not two or three parts at column 1"),
        (
            "linux",
            "a platform that has not two or three parts at column 1",
        ),
        (
            "linux/",
            "a platform that has not two or three parts at column 1",
        ),
        (
            "/amd64",
            "a platform that has not two or three parts at column 1",
        ),
        (
            "linux/arm/v7/x",
            "a platform that has not two or three parts at column 1",
        ),
        (
            long.as_str(),
            "a platform that has not two or three parts at column 1",
        ),
        (
            "linux/arm 64",
            "unexpected character ' ' in a platform at column 10",
        ),
        (
            "linux/é",
            "unexpected character 'é' in a platform at column 7",
        ),
    ] {
        let error = text.parse::<Platform>().expect_err(text);
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Platform, format!("{found}; {hint}")),
            "{text}"
        );
    }
    Ok(())
}

/// And an image for it is found by it, whatever stands beside it.
fn a_platform_reads_back() -> TestResult {
    let part =
        "(linux|windows|MacOS|arm|armhf|arm64|aarch64|x86_64|amd64|i386|v?[1-9]|[a-z0-9_.-]{1,8})";
    let platform = format!("{part}/{part}(/{part})?");
    proptest!(ProptestConfig::with_cases(200), |(texts in proptest::collection::vec(platform.as_str(), 1..5))| {
        let mut entries = Vec::new();
        for text in &texts {
            let platform: Platform = text.parse().expect("a platform");
            prop_assert_eq!(platform.to_string().parse::<Platform>().expect("its print"), platform);
            let (os, rest) = text.split_once('/').unwrap_or_default();
            let (architecture, variant) = rest.split_once('/').unwrap_or((rest, ""));
            let platform = serde_json::json!({ "os": os, "architecture": architecture, "variant": variant });
            let digest = format!("sha256:{}", "0".repeat(64));
            entries.push(serde_json::json!({ "digest": digest, "size": 1, "platform": platform }));
        }
        let index = serde_json::json!({ "schemaVersion": 2, "manifests": entries });
        let index = Manifest::from_bytes(index.to_string()).expect("an index");
        for text in &texts {
            let platform: Platform = text.parse().expect("a platform");
            let found = index.for_platform(&platform).and_then(|image| image.platform());
            prop_assert_eq!(found, Some(&platform), "{}", text);
        }
    });
    Ok(())
}
