//! ImagePolicies and the ImageRepositories that they name: what to scan and which tag to take.

use flux::{
    DigestReflectionPolicy, ImagePolicy, ImageRepository, ImageUpdateAutomation, Objects, Provider,
};
use policy::{DEFAULT_EXCLUSION, Dialect, Policy, PolicyBuilder};
use registry::{Client, PullSecrets};
use tagwright_manifests::{SecretKey, flux};
use tagwright_policy as policy;
use tagwright_registry as registry;

use super::secrets;
use crate::automation::AutomationBuilder;
use crate::image_policy::{ImagePolicy as WatchedImage, repository};
use crate::objects::{Refusal, find, is_in, subject, twins};
use crate::problem::Problem;

/// Adds the policies that the automation takes; those that cannot be honoured are refused with the reason.
pub(super) fn configure(
    builder: &mut AutomationBuilder,
    objects: &Objects,
    automation: &ImageUpdateAutomation,
    namespace: &str,
    problems: &mut Vec<Problem>,
) -> Result<(), Refusal> {
    let mut clients = Clients::default();
    let policies: Vec<&ImagePolicy> = selected(objects, automation, namespace).collect();
    let twins = twins(&policies, |policy| &policy.meta.name);
    for policy in &policies {
        let name = format!("{namespace}:{}", policy.meta.name);
        let configured = if twins.contains(policy.meta.name.as_str()) {
            Err(format!(
                "another ImagePolicy is named {namespace}/{} too; rename or remove one",
                policy.meta.name
            ))
        } else {
            configured(objects, policy, namespace, &name, &mut clients)
        };
        match configured {
            Ok(Taken::Policy(policy)) => builder.image_policy(policy),
            Ok(Taken::Suspended(what)) => {
                builder.withhold(&name, &format!("the {what} is suspended"))
            }
            Err(reason) => {
                problems.push(Problem::error(
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
    Policy(WatchedImage),
    /// The kind of the object that is.
    Suspended(&'static str),
}

fn configured(
    objects: &Objects,
    policy: &ImagePolicy,
    namespace: &str,
    name: &str,
    clients: &mut Clients,
) -> Result<Taken, Refusal> {
    if policy.suspend {
        return Ok(Taken::Suspended("ImagePolicy"));
    }
    let (image, own) = image_repository(objects, policy, namespace)?;
    if image.suspend {
        return Ok(Taken::Suspended("ImageRepository"));
    }
    let client = clients.get(objects, image, own)?;
    let found = WatchedImage::new(name, &image.image, rule(policy, image)?).with_client(client);
    match policy.digest_reflection_policy {
        DigestReflectionPolicy::Never => Ok(Taken::Policy(found)),
        DigestReflectionPolicy::Always => Ok(Taken::Policy(found.with_digest())),
        _ => Err(
            "spec.digestReflectionPolicy: IfNotPresent is not supported yet; use Always or Never"
                .into(),
        ),
    }
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
    objects: &'o Objects,
    policy: &'o ImagePolicy,
    namespace: &'o str,
) -> Result<(&'o ImageRepository, &'o str), Refusal> {
    let reference = &policy.image_repository_ref;
    let own = reference.namespace.as_deref().unwrap_or(namespace);
    let name = &reference.name;
    let image = find(
        &objects.image_repositories,
        |image| &image.meta,
        "ImageRepository",
        own,
        name,
    )
    .map_err(|reason| format!("spec.imageRepositoryRef: {reason}"))?;
    if own != namespace && !lets_in(image, namespace) {
        return Err(format!(
            "spec.imageRepositoryRef: spec.accessFrom of ImageRepository {own}/{name} does not let the namespace {namespace} in; add it there"
        ));
    }
    require_supported(image)?;
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

fn require_supported(image: &ImageRepository) -> Result<(), Refusal> {
    if image.provider == Provider::Generic
        && image.cert_secret_ref.is_none()
        && image.proxy_secret_ref.is_none()
    {
        return Ok(());
    }
    Err(format!(
        "ImageRepository {}: provider, certSecretRef and proxySecretRef are not supported yet; use secretRef",
        image.meta.name
    ))
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

/// One client for each credential, so that nothing is shared between two of them.
#[derive(Default)]
struct Clients(Vec<(Credentials, Client)>);

#[derive(PartialEq, Eq)]
struct Credentials {
    /// Namespace and name of the pull secret.
    secret: Option<(String, String)>,
    plain_http: Option<String>,
}

impl Clients {
    fn get(
        &mut self,
        objects: &Objects,
        image: &ImageRepository,
        namespace: &str,
    ) -> Result<Client, Refusal> {
        let repository = repository(&image.image)
            .map_err(|error| format!("ImageRepository {}: spec.image: {error}", image.meta.name))?;
        let wanted = Credentials {
            secret: image
                .secret_ref
                .clone()
                .map(|name| (namespace.to_owned(), name)),
            plain_http: image.insecure.then(|| repository.registry().to_owned()),
        };
        if let Some((_, client)) = self.0.iter().find(|(known, _)| *known == wanted) {
            return Ok(client.clone());
        }
        let client = wanted.client(objects)?;
        self.0.push((wanted, client.clone()));
        Ok(client)
    }
}

impl Credentials {
    fn client(&self, objects: &Objects) -> Result<Client, Refusal> {
        let mut builder = Client::builder();
        if let Some(host) = &self.plain_http {
            builder.plain_http(host);
        }
        if let Some((namespace, name)) = &self.secret {
            let secret = secrets::find(objects, namespace, name)?;
            let json = secrets::text(secret, SecretKey::DockerConfigJson)?;
            // Which starts no program, whatever the Secret asks for.
            let secrets = PullSecrets::new()
                .docker_config_json(json.as_bytes())
                .map_err(|error| format!("Secret {namespace}/{name}: {error}"))?;
            builder.keychain(secrets);
        }
        builder.build().map_err(|error| error.to_string())
    }
}
