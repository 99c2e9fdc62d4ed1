use std::ops::Range;

use proptest::prelude::*;
use tagwright_registry::{Digest, ErrorKind, Reference, Repository};
use tagwright_testkit::harness::{TestError, TestResult};

use crate::support::suite;

suite! {
    test references_are_read_as_by_go_containerregistry,
    test cases_beyond_the_recorded_ones,
    test a_repository_takes_no_tag,
    test digests_have_two_algorithms,
    test errors_say_what_and_where,
    test an_error_is_drawn_under_its_place,
    test every_text_is_read_or_refused_without_a_panic,
    test a_canonical_name_is_read_as_itself,
}

fn references_are_read_as_by_go_containerregistry() -> TestResult {
    let cases = include_str!("../../testdata/references.jsonl");
    let mut differing = Vec::new();
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line)?;
        let field = |name: &str| case[name].as_str().map(str::to_owned);
        let expected = ["registry", "repository", "identifier", "name"].map(field);
        let image = field("image").unwrap_or_default();
        let ours = image
            .parse::<Reference>()
            .map_or([None, None, None, None], |reference| parts(&reference));
        if ours != expected {
            differing.push(format!("{image:?}: {ours:?} instead of {expected:?}"));
        }
    }
    if differing.is_empty() {
        Ok(())
    } else {
        Err(TestError::new(differing.join("\n")))
    }
}

fn parts(reference: &Reference) -> [Option<String>; 4] {
    let texts = [
        reference.registry(),
        reference.repository(),
        reference.identifier(),
        &reference.name(),
    ];
    texts.map(|text| Some(text.to_owned()))
}

/// Answers of go-containerregistry 0.21.6 to what the recorded cases do not ask.
fn cases_beyond_the_recorded_ones() -> TestResult {
    let digest = format!("sha256:{}", "0a".repeat(32));
    let read = [
        ("ab:-x", "index.docker.io/library/ab:-x"),
        ("[::1]:5000/ab", "[::1]:5000/ab:latest"),
        ("[::ffff:1.2.3.4]/ab", "[::ffff:1.2.3.4]/ab:latest"),
        (":5000/ab", ":5000/ab:latest"),
        ("a:1:2/bc", "a:1:2/bc:latest"),
        ("bücher.example/ab", "bücher.example/ab:latest"),
        ("docker.io:443/ab", "docker.io:443/ab:latest"),
        ("../ab", "../ab:latest"),
        ("h.x/a/../b", "h.x/a/../b:latest"),
    ];
    for (image, name) in read {
        assert_eq!(image.parse::<Reference>()?.name(), name, "{image}");
    }
    let tagged: Reference = format!("ghcr.io/ab:1@{digest}").parse()?;
    assert_eq!(
        (tagged.tag(), tagged.digest().map(Digest::as_str)),
        (None, Some(digest.as_str()))
    );
    assert_eq!(tagged.name(), format!("ghcr.io/ab@{digest}"));
    let refused = [
        "ab:",
        "ghcr.io:",
        "[::1/ab",
        "[::1]x/ab",
        "[1.2.3.4]/ab",
        "[fe80::1%25eth0]/ab",
        "h[::1]/ab",
        "h.x:a/bc",
        "u@h.x/ab",
        "h%41.x/ab",
        "h .x/ab",
        "h\\.x/ab",
        "ab@",
        "ab@@",
        "@",
        "ab\n",
        "é/ab",
        "h.x/",
        "h.x/é",
    ];
    for image in refused {
        assert!(image.parse::<Reference>().is_err(), "{image}");
    }
    Ok(())
}

fn a_repository_takes_no_tag() -> TestResult {
    assert!("ghcr.io/a/b:1".parse::<Repository>().is_err());
    let reference: Reference = "docker.io/alpine:3".parse()?;
    let repository: Repository = "alpine".parse()?;
    assert_eq!(Repository::from(&reference), repository);
    assert_eq!(
        format!("{repository:?} {reference:?}"),
        "Repository(index.docker.io/library/alpine) Reference(index.docker.io/library/alpine:3)"
    );
    Ok(())
}

fn digests_have_two_algorithms() -> TestResult {
    for (algorithm, digits) in [("sha256", 64), ("sha512", 128)] {
        let text = format!("{algorithm}:{}", "0f".repeat(digits / 2));
        let digest: Digest = text.parse()?;
        assert_eq!(
            (digest.algorithm(), digest.hex().len(), digest.to_string()),
            (algorithm, digits, text)
        );
    }
    Ok(())
}

#[track_caller]
fn refused(text: &str, kind: ErrorKind, span: Range<usize>, message: &str) {
    let error = match kind {
        ErrorKind::Digest => text.parse::<Digest>().map(drop),
        _ => text.parse::<Reference>().map(drop),
    };
    let error = error.expect_err(text);
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (kind, message),
        "{text}"
    );
    assert_eq!(error.span().unwrap_or_default(), span, "{text}");
    assert!(message.ends_with(error.hint()), "{text}");
}

