//! `Receiver`: which webhooks say that there is something new.

use std::collections::BTreeMap;
use std::time::Duration;

use super::interval::duration;
use crate::fields::Fields;
use crate::meta::metadata;
use crate::quote::quoted;
use crate::report::Report;
use crate::yaml::Node;
use crate::{Metadata, Severity};

/// Whose webhooks are received, and which objects they wake.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Receiver {
    /// Name, namespace, labels and place.
    pub meta: Metadata,
    /// `spec.type`, who sends.
    pub receiver_type: ReceiverType,
    /// `spec.interval` between looks at the Secret; `None` is ten minutes.
    pub interval: Option<Duration>,
    /// The events that count, as `push` of GitHub; empty is all.
    pub events: Vec<String>,
    /// What is woken.
    pub resources: Vec<ReceiverResource>,
    /// A CEL expression that chooses among the resources, not parsed.
    pub resource_filter: Option<String>,
    /// The Secret with the key `token`, in the same namespace; `None` for
    /// [`ReceiverType::GenericOidc`] only.
    pub secret_ref: Option<String>,
    /// Who may send, for [`ReceiverType::GenericOidc`].
    pub oidc_providers: Vec<OidcProvider>,
    /// Whether webhooks are passed over.
    pub suspend: bool,
}

macro_rules! receiver_types {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)*) => {
        /// `spec.type` of a [`Receiver`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        #[non_exhaustive]
        pub enum ReceiverType {
            $($(#[$doc])* $kind,)*
        }

        impl ReceiverType {
            const ALL: &[(&str, Self)] = &[$(($name, Self::$kind),)*];

            /// The type as it is written.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

receiver_types! {
    /// Any sender, known by the address alone.
    #[default]
    Generic = "generic",
    /// Any sender that signs with the token.
    GenericHmac = "generic-hmac",
    /// Any sender with a token of an OIDC issuer.
    GenericOidc = "generic-oidc",
    /// GitHub.
    Github = "github",
    /// GitLab.
    Gitlab = "gitlab",
    /// Bitbucket.
    Bitbucket = "bitbucket",
    /// Harbor.
    Harbor = "harbor",
    /// Docker Hub.
    DockerHub = "dockerhub",
    /// Quay.
    Quay = "quay",
    /// Google's registries, by Pub/Sub.
    Gcr = "gcr",
    /// Sonatype Nexus.
    Nexus = "nexus",
    /// Azure's registries.
    Acr = "acr",
    /// `CDEvents`.
    CdEvents = "cdevents",
}

/// An item of `spec.resources`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ReceiverResource {
    /// `apiVersion`; `None` is the one that Flux prefers.
    pub api_version: Option<String>,
    /// `kind`, as `ImageRepository`.
    pub kind: String,
    /// `name`; `*` is every object of the kind.
    pub name: String,
    /// `namespace`; `None` means that of the receiver.
    pub namespace: Option<String>,
    /// With the name `*`: only those that have all these labels.
    pub match_labels: BTreeMap<String, String>,
    /// A CEL expression that the resource must fulfil, not parsed.
    pub filter: Option<String>,
}

/// An item of `spec.oidcProviders`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct OidcProvider {
    /// `issuerURL`.
    pub issuer_url: String,
    /// `audience`; `None` is `notification-controller`.
    pub audience: Option<String>,
    /// Named CEL expressions, in order: `(name, expression)`.
    pub variables: Vec<(String, String)>,
    /// CEL expressions that must hold, each with what to say when it does not:
    /// `(expression, message)`.
    pub validations: Vec<(String, String)>,
}

/// What Flux lets a receiver wake.
const KINDS: &[&str] = &[
    "Bucket",
    "GitRepository",
    "Kustomization",
    "HelmRelease",
    "HelmChart",
    "HelmRepository",
    "ImageRepository",
    "ImagePolicy",
    "ImageUpdateAutomation",
    "OCIRepository",
    "ArtifactGenerator",
    "ExternalArtifact",
];

pub(super) fn read(report: &Report<'_>, path: String, node: &Node) -> Option<Receiver> {
    let mut object = Fields::new(report, path, node)?;
    let meta = metadata(&mut object, "Receiver");
    let mut spec = object.required_fields("spec", "{type: dockerhub}")?;
    if spec.get("type").is_none() {
        spec.missing("type", "dockerhub");
    }
    let receiver_type = spec.one_of("type", ReceiverType::ALL).unwrap_or_default();
    let found = Receiver {
        meta,
        receiver_type,
        interval: duration(&mut spec, "interval"),
        events: spec.texts("events").unwrap_or_default(),
        resources: resources(&mut spec),
        resource_filter: spec.text("resourceFilter"),
        secret_ref: secret_ref(&mut spec, receiver_type),
        oidc_providers: oidc_providers(&mut spec, receiver_type),
        suspend: spec.flag("suspend"),
    };
    spec.finish();
    object.finish();
    Some(found)
}

fn resources(spec: &mut Fields<'_>) -> Vec<ReceiverResource> {
    if spec.get("resources").is_none() {
        spec.missing("resources", "[{kind: ImageRepository, name: app}]");
    }
    spec.each("resources", resource)
}

fn resource(mut fields: Fields<'_>) -> ReceiverResource {
    let found = ReceiverResource {
        api_version: fields.text("apiVersion"),
        kind: kind(&mut fields),
        name: fields.required_text("name", "app"),
        namespace: fields.text("namespace"),
        match_labels: fields.text_map("matchLabels"),
        filter: fields.text("filter"),
    };
    check_labels(&mut fields, &found);
    fields.finish();
    found
}

/// Before `v1` a kind was not required; Flux could not look it up all the same.
fn kind(fields: &mut Fields<'_>) -> String {
    let kind = fields.required_text("kind", "ImageRepository");
    if !kind.is_empty() && !KINDS.contains(&kind.as_str()) {
        let at = fields.get("kind").map_or(fields.at(), |node| node.at);
        let message = format!(
            "{} is no kind that a receiver can wake; write for example ImageRepository",
            quoted(&kind)
        );
        fields.add(Severity::Warning, at, "kind", message);
    }
    kind
}

fn check_labels(fields: &mut Fields<'_>, resource: &ReceiverResource) {
    if let Some(node) = fields.get("matchLabels")
        && !resource.match_labels.is_empty()
        && resource.name != "*"
    {
        let message = "not used: labels choose where the name is '*'; write name: '*'";
        fields.add(
            Severity::Warning,
            node.at,
            "matchLabels",
            message.to_owned(),
        );
    }
}

fn secret_ref(spec: &mut Fields<'_>, receiver_type: ReceiverType) -> Option<String> {
    if receiver_type != ReceiverType::GenericOidc {
        return Some(spec.required_name_in("secretRef", "receiver-token"));
    }
    if let Some(node) = spec.get("secretRef") {
        let message =
            "not allowed with generic-oidc, whose senders are known by their token; remove it";
        spec.error(node.at, "secretRef", message.to_owned());
    }
    spec.name_in("secretRef")
}

fn oidc_providers(spec: &mut Fields<'_>, receiver_type: ReceiverType) -> Vec<OidcProvider> {
    let given = spec.get("oidcProviders").map(|node| node.at);
    let providers = spec.each("oidcProviders", oidc_provider);
    match (receiver_type, given) {
        (ReceiverType::GenericOidc, None) => {
            spec.missing(
                "oidcProviders",
                "[{issuerURL: 'https://issuer.example.com', validations: [...]}]",
            );
        }
        (ReceiverType::GenericOidc, Some(_)) | (_, None) => {}
        (_, Some(at)) => {
            let message = "not allowed here; write type: generic-oidc, or remove it".to_owned();
            spec.error(at, "oidcProviders", message);
        }
    }
    providers
}

fn oidc_provider(mut fields: Fields<'_>) -> OidcProvider {
    if fields.get("validations").is_none() {
        fields.missing("validations", "[{expression: ..., message: ...}]");
    }
    let found = OidcProvider {
        issuer_url: fields.required_text("issuerURL", "https://issuer.example.com"),
        audience: fields.text("audience"),
        variables: fields.each("variables", |fields| pair(fields, "name", "expression")),
        validations: fields.each("validations", |fields| {
            pair(fields, "expression", "message")
        }),
    };
    fields.finish();
    found
}

fn pair(mut fields: Fields<'_>, first: &'static str, second: &'static str) -> (String, String) {
    let found = (
        fields.required_text(first, "..."),
        fields.required_text(second, "..."),
    );
    fields.finish();
    found
}
