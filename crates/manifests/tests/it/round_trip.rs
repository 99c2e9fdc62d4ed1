//! What is printed reads back equal, whatever the objects hold.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use tagwright_manifests::flux::{
    self, AccessFrom, Commit, DigestReflectionPolicy, FilterTags, Git, GitRef, GitRepository,
    ImagePolicy, ImageRepository, ImageUpdateAutomation, Objects, PolicyChoice, Provider, Push,
    SigningKey, SigningKeyType,
};
use tagwright_manifests::{LabelSelector, Location, Metadata, ObjectRef, Operator, Requirement};
use yaml_rust2::{Yaml, YamlLoader};

/// Texts that YAML readers are known to take for something else, and any others.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z0-9./-]{1,20}",
        3 => vec(select(PIECES), 1..6).prop_map(|pieces| pieces.concat()),
        2 => vec(select(PIECES), 20..60).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
    .prop_filter("not empty", |text| !text.is_empty())
}

const PIECES: &[&str] = &[
    " ",
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    "a",
    "word ",
    "- ",
    "-",
    "---",
    "...",
    "? ",
    ": ",
    ":",
    "#",
    " #",
    "'",
    "\"",
    "\\",
    "|",
    ">",
    "&",
    "*",
    "!",
    "%",
    "@",
    "`",
    "{",
    "}",
    "[",
    "]",
    ",",
    "~",
    "null",
    "true",
    "no",
    "y",
    "0",
    "1",
    "1_0",
    "0x1",
    "0o7",
    "1e3",
    ".5",
    ".inf",
    "2026-01-31",
    "1:20",
    "<<",
    "=",
    "é",
    "日本",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
    "\u{1f680}",
    "\0",
    "\u{7}",
    "\u{7f}",
    "\u{202e}",
    "$ts",
    "{{.X}}",
    "https://a.b/c",
];

fn texts() -> impl Strategy<Value = BTreeMap<String, String>> {
    // The merge key is not a key of its own.
    let key = text().prop_filter("no merge key", |key| key != "<<");
    btree_map(key, prop_oneof![Just(String::new()), text()], 0..4)
}

fn duration() -> impl Strategy<Value = Duration> {
    let nanoseconds = prop_oneof![
        0..=i64::MAX.cast_unsigned(),
        0..10_000_000_000_u64,
        (0..100_000_u64).prop_map(|seconds| seconds * 1_000_000_000),
    ];
    nanoseconds.prop_map(Duration::from_nanos)
}

/// A value of a struct that cannot be written as an expression elsewhere.
fn with<T: Default>(set: impl FnOnce(&mut T)) -> T {
    let mut value = T::default();
    set(&mut value);
    value
}

fn meta() -> impl Strategy<Value = Metadata> {
    (text(), of(text()), texts(), texts()).prop_map(|(name, namespace, labels, annotations)| {
        with(|meta: &mut Metadata| {
            meta.name = name;
            meta.namespace = namespace;
            meta.labels = labels;
            meta.annotations = annotations;
        })
    })
}

fn access() -> impl Strategy<Value = AccessFrom> {
    vec(texts(), 0..3).prop_map(|selectors| {
        with(|access: &mut AccessFrom| access.namespace_selectors = selectors)
    })
}

prop_compose! {
    fn image_repository()(
        meta in meta(),
        image in text(),
        durations in [of(duration()), of(duration())],
        names in [of(text()), of(text()), of(text()), of(text())],
        exclusion_list in of(vec(prop_oneof![Just(String::new()), text()], 1..4)),
        provider in select(vec![Provider::Generic, Provider::Aws, Provider::Azure, Provider::Gcp]),
        flags in any::<[bool; 2]>(),
        access_from in of(access()),
    ) -> ImageRepository {
        with(|one: &mut ImageRepository| {
            one.meta = meta;
            one.image = image;
            [one.interval, one.timeout] = durations;
            [one.secret_ref, one.cert_secret_ref, one.proxy_secret_ref, one.service_account_name] = names;
            one.exclusion_list = exclusion_list;
            one.provider = provider;
            [one.insecure, one.suspend] = flags;
            one.access_from = access_from;
        })
    }
}