fn errors_say_what_and_where() -> TestResult {
    use ErrorKind::Reference as R;
    let path = "use lower-case letters, digits, '_', '-', '.' and '/'";
    let host = "write it as a host name or an address, IPv6 in brackets, with a port of digits if it needs one";
    let digest = "write it as 'sha256:' and 64 lower-case hexadecimal digits";
    refused(
        "",
        R,
        0..0,
        "an empty image name; write one such as 'alpine:3.20'",
    );
    refused(
        "ghcr.io/Foo",
        R,
        8..9,
        &format!("unexpected character 'F' in the repository path at column 9; {path}"),
    );
    refused(
        "bü/cher",
        R,
        1..3,
        &format!("unexpected character 'ü' in the repository path at column 2; {path}"),
    );
    refused(
        "a:1",
        R,
        0..1,
        "a repository path of 1 characters at column 1; it takes 2 to 255",
    );
    refused(
        "ab:v 1",
        R,
        4..5,
        "unexpected character ' ' in the tag at column 5; use letters, digits, '_', '-' and '.'",
    );
    let long = format!("ab:{}", "x".repeat(129));
    refused(
        &long,
        R,
        3..132,
        "a tag of 129 characters at column 4; it takes 1 to 128",
    );
    refused(
        "é@h.x/ab",
        R,
        3..9,
        &format!("a digest with an unknown algorithm at column 3; {digest}"),
    );
    refused(
        "[::1/ab",
        R,
        0..4,
        &format!("brackets that hold no IPv6 address in the registry host at column 1; {host}"),
    );
    refused(
        "h.x:a1/ab",
        R,
        3..6,
        &format!("a port that is no number in the registry host at column 4; {host}"),
    );
    refused(
        "h .x/ab",
        R,
        1..2,
        &format!("unexpected character ' ' in the registry host at column 2; {host}"),
    );
    refused(
        "x.[::1]/ab",
        R,
        2..3,
        &format!("an unexpected '[' in the registry host at column 3; {host}"),
    );
    let sha512 = format!("ab@sha512:{}", "0".repeat(128));
    refused(
        &sha512,
        R,
        3..138,
        "a digest other than sha256 at column 4; refer to it by its sha256 digest",
    );
    let long = format!("{}@sha256:{}", "y".repeat(248), "0".repeat(64));
    let text = "a repository path that is too long with 'library/' at column 1; it takes 2 to 255";
    refused(&long, R, 0..248, text);
    refused(
        "md5:00",
        ErrorKind::Digest,
        0..3,
        &format!("a digest with an unknown algorithm at column 1; {digest}"),
    );
    refused(
        "sha256:0A",
        ErrorKind::Digest,
        8..9,
        &format!("unexpected character 'A' in a digest at column 9; {digest}"),
    );
    refused(
        "sha256:00",
        ErrorKind::Digest,
        7..9,
        &format!("a digest with 2 digits where sha256 has 64 at column 8; {digest}"),
    );
    Ok(())
}

fn an_error_is_drawn_under_its_place() -> TestResult {
    let error = "ab:v 1".parse::<Reference>().expect_err("a space");
    assert_eq!((error.line(), error.column()), (Some(1), Some(5)));
    let drawn = error.render("ab:v 1");
    let lines: Vec<_> = drawn.lines().skip(1).collect();
    assert_eq!(lines, ["  |", "1 | ab:v 1", "  |     ^"]);
    Ok(())
}

fn every_text_is_read_or_refused_without_a_panic() -> TestResult {
    let piece = prop_oneof![
        Just("sha256:"),
        Just("@"),
        Just(":"),
        Just("/"),
        Just("["),
        Just("]"),
        Just("::1"),
        Just("docker.io"),
        Just("a"),
        Just("é"),
        Just("0123456789abcdef0123456789abcdef"),
        Just("."),
        Just(" "),
    ];
    let text = prop_oneof![
        proptest::collection::vec(piece, 0..12).prop_map(|parts| parts.concat()),
        any::<String>()
    ];
    proptest!(ProptestConfig::with_cases(2000), |(text in text)| {
        match text.parse::<Reference>() {
            Ok(reference) => prop_assert_eq!(reference.to_string(), text),
            Err(error) => {
                let span = error.span().unwrap_or_default();
                prop_assert!(text.get(span).is_some(), "{:?} {:?}", text, error);
                prop_assert!(error.render(&text).lines().count() <= 5);
                prop_assert_eq!(error.to_string().lines().count(), 1);
            }
        }
    });
    Ok(())
}

fn a_canonical_name_is_read_as_itself() -> TestResult {
    let name = "([a-z]{1,3}\\.[a-z]{2}(:[0-9]{1,4})?/)?[a-z0-9._/-]{2,12}(:[a-zA-Z0-9_.-]{1,8})?(@sha256:[0-9a-f]{64})?";
    proptest!(ProptestConfig::with_cases(1000), |(name in name)| {
        // "./" is nothing but a registry.
        let Ok(reference) = name.parse::<Reference>() else { return Ok(()) };
        let again: Reference = reference.name().parse()?;
        prop_assert_eq!(again.name(), reference.name());
        prop_assert_eq!(Repository::from(&again), Repository::from(&reference));
        prop_assert_eq!(again.digest(), reference.digest());
        let repository = reference.as_repository().to_string();
        prop_assert_eq!(&repository.parse::<Repository>()?, reference.as_repository());
    });
    Ok(())
}
