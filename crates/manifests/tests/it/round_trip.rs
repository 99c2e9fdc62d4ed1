//! What is printed reads back equal, whatever the objects hold.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;
use tagwright_manifests::flux::{
    self, AccessFrom, Commit, DigestReflectionPolicy, FilterTags, Git, GitRef, GitRepository,
    ImagePolicy, ImageRepository, ImageUpdateAutomation, Include, Objects, OidcProvider,
    PolicyChoice, Provider, Push, Receiver, ReceiverResource, ReceiverType, SigningKey,
    SigningKeyType, Verify, VerifyMode,
};
use tagwright_manifests::{Location, ObjectRef, Secret, SecretKey, SecretText};
use yaml_rust2::{Yaml, YamlLoader};

use crate::strategies::{any_text, duration, meta, selector, text, texts, url_path, with};

fn access() -> impl Strategy<Value = AccessFrom> {
    vec(texts(), 0..3).prop_map(|selectors| {
        with(|access: &mut AccessFrom| access.namespace_selectors = selectors)
    })
}

prop_compose! {
    fn image_repository()(
        meta in meta(),
        image in "([a-z0-9.-]{1,10}(:[0-9]{1,5})?/)?[a-z0-9._-]{1,20}",
        durations in [of(duration()), of(duration())],
        names in [of(text()), of(text()), of(text()), of(text())],
        exclusion_list in of(vec(any_text(), 1..4)),
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
        filter in of((any_text(), of(text()))),
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
        path in url_path(),
        reference in of(git_ref()),
        names in [of(text()), of(text()), of(text())],
        provider in select(vec![Provider::Generic, Provider::Aws, Provider::Azure, Provider::Github]),
        durations in [of(duration()), of(duration())],
        flags in any::<[bool; 2]>(),
        verify in of(verify()),
        (ignore, sparse) in (of(text()), vec(any_text(), 0..3)),
        include in vec(include(), 0..3),
        access_from in of(access()),
    ) -> GitRepository {
        with(|one: &mut GitRepository| {
            one.meta = meta;
            one.url = format!("https://github.com/{path}");
            one.reference = reference;
            [one.secret_ref, one.proxy_secret_ref, one.service_account_name] = names;
            one.provider = provider;
            [one.interval, one.timeout] = durations;
            [one.suspend, one.recurse_submodules] = flags;
            one.verify = verify;
            one.ignore = ignore;
            one.include = include;
            one.sparse_checkout = sparse;
            one.access_from = access_from;
        })
    }
}

fn verify() -> impl Strategy<Value = Verify> {
    let modes = select(vec![
        VerifyMode::Head,
        VerifyMode::Tag,
        VerifyMode::TagAndHead,
    ]);
    (modes, text()).prop_map(|(mode, secret)| {
        with(|verify: &mut Verify| {
            verify.mode = mode;
            verify.secret_ref = secret;
        })
    })
}

fn include() -> impl Strategy<Value = Include> {
    (text(), of(text()), of(text())).prop_map(|(repository, from, to)| {
        with(|include: &mut Include| {
            include.repository = repository;
            include.from_path = from;
            include.to_path = to;
        })
    })
}

prop_compose! {
    fn resource()(
        names in [text(), text()],
        options in [of(text()), of(text()), of(text())],
        labels in texts(),
    ) -> ReceiverResource {
        with(|one: &mut ReceiverResource| {
            [one.kind, one.name] = names;
            [one.api_version, one.namespace, one.filter] = options;
            one.match_labels = labels;
        })
    }
}

prop_compose! {
    fn provider()(
        (issuer, audience) in (text(), of(text())),
        variables in vec((text(), text()), 0..3),
        validations in vec((text(), text()), 0..3),
    ) -> OidcProvider {
        with(|one: &mut OidcProvider| {
            one.issuer_url = issuer;
            one.audience = audience;
            one.variables = variables;
            one.validations = validations;
        })
    }
}

