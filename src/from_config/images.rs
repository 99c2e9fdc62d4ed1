//! `images`: how their registries are asked.

use config::Image;
use tagwright_manifests::config;
use tagwright_manifests::flux::Provider;

use super::{secret, subject};
use crate::access::{ClientSource, RegistryWish};
use crate::allow::Identity;
use crate::image_policy::repository;
use crate::loader::{Asker, Loading};
use crate::objects::Refusal;

/// The client for an image, which equal ones share.
pub(super) async fn client(
    image: &Image,
    loading: &mut Loading<'_>,
) -> Result<ClientSource, Refusal> {
    let subject = subject("image", &image.name, &image.location);
    let named = repository(&image.image).map_err(|error| format!("{subject}: {error}"))?;
    let wish = RegistryWish {
        secret: secret(image.secret.as_ref()),
        certificate: secret(image.certificate_secret.as_ref()),
        proxy: secret(image.proxy_secret.as_ref()),
        identity: identity(image.provider),
        plain_http: image.insecure,
        timeout: image.timeout,
        ..RegistryWish::default()
    };
    let asker = Asker {
        subject: &subject,
        namespace: "",
        referrer: "",
    };
    loading.client(&asker, &named, wish).await
}

fn identity(provider: Provider) -> Option<Identity> {
    match provider {
        Provider::Aws => Some(Identity::Aws),
        Provider::Azure => Some(Identity::Azure),
        Provider::Gcp => Some(Identity::Gcp),
        _ => None,
    }
}
