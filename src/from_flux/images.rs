//! ImagePolicies and the ImageRepositories that they name: what to scan and which tag to take.

use flux::{
    DigestReflectionPolicy, ImagePolicy, ImageRepository, ImageUpdateAutomation, Objects, Provider,
};
use policy::{DEFAULT_EXCLUSION, Dialect, Policy, PolicyBuilder};
use tagwright_manifests::flux;
use tagwright_policy as policy;

use super::Index;
use crate::access::{ClientSource, RegistryWish, SecretName};
use crate::allow::Identity;
use crate::automation::AutomationBuilder;
use crate::guard::Guards;
use crate::image_policy::{DigestPolicy, ImagePolicy as WatchedImage, repository};
use crate::loader::{Asker, Loading};
use crate::objects::{Refusal, is_in, subject, twins};
use crate::problem::Problem;

/// Adds the policies that the automation takes; those that cannot be honoured are refused with the reason.
pub(super) async fn configure(
    builder: &mut AutomationBuilder,
    index: &Index<'_>,
    automation: &ImageUpdateAutomation,
    namespace: &str,
    loading: &mut Loading<'_>,
) -> Result<(), Refusal> {
    let policies: Vec<&ImagePolicy> = selected(index.objects, automation, namespace).collect();
    let twins = twins(policies.iter().map(|policy| policy.meta.name.as_str()));
    for policy in &policies {
        let name = format!("{namespace}:{}", policy.meta.name);
        let configured = if twins.contains(policy.meta.name.as_str()) {
            Err(format!(
                "another ImagePolicy is named {namespace}/{} too; rename or remove one",
                policy.meta.name
            ))
        } else {
            configured(index, policy, namespace, &name, loading).await
        };
        match configured {
            Ok(Taken::Policy(policy)) => builder.image_policy(*policy),
            Ok(Taken::Suspended(what)) => {
                builder.withhold(&name, &format!("the {what} is suspended"))
            }
            Err(reason) => {
                loading.problems.push(Problem::error(
                    subject("ImagePolicy", &policy.meta),
                    &reason,
                ));
                builder.refuse(&name, &reason)
            }
        };
    }
    if !policies.is_empty() {
        return Ok(());
    }
    let selecting = automation
        .policy_selector
        .as_ref()
        .map_or("", |_| " that spec.policySelector matches");
    Err(format!(
        "there is no ImagePolicy in the namespace {namespace}{selecting}"
    ))
}

enum Taken {
    Policy(Box<WatchedImage>),
    /// The kind of the object that is.
    Suspended(&'static str),
}

async fn configured(
    index: &Index<'_>,
    policy: &ImagePolicy,
    namespace: &str,
    name: &str,
    loading: &mut Loading<'_>,
) -> Result<Taken, Refusal> {
    if policy.suspend {
        return Ok(Taken::Suspended("ImagePolicy"));
    }
    let (image, own) = image_repository(index, policy, namespace)?;
    if image.suspend {
        return Ok(Taken::Suspended("ImageRepository"));
    }
    let rule = rule(policy, image)?;
    let guards = guards(policy)?;
    let client = client(image, own, namespace, loading).await?;
    let found = WatchedImage::new(name, &image.image, rule)
        .with_guards(guards)
        .with_client_source(client);
    let found = match image.interval {
        Some(interval) => found.with_interval(interval),
        None => found,
    };
    let digest = digest_policy(policy.digest_reflection_policy)?;
    Ok(Taken::Policy(Box::new(found.with_digest_policy(digest))))
}

fn digest_policy(given: DigestReflectionPolicy) -> Result<DigestPolicy, Refusal> {
    match given {
        DigestReflectionPolicy::Never => Ok(DigestPolicy::Never),
        DigestReflectionPolicy::IfNotPresent => Ok(DigestPolicy::IfNotPresent),
        DigestReflectionPolicy::Always => Ok(DigestPolicy::Always),
        _ => Err(
            "spec.digestReflectionPolicy is not known; use Never, IfNotPresent or Always".into(),
        ),
    }
}

fn guards(policy: &ImagePolicy) -> Result<Guards, Refusal> {
    let annotations = policy.meta.annotations.iter();
    Guards::from_annotations(annotations.map(|(key, value)| (key.as_str(), value.as_str())))
        .map_err(|error| format!("metadata.annotations: {error}"))
}

/// The policies of the automation's namespace that its selector matches.
fn selected<'o>(
    objects: &'o Objects,
    automation: &'o ImageUpdateAutomation,
    namespace: &'o str,
) -> impl Iterator<Item = &'o ImagePolicy> {
    let selector = automation.policy_selector.as_ref();
    objects.image_policies.iter().filter(move |policy| {
        is_in(&policy.meta, namespace)
            && selector.is_none_or(|selector| selector.matches(&policy.meta.labels))
    })
}

