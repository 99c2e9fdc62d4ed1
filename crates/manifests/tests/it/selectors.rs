use std::collections::BTreeMap;

use tagwright_manifests::{LabelSelector, flux};

fn selector(text: &str) -> LabelSelector {
    let file = format!(
        "apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {{name: a}}
spec:
  interval: 5m
  sourceRef: {{name: a}}
  git: {{commit: {{author: {{email: a@b.c}}}}}}
  policySelector: {text}
"
    );
    let read = flux::read("f.yaml", file.as_bytes());
    assert_eq!(read.problems, []);
    let automation = read.objects.image_update_automations.into_iter().next();
    automation
        .expect("an automation")
        .policy_selector
        .expect("a selector")
}

#[track_caller]
fn matches(selector_text: &str, yes: &[&str], no: &[&str]) {
    let selector = selector(selector_text);
    let labels = |text: &str| -> BTreeMap<String, String> {
        let pairs = text
            .split_whitespace()
            .filter_map(|pair| pair.split_once('='));
        pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    };
    for text in yes {
        assert!(
            selector.matches(&labels(text)),
            "{selector_text} should match {text:?}"
        );
    }
    for text in no {
        assert!(
            !selector.matches(&labels(text)),
            "{selector_text} should not match {text:?}"
        );
    }
}

#[test]
fn decides_as_kubernetes_does() {
    matches("{}", &["", "a=1"], &[]);
    matches(
        "{matchLabels: {a: '1', b: '2'}}",
        &["a=1 b=2 c=3"],
        &["a=1", "a=1 b=3", ""],
    );
    matches(
        "{matchExpressions: [{key: a, operator: In, values: [x, y]}]}",
        &["a=x", "a=y"],
        &["a=z", ""],
    );
    matches(
        "{matchExpressions: [{key: a, operator: NotIn, values: [x]}]}",
        &["a=z", ""],
        &["a=x"],
    );
    matches(
        "{matchExpressions: [{key: a, operator: Exists}]}",
        &["a=", "a=z"],
        &["b=1"],
    );
    matches(
        "{matchExpressions: [{key: a, operator: DoesNotExist}]}",
        &["b=1"],
        &["a=z"],
    );
    matches(
        "{matchLabels: {a: x}, matchExpressions: [{key: b, operator: Exists}]}",
        &["a=x b=1"],
        &["a=x", "b=1"],
    );
}
