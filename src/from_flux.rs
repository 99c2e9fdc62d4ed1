//! Flux's objects, as an automation.

mod checkout;
mod git;
mod images;
mod push;

use flux::{GitRepository, ImageRepository, ImageUpdateAutomation, Objects};
use tagwright_manifests::flux;
use tagwright_message::Template;

use crate::access::SecretName;
use crate::automation::AutomationBuilder;
use crate::loader::{Asker, Loading};
use crate::objects::{DEFAULT_NAMESPACE, Named, Refusal, subject};
use crate::problem::Problem;

/// The objects, and by their names those that others refer to.
struct Index<'o> {
    objects: &'o Objects,
    images: Named<'o, ImageRepository>,
    repositories: Named<'o, GitRepository>,
}

impl<'o> Index<'o> {
    fn new(objects: &'o Objects) -> Self {
        let (images, repositories) = (&objects.image_repositories, &objects.git_repositories);
        Self {
            objects,
            images: Named::new("ImageRepository", |image| &image.meta, images),
            repositories: Named::new("GitRepository", |one| &one.meta, repositories),
        }
    }
}

/// A builder for each automation that is not suspended and can be honoured.
pub(crate) async fn load(objects: &Objects, loading: &mut Loading<'_>) -> Vec<AutomationBuilder> {
    let index = Index::new(objects);
    let mut found = Vec::new();
    for automation in &objects.image_update_automations {
        let subject = subject("ImageUpdateAutomation", &automation.meta);
        if automation.suspend {
            let namespace = automation.meta.namespace.as_deref();
            let namespace = namespace.unwrap_or(DEFAULT_NAMESPACE);
            loading.suspend(namespace, &automation.meta.name, subject);
            continue;
        }
        match builder(&index, automation, loading).await {
            Ok(builder) => found.push(builder),
            Err(reason) => loading.problems.push(Problem::error(subject, reason)),
        }
    }
    found
}

async fn builder(
    index: &Index<'_>,
    automation: &ImageUpdateAutomation,
    loading: &mut Loading<'_>,
) -> Result<AutomationBuilder, Refusal> {
    let own = automation.meta.namespace.as_deref();
    let namespace = own.unwrap_or(DEFAULT_NAMESPACE);
    let mut builder = loading.builder();
    builder.name(namespace, &automation.meta.name);
    builder.path(automation.update.path.as_deref().unwrap_or_default());
    builder.names_below();
    if let Some(interval) = automation.interval {
        builder.interval(interval);
    }
    commit(&mut builder, automation)?;
    if builder.directory.is_none() {
        signing_key(&mut builder, automation, namespace, loading).await?;
        git::configure(&mut builder, index, automation, namespace, loading).await?;
    }
    images::configure(&mut builder, index, automation, namespace, loading).await?;
    // What only the whole shows is told where it stands, too.
    builder.build().map_err(|error| error.to_string())?;
    Ok(builder)
}

fn commit(
    builder: &mut AutomationBuilder,
    automation: &ImageUpdateAutomation,
) -> Result<(), Refusal> {
    let commit = &automation.git.commit;
    // The name is optional in Flux. Git wants one, so the email address stands in for it.
    builder.author(
        commit
            .author_name
            .as_deref()
            .unwrap_or(&commit.author_email),
        &commit.author_email,
    );
    if let Some(template) = &commit.message_template {
        let template = Template::go(template)
            .map_err(|error| format!("spec.git.commit.messageTemplate: {error}"))?;
        builder.message(template);
    }
    for (key, value) in &commit.message_template_values {
        builder.message_value(key, value);
    }
    Ok(())
}

async fn signing_key(
    builder: &mut AutomationBuilder,
    automation: &ImageUpdateAutomation,
    namespace: &str,
    loading: &mut Loading<'_>,
) -> Result<(), Refusal> {
    let Some(key) = &automation.git.commit.signing_key else {
        return Ok(());
    };
    let subject = subject("ImageUpdateAutomation", &automation.meta);
    let secret = SecretName::new(namespace, &key.secret_ref);
    let asker = Asker {
        subject: &subject,
        namespace,
        referrer: namespace,
    };
    let signer = loading.signer(&asker, secret, key.key_type).await;
    let signer = signer.map_err(|error| format!("spec.git.commit.signingKey: {error}"))?;
    builder.signer_source(signer);
    Ok(())
}
