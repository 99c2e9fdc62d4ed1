//! `spec.suspend`, written into a file byte by byte.

use proptest::prelude::*;
use tagwright_manifests::flux;

const HEAD: &str = "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageUpdateAutomation\nmetadata: {name: apps, namespace: flux-system}\n";
const REST: &str =
    "{kind: GitRepository, name: fleet}, git: {commit: {author: {email: bot@example.com}}}";

const GIT: &str = "{commit: {author: {email: bot@example.com}}}";
/// The two fields that there have to be.
const BLOCK: &str =
    "  sourceRef: {name: fleet}\n  git: {commit: {author: {email: bot@example.com}}}\n";

fn filled(spec: &str) -> String {
    spec.replace("REST", REST).replace("BLOCK", BLOCK)
}

/// The file after `suspend`, and after a resume of that.
#[track_caller]
fn there_and_back(text: &str) -> (String, String) {
    let suspended = written(text, true).expect("it can be written");
    assert_eq!(written(&suspended, true), Ok(suspended.clone()));
    let resumed = written(&suspended, false).expect("it can be taken back");
    (suspended, resumed)
}

/// The text as it was where there is nothing to write.
fn written(text: &str, suspend: bool) -> Result<String, String> {
    let read = flux::read("apps.yaml", text.as_bytes());
    let found = &read.objects.image_update_automations;
    let apps = found.iter().find(|one| one.meta.name == "apps");
    let apps = apps.unwrap_or_else(|| panic!("{:?} in {text}", read.problems));
    match apps.with_suspend(text.as_bytes(), suspend) {
        Ok(None) => Ok(text.to_owned()),
        Ok(Some(bytes)) => Ok(String::from_utf8(bytes).expect("text")),
        Err(problem) => Err(problem.to_string()),
    }
}

/// Files, with `^` where `suspend` puts its field in, or what stands between the two.
#[test]
fn a_field_is_put_in_and_taken_out_again() {
    let block = BLOCK;
    let other = HEAD.replace("apps", "web");
    let cases = [
        (format!("{HEAD}spec:\n^{block}"), "  suspend: true\n"),
        (
            format!("# why\n---\n{HEAD}spec: # here\n  # a comment\n\n^{block}"),
            "  suspend: true\n",
        ),
        (
            format!("{HEAD}spec:\n^{block}").replace('\n', "\r\n"),
            "  suspend: true\r\n",
        ),
        (
            format!("{HEAD}spec:\n^{}", block.replace("  ", "      ").trim_end()),
            "      suspend: true\n",
        ),
        (
            format!("\u{feff}{HEAD}spec:\n^{block}"),
            "  suspend: true\n",
        ),
        (
            format!("{other}spec:\n{block}---\n{HEAD}spec:\n^{block}---\n{other}spec:\n{block}"),
            "  suspend: true\n",
        ),
        (
            format!("{{{{ broken\n---\n{HEAD}spec:\n^{block}"),
            "  suspend: true\n",
        ),
        (
            format!("{HEAD}spec: {{^sourceRef: {REST}}}\n"),
            "suspend: true, ",
        ),
        (
            format!("{HEAD}spec: {{ ^sourceRef: {REST} }}"),
            "suspend: true, ",
        ),
        (
            format!("{HEAD}\"spec\":\n  {{\n    ^\"sourceRef\": {REST}\n  }}\n"),
            "\"suspend\": true,\n    ",
        ),
        (
            list(
                "    spec:\n^      sourceRef: {kind: GitRepository, name: fleet}\n      git: {commit: {author: {email: a@example.com}}}\n",
            ),
            "      suspend: true\n",
        ),
        (JSON.to_owned(), "\"suspend\": true, "),
    ];
    for (case, field) in cases {
        let plain = case.replace('^', "");
        let (suspended, resumed) = there_and_back(&plain);
        assert_eq!(suspended, case.replace('^', field), "{case}");
        assert_eq!(resumed, plain, "{case}");
    }
}

const JSON: &str = r#"{"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImageUpdateAutomation", "metadata": {"name": "apps"}, "spec": {^"sourceRef": {"name": "fleet"}, "git": {"commit": {"author": {"email": "a@example.com"}}}}}"#;

fn list(spec: &str) -> String {
    let item = |name: &str| {
        format!(
            "  - apiVersion: image.toolkit.fluxcd.io/v1\n    kind: ImageUpdateAutomation\n    metadata: {{name: {name}}}\n"
        )
    };
    let web = spec.replace('^', "");
    format!(
        "apiVersion: v1\nkind: List\nitems:\n{}{web}{}{spec}",
        item("web"),
        item("apps")
    )
}

