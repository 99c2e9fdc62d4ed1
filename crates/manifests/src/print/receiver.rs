//! Flux's receivers of webhooks.

use super::flux::object;
use super::tree::{Map, Tree};
use crate::flux::{OidcProvider, Receiver, ReceiverResource, ReceiverType};

const NOTIFICATION: &str = "notification.toolkit.fluxcd.io/v1";

impl Receiver {
    /// The object as a YAML document, `---` before it, as `flux export receiver`
    /// prints it.
    pub fn to_yaml(&self) -> String {
        let resources = self.resources.iter().map(resource);
        let spec = Map::new()
            .text("type", self.receiver_type.as_str())
            .some_duration("interval", self.interval)
            .texts("events", &self.events)
            .list("resources", resources)
            .some_text("resourceFilter", self.resource_filter.as_deref())
            .some_name("secretRef", self.secret_ref.as_deref())
            .flag("suspend", self.suspend);
        let spec = match self.receiver_type {
            ReceiverType::GenericOidc => {
                spec.list("oidcProviders", self.oidc_providers.iter().map(provider))
            }
            _ => spec,
        };
        object(NOTIFICATION, "Receiver", &self.meta, spec)
    }
}

fn resource(resource: &ReceiverResource) -> Tree {
    Tree::Map(
        Map::new()
            .some_text("apiVersion", resource.api_version.as_deref())
            .text("kind", &resource.kind)
            .text("name", &resource.name)
            .some_text("namespace", resource.namespace.as_deref())
            .text_map("matchLabels", &resource.match_labels)
            .some_text("filter", resource.filter.as_deref()),
    )
}

fn provider(provider: &OidcProvider) -> Tree {
    let validations = &provider.validations;
    let validations = validations.iter().map(|(expression, message)| {
        Tree::Map(
            Map::new()
                .text("expression", expression)
                .text("message", message),
        )
    });
    Tree::Map(
        Map::new()
            .text("issuerURL", &provider.issuer_url)
            .some_text("audience", provider.audience.as_deref())
            .some_list("variables", &provider.variables, |(name, expression)| {
                Map::new().text("name", name).text("expression", expression)
            })
            .list("validations", validations),
    )
}