fn order() -> impl Strategy<Value = String> {
    select(vec!["", "asc", "desc"]).prop_map(str::to_owned)
}

fn choice() -> impl Strategy<Value = PolicyChoice> {
    let parts = (of(text()), of(order()), of(order()));
    let some = parts.prop_filter("a policy is given", |(a, b, c)| {
        a.is_some() || b.is_some() || c.is_some()
    });
    some.prop_map(|(semver, alphabetical, numerical)| {
        with(|choice: &mut PolicyChoice| {
            choice.semver = semver;
            choice.alphabetical = alphabetical;
            choice.numerical = numerical;
        })
    })
}

prop_compose! {
    fn image_policy()(
        meta in meta(),
        (name, namespace) in (text(), of(text())),
        policy in choice(),
        filter in of((prop_oneof![Just(String::new()), text()], of(text()))),
        reflection in select(vec![
            DigestReflectionPolicy::Never,
            DigestReflectionPolicy::IfNotPresent,
            DigestReflectionPolicy::Always,
        ]),
        interval in of(duration()),
        suspend in any::<bool>(),
    ) -> ImagePolicy {
        with(|one: &mut ImagePolicy| {
            one.meta = meta;
            one.image_repository_ref = with(|reference: &mut ObjectRef| {
                reference.name = name;
                reference.namespace = namespace;
            });
            one.policy = policy;
            one.filter_tags = filter.map(|(pattern, extract)| with(|filter: &mut FilterTags| {
                filter.pattern = pattern;
                filter.extract = extract;
            }));
            one.digest_reflection_policy = reflection;
            one.interval = interval;
            one.suspend = suspend;
        })
    }
}

prop_compose! {
    fn git_ref()(fields in [of(text()), of(text()), of(text()), of(text()), of(text())]) -> GitRef {
        with(|one: &mut GitRef| {
            [one.branch, one.tag, one.semver, one.name, one.commit] = fields;
        })
    }
}

fn signing_key() -> impl Strategy<Value = SigningKey> {
    let types = select(vec![SigningKeyType::Gpg, SigningKeyType::Ssh]);
    (text(), types).prop_map(|(secret, key_type)| {
        with(|key: &mut SigningKey| {
            key.secret_ref = secret;
            key.key_type = key_type;
        })
    })
}

fn push() -> impl Strategy<Value = Push> {
    let refspec = text().prop_map(|text| format!("refs/{text}"));
    (of(text()), of(refspec), texts()).prop_map(|(branch, refspec, options)| {
        with(|push: &mut Push| {
            push.branch = branch;
            push.refspec = refspec;
            push.options = options;
        })
    })
}

prop_compose! {
    fn git()(
        checkout_ref in of(git_ref()),
        (name, email, template) in (of(text()), text(), of(text())),
        values in texts(),
        signing_key in of(signing_key()),
        push in of(push()),
    ) -> Git {
        with(|one: &mut Git| {
            one.checkout_ref = checkout_ref;
            one.commit = with(|commit: &mut Commit| {
                commit.author_name = name;
                commit.author_email = email;
                commit.message_template = template;
                commit.message_template_values = values;
                commit.signing_key = signing_key;
            });
            one.push = push;
        })
    }
}

fn requirement() -> impl Strategy<Value = Requirement> {
    let operators = [
        Operator::In,
        Operator::NotIn,
        Operator::Exists,
        Operator::DoesNotExist,
    ];
    let values = vec(prop_oneof![Just(String::new()), text()], 0..3);
    (text(), select(operators.to_vec()), values).prop_map(|(key, operator, values)| {
        let mut requirement = Requirement::new(key, operator);
        requirement.values = values;
        requirement
    })
}

fn selector() -> impl Strategy<Value = LabelSelector> {
    (texts(), vec(requirement(), 0..3)).prop_map(|(labels, expressions)| {
        with(|selector: &mut LabelSelector| {
            selector.match_labels = labels;
            selector.match_expressions = expressions;
        })
    })
}