#[test]
fn a_value_that_is_written_is_replaced() {
    let cases = [
        (
            "spec: {suspend: false, sourceRef: REST}\n",
            "spec: {suspend: true, sourceRef: REST}\n",
            "spec: {sourceRef: REST}\n",
        ),
        (
            "spec: {sourceRef: REST, suspend: false}\n",
            "spec: {sourceRef: REST, suspend: true}\n",
            "spec: {sourceRef: REST, suspend: false}\n",
        ),
        (
            "spec:\n  interval: 5m\n  suspend:   false  # why\nBLOCK",
            "spec:\n  interval: 5m\n  suspend:   true  # why\nBLOCK",
            "spec:\n  interval: 5m\n  suspend:   false  # why\nBLOCK",
        ),
        (
            "spec:\n  suspend: false # why\nBLOCK",
            "spec:\n  suspend: true # why\nBLOCK",
            "spec:\n  suspend: false # why\nBLOCK",
        ),
        (
            "spec:\nBLOCK  suspend: no",
            "spec:\nBLOCK  suspend: true",
            "spec:\nBLOCK  suspend: false",
        ),
        (
            "spec:\nBLOCK  'suspend': \"off\"\r\n",
            "spec:\nBLOCK  'suspend': true\r\n",
            "spec:\nBLOCK  'suspend': false\r\n",
        ),
    ];
    for (case, suspended, resumed) in cases {
        let whole = |spec: &str| format!("{HEAD}{}", filled(spec));
        assert_eq!(
            there_and_back(&whole(case)),
            (whole(suspended), whole(resumed)),
            "{case}"
        );
    }
}

#[test]
fn what_would_change_more_is_refused() {
    let cases = [
        "base: &base\nBLOCKspec: *base\n",
        "spec: &base\nBLOCKother: *base\n",
        "spec: !!map\nBLOCK",
        "base: &off false\nspec:\n  suspend: *off\nBLOCK",
        "spec:\n  suspend: !!bool false\nBLOCK",
        "base: &base {suspend: false}\nspec:\n  <<: *base\nBLOCK",
        "spec: { # why\n  sourceRef: REST}\n",
    ];
    for case in cases {
        let text = format!("# one\n{HEAD}{}", filled(case));
        let told = "apps.yaml:2:1: error: spec.suspend: cannot be written without a change of more than this field; write suspend: true by hand";
        assert_eq!(written(&text, true), Err(told.to_owned()), "{case}");
    }
}

#[test]
fn another_file_than_the_one_that_was_read_is_refused() {
    let text = format!("{HEAD}{}", filled("spec:\nBLOCK"));
    let read = flux::read("apps.yaml", text.as_bytes());
    let apps = &read.objects.image_update_automations[0];
    let told = apps.with_suspend(format!("\n{text}").as_bytes(), true);
    assert_eq!(
        told.expect_err("it stands a line below").to_string(),
        "apps.yaml:1:1: error: spec.suspend: it is not here any more; read the file again"
    );
}

fn fields() -> impl Strategy<Value = Vec<String>> {
    let field = prop_oneof![
        Just("interval: 5m # often".to_owned()),
        Just("# suspend: true".to_owned()),
        Just("update: {path: ./ä, strategy: Setters}".to_owned()),
        Just(String::new()),
        "suspend: (true|false|yes|'no')( # [a-z: {}]{0,8})?",
    ];
    prop::collection::vec(field, 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is written reads as it is wanted; what was put in is taken out to the byte.
    #[test]
    fn nothing_else_changes(fields in fields(), indent in 1..7usize, crlf: bool, last: bool, end in "(---\n# ü\n)?") {
        let indent = " ".repeat(indent);
        let fields: Vec<String> = fields.iter().map(|field| format!("{indent}{field}\n")).collect();
        let fields = fields.concat();
        let mut text = format!("# ö\n{HEAD}spec:\n{fields}{indent}sourceRef: {{name: fleet}}\n{indent}git: {GIT}\n{end}");
        if last {
            text.truncate(text.trim_end().len());
        }
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        let read = flux::read("apps.yaml", text.as_bytes());
        for automation in &read.objects.image_update_automations {
            let Ok(Some(new)) = automation.with_suspend(text.as_bytes(), !automation.suspend) else {
                continue;
            };
            let again = flux::read("apps.yaml", &new);
            let mut wanted = automation.clone();
            wanted.suspend = !automation.suspend;
            prop_assert_eq!(&again.objects.image_update_automations, &[wanted.clone()]);
            let back = wanted.with_suspend(&new, automation.suspend).expect("back again").expect("a change");
            if !text.contains(" suspend: ") {
                prop_assert_eq!(String::from_utf8(back).expect("text"), text.clone());
            }
        }
    }
}
