use super::google::GoogleToken;
use crate::secret::Secret;

/// Who sends the webhooks of a [`Receiver`](super::Receiver), and how it shows that it is the one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Sender {
    /// Anything: every request triggers a scan of all images, whatever it holds.
    Generic,
    /// Anything that signs the body with a secret: `X-Signature: sha256=<hex>`, or sha1 or sha512.
    GenericHmac(Secret),
    /// GitHub or Gitea, with the webhook's secret: `X-Hub-Signature-256`, else `X-Hub-Signature`. A package of the
    /// container registry names its image, every other event is for all.
    GitHub(Secret),
    /// GitLab, with the webhook's secret token: `X-Gitlab-Token`.
    GitLab(Secret),
    /// Bitbucket Server or Cloud, with the webhook's secret: `X-Hub-Signature`.
    Bitbucket(Secret),
    /// Docker Hub, which cannot sign.
    DockerHub,
    /// Harbor, with the webhook's auth header: `Authorization` as it is. Its own payloads and `CloudEvents`.
    Harbor(Secret),
    /// Quay, which cannot sign.
    Quay,
    /// Google's registries by a push subscription of Pub/Sub, with the token of its service account.
    Gcr(GoogleToken),
    /// Sonatype Nexus, with the capability's secret key: `X-Nexus-Webhook-Signature`. It does not say under which
    /// address its registry is reached, so that its events are for all images.
    Nexus(Secret),
    /// Azure's registry, which cannot sign but can send a [header](super::ReceiverBuilder::require_header).
    Acr,
    /// Amazon's registry by an API destination of `EventBridge`, which cannot sign but can send a
    /// [header](super::ReceiverBuilder::require_header).
    Ecr,
    /// `CDEvents` in the binary mode of `CloudEvents`, not signed. An artifact's event names its image where the
    /// package URL holds a `repository_url`, every other event is for all.
    CdEvents,
}

impl Sender {
    /// The name, as errors show it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Generic => "any sender",
            Self::GenericHmac(_) => "a signing sender",
            Self::GitHub(_) => "GitHub",
            Self::GitLab(_) => "GitLab",
            Self::Bitbucket(_) => "Bitbucket",
            Self::DockerHub => "Docker Hub",
            Self::Harbor(_) => "Harbor",
            Self::Quay => "Quay",
            Self::Gcr(_) => "GCR",
            Self::Nexus(_) => "Nexus",
            Self::Acr => "ACR",
            Self::Ecr => "ECR",
            Self::CdEvents => "CDEvents",
        }
    }

    pub(super) fn secret(&self) -> Option<&Secret> {
        match self {
            Self::GenericHmac(secret)
            | Self::GitHub(secret)
            | Self::GitLab(secret)
            | Self::Bitbucket(secret)
            | Self::Harbor(secret)
            | Self::Nexus(secret) => Some(secret),
            _ => None,
        }
    }

    /// The header that names the event, of those who send one.
    pub(super) fn event_header(&self) -> Option<&'static str> {
        match self {
            Self::GitHub(_) => Some("X-GitHub-Event"),
            Self::GitLab(_) => Some("X-Gitlab-Event"),
            Self::Bitbucket(_) => Some("X-Event-Key"),
            Self::Nexus(_) => Some("X-Nexus-Webhook-Id"),
            Self::CdEvents => Some("Ce-Type"),
            _ => None,
        }
    }
}