/// The image that a policy names, and its namespace.
fn image_repository<'o>(
    index: &Index<'o>,
    policy: &'o ImagePolicy,
    namespace: &'o str,
) -> Result<(&'o ImageRepository, &'o str), Refusal> {
    let reference = &policy.image_repository_ref;
    let own = reference.namespace.as_deref().unwrap_or(namespace);
    let name = &reference.name;
    let image = index
        .images
        .find(own, name)
        .map_err(|reason| format!("spec.imageRepositoryRef: {reason}"))?;
    if own != namespace && !lets_in(image, namespace) {
        return Err(format!(
            "spec.imageRepositoryRef: spec.accessFrom of ImageRepository {own}/{name} does not let the namespace {namespace} in; add it there"
        ));
    }
    Ok((image, own))
}

/// Namespaces are known by the one label that Kubernetes gives each of them; others are a cluster's to know.
fn lets_in(image: &ImageRepository, namespace: &str) -> bool {
    let own = |(label, value): (&String, &String)| {
        label == "kubernetes.io/metadata.name" && value == namespace
    };
    image.access_from.as_ref().is_some_and(|access| {
        access
            .namespace_selectors
            .iter()
            .any(|labels| labels.iter().all(own))
    })
}

/// A call for each field of the two objects that takes part in the choice.
fn rule(policy: &ImagePolicy, image: &ImageRepository) -> Result<Policy, Refusal> {
    let mut builder = PolicyBuilder::new(Dialect::Flux);
    // As Flux's own: one tag that is no number refuses the list.
    builder.strict(true);
    let choice = &policy.policy;
    choice
        .semver
        .iter()
        .for_each(|range| _ = builder.semver(range));
    choice
        .alphabetical
        .iter()
        .for_each(|order| _ = builder.alphabetical(order));
    choice
        .numerical
        .iter()
        .for_each(|order| _ = builder.numerical(order));
    if let Some(filter) = &policy.filter_tags {
        builder.filter(
            &filter.pattern,
            filter.extract.as_deref().unwrap_or_default(),
        );
    }
    match &image.exclusion_list {
        Some(patterns) => patterns
            .iter()
            .for_each(|pattern| _ = builder.exclude(pattern)),
        None => _ = builder.exclude(DEFAULT_EXCLUSION),
    }
    builder.build().map_err(|error| error.to_string())
}

async fn client(
    image: &ImageRepository,
    namespace: &str,
    referrer: &str,
    loading: &mut Loading<'_>,
) -> Result<ClientSource, Refusal> {
    let repository = repository(&image.image)
        .map_err(|error| format!("ImageRepository {}: spec.image: {error}", image.meta.name))?;
    let secret = |name: &Option<String>| name.as_ref().map(|name| SecretName::new(namespace, name));
    let wish = RegistryWish {
        secret: secret(&image.secret_ref),
        certificate: secret(&image.cert_secret_ref),
        proxy: secret(&image.proxy_secret_ref),
        identity: identity(image.provider),
        plain_http: image.insecure,
        timeout: image.timeout,
        ..RegistryWish::default()
    };
    let subject = subject("ImageRepository", &image.meta);
    let asker = Asker {
        subject: &subject,
        namespace,
        referrer,
    };
    loading.client(&asker, &repository, wish).await
}

fn identity(provider: Provider) -> Option<Identity> {
    match provider {
        Provider::Aws => Some(Identity::Aws),
        Provider::Azure => Some(Identity::Azure),
        Provider::Gcp => Some(Identity::Gcp),
        _ => None,
    }
}
