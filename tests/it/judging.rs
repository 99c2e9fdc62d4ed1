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
