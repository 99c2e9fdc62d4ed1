//! From objects to receivers.

use flux::{Objects, ReceiverType};
use registry::webhook::{Receiver, ReceiverPath, Sender};
use tagwright_manifests::flux;
use tagwright_manifests::{Metadata, SecretKey};
use tagwright_registry as registry;

use super::resources::Resources;
use super::{Receivers, WebhookReceiver};
use crate::access::{SecretName, Secrets};
use crate::allow::AllowList;
use crate::objects::{DEFAULT_NAMESPACE, Refusal, subject};
use crate::problem::Problem;

impl Receivers {
    /// Those that are not suspended and can be honoured.
    pub(crate) async fn load(
        objects: &Objects,
        secrets: &Secrets,
        allow: &AllowList,
        is_bound: bool,
    ) -> Self {
        let mut loaded = Self::default();
        let resources = Resources::new(objects, is_bound);
        for receiver in objects.receivers.iter().filter(|one| !one.suspend) {
            let subject = subject("Receiver", &receiver.meta);
            loaded
                .problems
                .extend(unevaluated(receiver).map(|what| Problem::warning(&subject, what)));
            let own = namespace(&receiver.meta);
            let (wakes, unknown) = resources.of(receiver, own);
            let unknown = unknown.into_iter();
            loaded
                .problems
                .extend(unknown.map(|reason| Problem::warning(&subject, reason)));
            match token(receiver, own, secrets, allow).await {
                Ok(token) => match sender(receiver, &token) {
                    Ok(made) => loaded.receivers.push(WebhookReceiver {
                        scope: String::new(),
                        namespace: own.to_owned(),
                        name: receiver.meta.name.clone(),
                        path: ReceiverPath::new(&token, &receiver.meta.name, own),
                        receiver: made,
                        wakes,
                    }),
                    Err(reason) => loaded.problems.push(Problem::warning(subject, reason)),
                },
                Err(reason) => loaded.problems.push(Problem::warning(subject, reason)),
            }
        }
        loaded
    }
}

fn namespace(meta: &Metadata) -> &str {
    meta.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE)
}

fn unevaluated(receiver: &flux::Receiver) -> Option<&'static str> {
    let has_filter = receiver.resources.iter().any(|one| one.filter.is_some());
    (receiver.resource_filter.is_some() || has_filter).then_some(
        "filters are not evaluated: a webhook wakes all of its resources; remove them, or leave them to Flux",
    )
}

async fn token(
    receiver: &flux::Receiver,
    namespace: &str,
    secrets: &Secrets,
    allow: &AllowList,
) -> Result<registry::Secret, Refusal> {
    let Some(name) = &receiver.secret_ref else {
        return Err(
            "spec.type: generic-oidc is not built; use generic-hmac with a token".to_owned(),
        );
    };
    let name = SecretName::new(namespace, name);
    allow.secret(namespace, &name)?;
    let found = secrets.find(&name).await.map_err(|lack| lack.to_string())?;
    let text = found
        .text(SecretKey::Token)
        .map_err(|lack| lack.to_string())?;
    if text.is_empty() {
        return Err(format!(
            "the token in the Secret {name} is empty, and anybody knows its path; give a long random one"
        ));
    }
    Ok(registry::Secret::new(text))
}

fn sender(receiver: &flux::Receiver, token: &registry::Secret) -> Result<Receiver, Refusal> {
    let token = token.clone();
    let sender = match receiver.receiver_type {
        ReceiverType::Generic => Sender::Generic,
        ReceiverType::GenericHmac => Sender::GenericHmac(token),
        ReceiverType::Github => Sender::GitHub(token),
        ReceiverType::Gitlab => Sender::GitLab(token),
        ReceiverType::Bitbucket => Sender::Bitbucket(token),
        ReceiverType::Harbor => Sender::Harbor(token),
        ReceiverType::DockerHub => Sender::DockerHub,
        ReceiverType::Quay => Sender::Quay,
        ReceiverType::Nexus => Sender::Nexus(token),
        ReceiverType::Acr => Sender::Acr,
        ReceiverType::CdEvents => Sender::CdEvents,
        other => {
            return Err(format!(
                "spec.type: {} is not built, as its keys have to be fetched; use generic, whose path is as secret as its token",
                other.as_str()
            ));
        }
    };
    let mut builder = Receiver::builder(sender);
    if takes_events(receiver.receiver_type) {
        builder.events(&receiver.events);
    }
    builder.build().map_err(|error| error.to_string())
}

/// Flux looks at `spec.events` of these, and passes the field over for the others.
fn takes_events(kind: ReceiverType) -> bool {
    matches!(
        kind,
        ReceiverType::Github
            | ReceiverType::Gitlab
            | ReceiverType::Bitbucket
            | ReceiverType::Nexus
            | ReceiverType::CdEvents
    )
}
