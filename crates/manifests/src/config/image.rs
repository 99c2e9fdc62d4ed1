//! `images`: what is scanned.

use std::time::Duration;

use super::secret_ref;
use crate::fields::Fields;
use crate::flux::{Provider, REGISTRY, image, patterns};
use crate::yaml::Position;
use crate::{Location, ObjectRef};

/// An image to scan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Image {
    /// The name by which policies refer to it.
    pub name: String,
    /// The place of the entry.
    pub location: Location,
    /// `image`, without a tag.
    pub image: String,
    /// `secret` with the registry's credentials.
    pub secret: Option<ObjectRef>,
    /// `certificateSecret` with a client certificate or trusted authorities.
    pub certificate_secret: Option<ObjectRef>,
    /// `proxySecret` with a proxy's address.
    pub proxy_secret: Option<ObjectRef>,
    /// `provider`: whose identity of the machine logs in.
    pub provider: Provider,
    /// `exclude`: patterns of tags to leave out; `None` means Flux's default,
    /// `^.*\.sig$`.
    pub exclude: Option<Vec<String>>,
    /// `insecure`: whether the registry is asked over plain HTTP.
    pub insecure: bool,
    /// `interval` between scans.
    pub interval: Option<Duration>,
    /// `timeout` of a scan.
    pub timeout: Option<Duration>,
    /// `suspend`: whether scanning is suspended.
    pub suspend: bool,
}

pub(super) fn read(name: &str, at: Position, mut fields: Fields<'_>) -> Image {
    let found = Image {
        name: name.to_owned(),
        location: fields.report().location(at),
        image: image(&mut fields),
        secret: secret_ref(&mut fields, "secret"),
        certificate_secret: secret_ref(&mut fields, "certificateSecret"),
        proxy_secret: secret_ref(&mut fields, "proxySecret"),
        provider: fields.one_of("provider", REGISTRY).unwrap_or_default(),
        exclude: patterns(&mut fields, "exclude"),
        insecure: fields.flag("insecure"),
        interval: fields.duration("interval"),
        timeout: fields.duration("timeout"),
        suspend: fields.flag("suspend"),
    };
    fields.finish();
    found
}
