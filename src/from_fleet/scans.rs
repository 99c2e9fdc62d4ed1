//! Image scans: what to list and which tag to take.

use fleet::ImageScan;
use policy::{Dialect, Policy, PolicyBuilder};
use registry::{Reference, Repository};
use tagwright_manifests::fleet;
use tagwright_policy as policy;
use tagwright_registry as registry;

use super::belonging::Group;
use super::{namespace, or_default, scan_subject};
use crate::access::{ClientSource, RegistryWish, SecretName};
use crate::automation::AutomationBuilder;
use crate::guard::Guards;
use crate::image_policy::ImagePolicy;
use crate::loader::{Asker, Loading};
use crate::objects::{Refusal, twins};
use crate::problem::Problem;

/// Adds the scans; those that cannot be honoured are refused with the reason.
pub(super) async fn configure(
    builder: &mut AutomationBuilder,
    group: &Group<'_>,
    loading: &mut Loading<'_>,
) {
    let namespace = namespace(group.repo);
    let twins = twins(group.scans.iter().map(|scan| scan.tag_name.as_str()));
    for scan in &group.scans {
        let name = scan.tag_name.as_str();
        if scan.suspend && !twins.contains(name) {
            builder.withhold(name, "the ImageScan is suspended");
            continue;
        }
        let configured = if twins.contains(name) {
            Err(format!(
                "another ImageScan of GitRepo {} has the tagName {name} too; choose another",
                group.repo.meta.name
            ))
        } else {
            configured(scan, namespace, loading).await
        };
        match configured {
            Ok(policy) => builder.image_policy(policy),
            Err(reason) => {
                let problem = Problem::error(scan_subject(scan), &reason);
                loading.problems.push(problem);
                builder.refuse(name, &reason)
            }
        };
    }
}

async fn configured(
    scan: &ImageScan,
    namespace: &str,
    loading: &mut Loading<'_>,
) -> Result<ImagePolicy, Refusal> {
    let image = image(scan)?;
    let rule = rule(scan)?;
    let annotations = scan.meta.annotations.iter();
    let guards = annotations.map(|(key, value)| (key.as_str(), value.as_str()));
    let guards = Guards::from_annotations(guards)
        .map_err(|error| format!("metadata.annotations: {error}"))?;
    let client = client(scan, &image, namespace, loading).await?;
    Ok(ImagePolicy::new(&scan.tag_name, image.to_string(), rule)
        .with_digest()
        .with_guards(guards)
        .with_interval(or_default(scan.interval))
        .with_client_source(client))
}

/// Fleet passes over a tag.
fn image(scan: &ImageScan) -> Result<Repository, Refusal> {
    let reference: Result<Reference, _> = scan.image.parse();
    let reference = reference.map_err(|error| format!("image: {error}"))?;
    Ok(reference.as_repository().clone())
}

fn rule(scan: &ImageScan) -> Result<Policy, Refusal> {
    let mut builder = PolicyBuilder::new(Dialect::Fleet);
    let choice = &scan.policy;
    choice
        .semver
        .iter()
        .for_each(|range| _ = builder.semver(range));
    choice
        .alphabetical
        .iter()
        .for_each(|order| _ = builder.alphabetical(order));
    builder.build().map_err(|error| error.to_string())
}

async fn client(
    scan: &ImageScan,
    image: &Repository,
    namespace: &str,
    loading: &mut Loading<'_>,
) -> Result<ClientSource, Refusal> {
    let secret = scan.secret_ref.as_deref();
    let wish = RegistryWish {
        secret: secret.map(|name| SecretName::new(namespace, name)),
        ..RegistryWish::default()
    };
    let subject = scan_subject(scan);
    let asker = Asker {
        subject: &subject,
        namespace,
        referrer: namespace,
    };
    loading.client(&asker, image, wish).await
}
