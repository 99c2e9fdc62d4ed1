//! What the readers of manifests ask the libraries.

use tagwright::manifests::{Subject, fleet, flux};
use tagwright::{Dialect, judge};
use tagwright_testkit::harness::{Trial, test};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test(
            "judging::every_text_is_read_by_its_library",
            every_text_is_read_by_its_library,
        ),
        test(
            "judging::what_was_committed_and_is_wrong_says_what_to_write",
            what_was_committed_and_is_wrong_says_what_to_write,
        ),
        test("judging::a_dialect_has_its_own", a_dialect_has_its_own),
        test(
            "judging::problems_stand_where_the_text_does",
            problems_stand_where_the_text_does,
        ),
    ]
}

fn every_text_is_read_by_its_library() {
    let extract = |extract| Subject::Extract {
        extract,
        pattern: "^main-(?P<ts>[0-9]+)",
    };
    for dialect in [Dialect::Flux, Dialect::Fleet] {
        for good in [
            Subject::Range(">=1.0.0 <2.0.0"),
            Subject::Pattern("^main-[a-f0-9]+"),
            extract("$ts"),
            Subject::Calver("YYYY.0M.0D"),
            Subject::Image("ghcr.io/org/app"),
            Subject::Template("{{ .AutomationObject }}"),
        ] {
            assert_eq!(judge(dialect)(good), Ok(()), "{good:?}");
        }
        for bad in [
            Subject::Range("numerical"),
            Subject::Pattern("(?=a)"),
            Subject::Calver("YYYY.XX"),
            Subject::Image("ghcr.io/Org/app"),
            Subject::Template("{{ if }}"),
        ] {
            let judged = judge(dialect)(bad);
            assert!(
                judged.is_err_and(|reason| !reason.contains('\n')),
                "{bad:?}"
            );
        }
    }
}

fn a_dialect_has_its_own() {
    let tagged = Subject::Image("ghcr.io/org/app:1.0.0");
    assert!(judge(Dialect::Flux)(tagged).is_err());
    assert_eq!(
        judge(Dialect::Fleet)(tagged),
        Ok(()),
        "the tag is passed over"
    );
}

fn problems_stand_where_the_text_does() {
    let text = b"
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: app, namespace: flux-system}
spec:
  imageRepositoryRef: {name: app}
  filterTags: {pattern: '^main-(?=x)'}
  policy: {numerical: {order: asc}}
";
    let read = flux::read_with("app.yaml", text, &judge(Dialect::Flux));
    let problems: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "app.yaml:7:25: error: spec.filterTags.pattern: invalid filter pattern: unsupported look-ahead (?= at line 1, column 7; write it in Go's regexp syntax: match the text around too, and extract a group of it"
        ]
    );

    let text = b"imageScans:
- {image: ghcr.io/org/app, tagName: app, policy: {semver: {range: 1.x.x.x}}}
";
    let read = fleet::read_with("fleet.yaml", text, &judge(Dialect::Fleet));
    let problems: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "fleet.yaml:2:67: error: imageScans[0].policy.semver.range: invalid semver range: unexpected character '.' at line 1, column 6; write three numbers at most"
        ]
    );
}

/// Found in public repositories, where Flux refuses them or does not do what was meant.
fn what_was_committed_and_is_wrong_says_what_to_write() {
    for (rule, expected) in COMMITTED {
        let text = format!(
            "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata: {{name: app, namespace: flux-system}}\n\
             spec:\n  imageRepositoryRef: {{name: app}}\n{rule}\n"
        );
        let read = flux::read_with("app.yaml", text.as_bytes(), &judge(Dialect::Flux));
        let problems: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems.join("\n"), *expected, "{rule}");
    }
}

const COMMITTED: &[(&str, &str)] = &[
    (
        "  policy: {semver: {range: '>=0.1.0-'}}",
        "app.yaml:6:28: error: spec.policy.semver.range: invalid semver range: unexpected character '-' at line 1, column 8; write -0 behind the version to take pre-releases in, or leave the hyphen out",
    ),
    (
        "  policy: {semver: {range: 4.32.33.506484}}",
        "app.yaml:6:28: error: spec.policy.semver.range: invalid semver range: unexpected character '.' at line 1, column 8; write three numbers at most",
    ),
    (
        "  policy: {semver: {range: '*-alpha.*'}}",
        "app.yaml:6:28: error: spec.policy.semver.range: invalid semver range: unexpected character '.' at line 1, column 8; write a comparison such as >=1.2.0, 1.2.x or ^1.2",
    ),
    (
        "  policy: {semver: ^1.2.5}",
        "app.yaml:6:20: error: spec.policy.semver: expected a map, found \"^1.2.5\"; write `semver: {range: \"^1.2.5\"}`",
    ),
    (
        "  policy: {semVer: {range: 1.x}}",
        "app.yaml:6:11: error: spec.policy: no policy is given; write semver, alphabetical or numerical\napp.yaml:6:12: warning: spec.policy.semVer: unknown field, not used; did you mean semver?",
    ),
    (
        "  policy: {numberical: {order: asc}}",
        "app.yaml:6:11: error: spec.policy: no policy is given; write semver, alphabetical or numerical\napp.yaml:6:12: warning: spec.policy.numberical: unknown field, not used; did you mean numerical?",
    ),
    (
        "  policy: {numerical: {order: asc}, semver: {range: 1.x}}",
        "app.yaml:6:23: warning: spec.policy.numerical: not used: Flux takes semver where both are given; remove one",
    ),
    (
        "  policy: {numerical: {order: asc}, filterTags: {pattern: '^main-'}}",
        "app.yaml:6:49: warning: spec.policy.filterTags: not used here; move it up one level, to spec.filterTags",
    ),
    (
        "  filterTags: {pattern: '^(?P<n>[0-9]+)$', extract: n}\n  policy: {numerical: {order: asc}}",
        "app.yaml:6:53: warning: spec.filterTags.extract: names no group of the pattern, so that every tag is compared as this text; write for example `$ts`",
    ),
    (
        "  filterTags: {pattern: '^(?P<n>[0-9]+)$', extract: $ts}\n  policy: {numerical: {order: asc}}",
        "app.yaml:6:53: warning: spec.filterTags.extract: the pattern has no group \"ts\", which is empty then; write (?P<ts>...) in it",
    ),
    (
        "  filterTags: {extract: $ts}\n  policy: {numerical: {order: asc}}",
        "app.yaml:6:25: warning: spec.filterTags.extract: an extract needs a pattern; write for example `pattern: '^main-(?P<ts>[0-9]+)$'`",
    ),
    (
        "  filterTags: {pattern: '[a-00-9]'}\n  policy: {numerical: {order: asc}}",
        "app.yaml:6:25: error: spec.filterTags.pattern: invalid filter pattern: a class range that is out of order, 'a-0' at line 1, column 2; write the lower character first, and a hyphen that is none of a range last",
    ),
    (
        "  filterTags: {pattern: '^\\\\d+$'}\n  policy: {numerical: {order: asc}}",
        "app.yaml:6:25: warning: spec.filterTags.pattern: matches a backslash, which no tag has; write one backslash instead of two, as '\\d'",
    ),
];
