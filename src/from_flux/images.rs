//! ImagePolicies and the ImageRepositories that they name: what to scan and which tag to take.

use std::collections::BTreeMap;

use flux::{
    DigestReflectionPolicy, ImagePolicy, ImageRepository, ImageUpdateAutomation, Objects, Provider,
};
use policy::{DEFAULT_EXCLUSION, Dialect, Policy, PolicyBuilder};
use registry::{Client, Credential, CredentialFuture, DockerConfig, Keychain, Repository};
use tagwright_manifests::{SecretKey, flux};
use tagwright_policy as policy;
use tagwright_registry as registry;

use super::{Refusal, is_named, secrets, subject};
use crate::automation::AutomationBuilder;
use crate::problem::Problem;

pub(super) fn configure(
    builder: &mut AutomationBuilder,
    objects: &Objects,
    automation: &ImageUpdateAutomation,
    namespace: &str,
    problems: &mut Vec<Problem>,
) -> Result<(), Refusal> {
    let mut client = Client::builder();
    let mut keychain = ImageSecrets::default();
    for policy in selected(objects, automation, namespace) {
        let name = format!("{namespace}:{}", policy.meta.name);
        if policy.suspend {
            builder.withhold(&name, "the ImagePolicy is suspended");
            continue;
        }
        match image_policy(objects, policy, namespace, &mut keychain) {
            Ok((image, _)) if image.suspend => {
                builder.withhold(&name, "the ImageRepository is suspended");
            }
            Ok((image, rule)) => {
                if image.insecure
                    && let Ok(repository) = image.image.parse::<Repository>()
                {
                    client.plain_http(repository.registry());
                }
                match policy.digest_reflection_policy {
                    DigestReflectionPolicy::Always => {
                        builder.policy_with_digest(&name, &image.image, rule)
                    }
                    _ => builder.policy(&name, &image.image, rule),
                };
            }
            Err(reason) => {
                problems.push(Problem::error(
                    subject("ImagePolicy", &policy.meta),
                    &reason,
                ));
                builder.withhold(&name, &reason);
            }
        }
    }
    let client = client
        .keychain(keychain)
        .build()
        .map_err(|error| error.to_string())?;
    builder.client(client);
    Ok(())
}

/// The policies of the automation's namespace that its selector matches.
fn selected<'o>(
    objects: &'o Objects,
    automation: &'o ImageUpdateAutomation,
    namespace: &'o str,
) -> impl Iterator<Item = &'o ImagePolicy> {
    let selector = automation.policy_selector.as_ref();
    objects.image_policies.iter().filter(move |policy| {
        policy
            .meta
            .namespace
            .as_deref()
            .is_none_or(|own| own == namespace)
            && selector.is_none_or(|selector| selector.matches(&policy.meta.labels))
    })
}

fn image_policy<'o>(
    objects: &'o Objects,
    policy: &ImagePolicy,
    namespace: &str,
    keychain: &mut ImageSecrets,
) -> Result<(&'o ImageRepository, Policy), Refusal> {
    if policy.digest_reflection_policy == DigestReflectionPolicy::IfNotPresent {
        return Err(
            "spec.digestReflectionPolicy: IfNotPresent is not supported yet; use Always or Never"
                .into(),
        );
    }
    let reference = &policy.image_repository_ref;
    let namespace = reference.namespace.as_deref().unwrap_or(namespace);
    let image = objects
        .image_repositories
        .iter()
        .find(|image| is_named(&image.meta, namespace, &reference.name))
        .ok_or_else(|| {
            format!("spec.imageRepositoryRef: there is no ImageRepository {namespace}/{} among the objects", reference.name)
        })?;
    require_supported(image)?;
    let repository: Repository = image
        .image
        .parse()
        .map_err(|error| format!("ImageRepository {}: spec.image: {error}", image.meta.name))?;
    keychain.add(objects, image, namespace, repository)?;
    Ok((image, rule(policy, image)?))
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

/// The pull secret of each image that has one.
#[derive(Debug, Default)]
struct ImageSecrets(BTreeMap<Repository, DockerConfig>);

impl ImageSecrets {
    fn add(
        &mut self,
        objects: &Objects,
        image: &ImageRepository,
        namespace: &str,
        repository: Repository,
    ) -> Result<(), Refusal> {
        let Some(name) = &image.secret_ref else {
            return Ok(());
        };
        let secret = secrets::find(objects, namespace, name)?;
        let json = secrets::text(secret, SecretKey::DockerConfigJson)?;
        let config = DockerConfig::from_json(json.as_bytes())
            .map_err(|error| format!("Secret {namespace}/{name}: {error}"))?;
        self.0.insert(repository, config);
        Ok(())
    }
}

impl Keychain for ImageSecrets {
    fn credential<'a>(&'a self, repository: &'a Repository) -> CredentialFuture<'a> {
        match self.0.get(repository) {
            Some(config) => config.credential(repository),
            None => Box::pin(std::future::ready(Ok(Credential::Anonymous))),
        }
    }
}