prop_compose! {
    fn receiver()(
        meta in meta(),
        (oidc, name) in (any::<bool>(), text()),
        interval in of(duration()),
        events in vec(any_text(), 0..3),
        resources in vec(resource(), 0..3),
        resource_filter in of(text()),
        providers in vec(provider(), 0..3),
        suspend in any::<bool>(),
    ) -> Receiver {
        with(|one: &mut Receiver| {
            one.meta = meta;
            // Each has what the other must not have.
            if oidc {
                one.receiver_type = ReceiverType::GenericOidc;
                one.oidc_providers = providers;
            } else {
                one.receiver_type = ReceiverType::DockerHub;
                one.secret_ref = Some(name);
            }
            one.interval = interval;
            one.events = events;
            one.resources = resources;
            one.resource_filter = resource_filter;
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
        receivers in vec(receiver(), 0..3),
    ) -> Objects {
        with(|all: &mut Objects| {
            all.image_repositories = image_repositories;
            all.image_policies = image_policies;
            all.image_update_automations = image_update_automations;
            all.git_repositories = git_repositories;
            all.receivers = receivers;
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
    let receivers = objects.receivers.iter_mut().map(|one| &mut one.meta);
    let secrets = objects.secrets.iter_mut().map(|one| &mut one.meta);
    for meta in images
        .chain(policies)
        .chain(automations)
        .chain(sources)
        .chain(receivers)
        .chain(secrets)
    {
        meta.location = Location::default();
    }
    objects
}

const SECRET_KEYS: &[&str] = &[
    ".dockercfg",
    ".dockerconfigjson",
    "password",
    "ssh-privatekey",
    "tls.crt",
    "tls.key",
    "username",
];

fn plain_value() -> impl Strategy<Value = Option<String>> {
    let json = select(vec!["", "{}"]).prop_map(str::to_owned);
    of(prop_oneof![json, json_text()])
}

fn encoded_value() -> impl Strategy<Value = Option<String>> {
    let bytes = prop_oneof![
        Just(Vec::new()),
        Just(b"{}".to_vec()),
        vec(any::<u8>(), 1..9)
    ];
    of(bytes.prop_map(|bytes| STANDARD.encode(bytes)))
}

/// Text that `serde_json` does not write with characters which YAML wants escaped.
fn json_text() -> impl Strategy<Value = String> {
    let printable = |c: &char| {
        !matches!(
            c,
            '\u{7f}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
    };
    text()
        .prop_map(move |text| "a".to_owned() + &text.chars().filter(printable).collect::<String>())
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

    /// Values may be empty, which a type demands all the same.
    #[test]
    fn secrets_of_a_type_read_back(
        kind in select(vec!["ssh-auth", "tls", "dockerconfigjson", "dockercfg", "basic-auth"]),
        data in btree_map(select(SECRET_KEYS), encoded_value(), 0..5),
        string_data in btree_map(select(SECRET_KEYS), plain_value(), 0..5),
    ) {
        let object = json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"},
            "type": format!("kubernetes.io/{kind}"), "data": data, "stringData": string_data,
        });
        let first = flux::read("f.json", object.to_string().as_bytes()).objects;
        let secrets = first.secrets.iter();
        let printed: String = secrets.filter_map(Secret::to_yaml_with_values).collect();
        let again = flux::read("f.yaml", printed.as_bytes()).objects;
        prop_assert_eq!(nowhere(again), nowhere(first), "{} {}", object, printed);
    }

    #[test]
    fn secrets_read_back(
        name in json_text(),
        (password, username) in (json_text(), json_text()),
        identity in vec(any::<u8>(), 1..30),
    ) {
        let mut object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}});
        object["stringData"] = json!({"password": password, "username": username});
        object["data"] = json!({"identity": STANDARD.encode(&identity), "password": "AAAA"});
        let secrets = flux::read("f.json", object.to_string().as_bytes()).objects.secrets;
        prop_assert_eq!(secrets[0].get(SecretKey::Password).map(SecretText::expose), Some(password.as_bytes()));
        let printed = secrets[0].to_yaml_with_values().expect("not encrypted");
        let again = flux::read("f.yaml", printed.as_bytes()).objects;
        let mut first = Objects::default();
        first.secrets = secrets;
        prop_assert_eq!(nowhere(again), nowhere(first));
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
