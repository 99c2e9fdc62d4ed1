//! The same of Fleet's objects.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use tagwright_manifests::Location;
use tagwright_manifests::fleet::{
    self, BundlePath, CorrectDrift, Deployment, GitRepo, GitTarget, ImageScan, Objects,
    PolicyChoice,
};

use crate::strategies::{any_text, duration, meta, selector, text, url_path, with};

fn choice() -> impl Strategy<Value = PolicyChoice> {
    (of(any_text()), of(any_text())).prop_map(|(semver, alphabetical)| {
        with(|choice: &mut PolicyChoice| {
            choice.semver = semver;
            choice.alphabetical = alphabetical;
        })
    })
}

prop_compose! {
    fn scan()(
        meta in meta(),
        (bundled, has_name) in any::<(bool, bool)>(),
        tag_name in text().prop_map(|text| text.replace(':', "-")),
        image in text().prop_filter("no scheme, no user", |image| !image.contains("://") && !image.contains('@')),
        options in [of(text()), of(text())],
        interval in of(duration()),
        policy in choice(),
        suspend in any::<bool>(),
    ) -> ImageScan {
        with(|one: &mut ImageScan| {
            one.meta = meta;
            one.bundled = bundled;
            if bundled {
                one.meta.namespace = None;
                one.meta.labels.clear();
                one.meta.annotations.clear();
            }
            if bundled && !has_name {
                one.meta.name.clear();
            }
            one.tag_name = tag_name;
            one.image = image;
            [one.git_repo_name, one.secret_ref] = options;
            one.interval = interval;
            one.policy = policy;
            one.suspend = suspend;
        })
    }
}

/// Names are unique, as they must be in a `fleet.yaml`.
fn scans() -> impl Strategy<Value = Vec<ImageScan>> {
    vec(scan(), 0..5).prop_map(|mut scans| {
        for (index, scan) in scans.iter_mut().enumerate() {
            scan.tag_name = format!("{}{index}", scan.tag_name);
        }
        scans
    })
}

prop_compose! {
    fn target()(
        names in [of(text()), of(text()), of(text())],
        selectors in [of(selector()), of(selector())],
    ) -> GitTarget {
        with(|one: &mut GitTarget| {
            [one.name, one.cluster_name, one.cluster_group] = names;
            [one.cluster_selector, one.cluster_group_selector] = selectors;
        })
    }
}

fn bundle() -> impl Strategy<Value = BundlePath> {
    (of(text()), of(text())).prop_map(|(base, options)| {
        with(|one: &mut BundlePath| {
            one.base = base;
            one.options = options;
        })
    })
}

fn drift() -> impl Strategy<Value = CorrectDrift> {
    any::<[bool; 3]>().prop_map(|flags| {
        with(|one: &mut CorrectDrift| [one.enabled, one.force, one.keep_fail_history] = flags)
    })
}

prop_compose! {
    fn deployment()(
        targets in vec(target(), 0..3),
        bundles in vec(bundle(), 0..3),
        names in [of(text()), of(text()), of(text()), of(text())],
        helm in [of(text()), of(text()), of(text())],
        polling_interval in of(duration()),
        generation in of(any::<i64>()),
        correct_drift in of(drift()),
        flags in any::<[bool; 3]>(),
    ) -> Deployment {
        with(|one: &mut Deployment| {
            one.targets = targets;
            one.bundles = bundles;
            [one.target_namespace, one.service_account, one.webhook_secret, one.oci_registry_secret] = names;
            [one.helm_secret_name, one.helm_secret_name_for_paths, one.helm_repo_url_regex] = helm;
            one.polling_interval = polling_interval;
            one.force_sync_generation = generation;
            one.correct_drift = correct_drift;
            [one.disable_polling, one.keep_resources, one.delete_namespace] = flags;
        })
    }
}

prop_compose! {
    fn git_repo()(
        meta in meta(),
        path in url_path(),
        options in [of(text()), of(text()), of(text())],
        paths in vec(any_text(), 0..3),
        ca_bundle in of(vec(any::<u8>(), 1..30)),
        flags in any::<[bool; 2]>(),
        image_scan_interval in of(duration()),
        commit in [of(text()), of(text()), of(text())],
        scheme in select(vec!["https://github.com/", "ssh://git@github.com/"]),
        deployment in deployment(),
    ) -> GitRepo {
        with(|one: &mut GitRepo| {
            one.meta = meta;
            one.repo = format!("{scheme}{path}");
            [one.branch, one.revision, one.client_secret_name] = options;
            one.paths = paths;
            one.ca_bundle = ca_bundle;
            [one.insecure_skip_tls_verify, one.paused] = flags;
            one.image_scan_interval = image_scan_interval;
            let into = &mut one.image_scan_commit;
            [into.author_name, into.author_email, into.message_template] = commit;
            one.deployment = deployment;
        })
    }
}

fn nowhere(mut objects: Objects) -> Objects {
    let scans = objects.image_scans.iter_mut().map(|one| &mut one.meta);
    let repos = objects.git_repos.iter_mut().map(|one| &mut one.meta);
    for meta in scans.chain(repos) {
        meta.location = Location::default();
    }
    objects
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn fleet_objects_read_back(scans in scans(), repos in vec(git_repo(), 0..3)) {
        let mut objects = Objects::default();
        objects.image_scans = scans;
        objects.git_repos = repos;
        let printed = objects.to_yaml();
        let read = fleet::read("f.yaml", printed.as_bytes());
        prop_assert_eq!(nowhere(read.objects), objects, "{}", printed);
    }
}