prop_compose! {
    fn automation()(
        meta in meta(),
        (name, namespace) in (text(), of(text())),
        interval in of(duration()),
        git in git(),
        path in of(text()),
        policy_selector in of(selector()),
        suspend in any::<bool>(),
    ) -> ImageUpdateAutomation {
        with(|one: &mut ImageUpdateAutomation| {
            one.meta = meta;
            "GitRepository".clone_into(&mut one.source_ref.kind);
            one.source_ref.name = name;
            one.source_ref.namespace = namespace;
            one.interval = interval;
            one.git = git;
            one.update.path = path;
            one.policy_selector = policy_selector;
            one.suspend = suspend;
        })
    }
}

prop_compose! {
    fn git_repository()(
        meta in meta(),
        path in text(),
        reference in of(git_ref()),
        names in [of(text()), of(text()), of(text())],
        provider in select(vec![Provider::Generic, Provider::Aws, Provider::Azure, Provider::Github]),
        durations in [of(duration()), of(duration())],
        suspend in any::<bool>(),
    ) -> GitRepository {
        with(|one: &mut GitRepository| {
            one.meta = meta;
            one.url = format!("https://github.com/{path}");
            one.reference = reference;
            [one.secret_ref, one.proxy_secret_ref, one.service_account_name] = names;
            one.provider = provider;
            [one.interval, one.timeout] = durations;
            one.suspend = suspend;
        })
    }
}

prop_compose! {
    fn objects()(
        image_repositories in vec(image_repository(), 0..3),
        image_policies in vec(image_policy(), 0..3),
        image_update_automations in vec(automation(), 0..3),
        git_repositories in vec(git_repository(), 0..3),
    ) -> Objects {
        with(|all: &mut Objects| {
            all.image_repositories = image_repositories;
            all.image_policies = image_policies;
            all.image_update_automations = image_update_automations;
            all.git_repositories = git_repositories;
        })
    }
}

/// The objects without the places at which they were found.
fn nowhere(mut objects: Objects) -> Objects {
    let images = objects
        .image_repositories
        .iter_mut()
        .map(|one| &mut one.meta);
    let policies = objects.image_policies.iter_mut().map(|one| &mut one.meta);
    let automations = objects
        .image_update_automations
        .iter_mut()
        .map(|one| &mut one.meta);
    let sources = objects.git_repositories.iter_mut().map(|one| &mut one.meta);
    for meta in images.chain(policies).chain(automations).chain(sources) {
        meta.location = Location::default();
    }
    objects
}

/// The texts of a document as a reader of YAML 1.2 of other makers sees them.
fn leaves(yaml: &Yaml, texts: &mut Vec<String>) -> bool {
    match yaml {
        Yaml::String(text) => texts.push(text.clone()),
        Yaml::Boolean(true) => {}
        Yaml::Array(items) => return items.iter().all(|item| leaves(item, texts)),
        Yaml::Hash(map) => {
            return map
                .iter()
                .all(|(key, value)| leaves(key, texts) && leaves(value, texts));
        }
        _ => return false,
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn flux_objects_read_back(objects in objects()) {
        let printed = objects.to_yaml();
        let read = flux::read("f.yaml", printed.as_bytes());
        prop_assert_eq!(nowhere(read.objects), objects, "{}", printed);
    }

    /// Everything is text to another reader, too, and the very text.
    #[test]
    fn another_reader_reads_texts(texts in vec(text(), 1..5)) {
        let mut repository = ImageRepository::default();
        repository.image = "a".to_owned();
        repository.meta.name = "a".to_owned();
        repository.exclusion_list = Some(texts.clone());
        let printed = repository.to_yaml();
        let documents = YamlLoader::load_from_str(&printed);
        let documents = documents.map_err(|error| TestCaseError::fail(format!("{error}: {printed}")))?;
        prop_assert_eq!(documents.len(), 1);
        let mut found = Vec::new();
        prop_assert!(leaves(&documents[0]["spec"]["exclusionList"], &mut found), "{}", printed);
        prop_assert_eq!(found, texts, "{}", printed);
    }
}
