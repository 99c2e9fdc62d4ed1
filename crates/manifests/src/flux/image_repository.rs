//! `ImageRepository`: an image whose tags are listed.

use std::collections::BTreeMap;
use std::time::Duration;

use super::interval::{duration, interval, timeout};
use super::provider::{Provider, REGISTRY};
use crate::fields::Fields;
use crate::login::is_login;
use crate::meta::metadata;
use crate::quote::shown;
use crate::report::Report;
use crate::source::is_alpha;
use crate::variable::has_variable;
use crate::yaml::Node;
use crate::{Metadata, Severity, Subject};

/// An image to scan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ImageRepository {
    /// Name, namespace, labels and place.
    pub meta: Metadata,
    /// `spec.image`, as `ghcr.io/stefanprodan/podinfo`.
    pub image: String,
    /// `spec.interval` between scans.
    pub interval: Option<Duration>,
    /// `spec.timeout` of a scan.
    pub timeout: Option<Duration>,
    /// The Secret with the registry's credentials, in the same namespace.
    pub secret_ref: Option<String>,
    /// The Secret with certificates.
    pub cert_secret_ref: Option<String>,
    /// The Secret with a proxy's address.
    pub proxy_secret_ref: Option<String>,
    /// The service account whose pull secrets a cluster would use.
    pub service_account_name: Option<String>,
    /// `spec.exclusionList`, patterns of tags to leave out; `None` means Flux's
    /// default, `^.*\.sig$`.
    pub exclusion_list: Option<Vec<String>>,
    /// `spec.provider`.
    pub provider: Provider,
    /// Whether the registry is asked over plain HTTP.
    pub insecure: bool,
    /// Whether scanning is suspended.
    pub suspend: bool,
    /// Which other namespaces may refer to it; `None` means none.
    pub access_from: Option<AccessFrom>,
}

/// Which namespaces may refer to an object, by their labels: those that have all
/// labels of one of the selectors.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AccessFrom {
    /// The `matchLabels` of each selector; an empty one means every namespace.
    pub namespace_selectors: Vec<BTreeMap<String, String>>,
}

pub(super) fn read(report: &Report<'_>, path: String, node: &Node) -> Option<ImageRepository> {
    let mut object = Fields::new(report, path, node)?;
    let meta = metadata(&mut object, "ImageRepository");
    let mut spec = object.fields_of_base("spec", "{image: ghcr.io/org/app, interval: 5m}")?;
    let image = if spec.get("image").is_some() {
        image(&mut spec)
    } else {
        spec.missing_in_overlay("image", "ghcr.io/org/app");
        String::new()
    };
    let interval = if is_alpha(node) && spec.get("scanInterval").is_some() {
        scan_interval(&mut spec)
    } else {
        interval(&mut spec)
    };
    let service_account_name = spec.text("serviceAccountName");
    spec.only_in_a_cluster("serviceAccountName", Severity::Warning);
    let found = ImageRepository {
        meta,
        image,
        interval,
        timeout: timeout(&mut spec),
        secret_ref: spec.name_in("secretRef"),
        cert_secret_ref: spec.name_in("certSecretRef"),
        proxy_secret_ref: spec.name_in("proxySecretRef"),
        service_account_name,
        exclusion_list: patterns(&mut spec, "exclusionList"),
        provider: spec.one_of("provider", REGISTRY).unwrap_or_default(),
        insecure: spec.flag("insecure"),
        suspend: spec.flag("suspend"),
        access_from: spec.fields("accessFrom").map(access_from),
    };
    spec.finish();
    object.finish();
    Some(found)
}

/// The image that is scanned, which no scheme and no tag belongs to.
pub(crate) fn image(spec: &mut Fields<'_>) -> String {
    let image = spec.required_text("image", "ghcr.io/org/app");
    if image.is_empty() {
        return image;
    }
    let at = spec.get("image").map_or(spec.at(), |node| node.at);
    if is_login(&image) {
        spec.error(at, "image", LOGIN.to_owned());
    } else if let Some((scheme, _)) = image.split_once("://") {
        let message = format!("an image has no scheme; remove {}://", shown(scheme));
        spec.error(at, "image", message);
    } else if has_variable(&image) {
        // It is said already, and the rest of the text is no image yet.
    } else if let Some(tag) = tag(&image) {
        let message = format!("an image has no tag here; remove {}", shown(tag));
        spec.error(at, "image", message);
    } else {
        spec.judge("image", Subject::Image(&image));
    }
    image
}

/// The text is not shown: it may hold a password.
pub(crate) const LOGIN: &str = "an image has no user and no password; remove what stands before \
                                the @, and log in by a Secret";

/// The tag or digest behind an image, with the sign before it. A port has a path
/// behind it.
pub(crate) fn tag(image: &str) -> Option<&str> {
    let name = image.rfind('/').map_or(0, |slash| slash + 1);
    let start = image[name..].find([':', '@'])?;
    Some(&image[name + start..])
}

/// Patterns of tags; an empty list is none.
pub(crate) fn patterns(spec: &mut Fields<'_>, name: &'static str) -> Option<Vec<String>> {
    let report = spec.report();
    let patterns = spec.each_text(name, |path, pattern, at| {
        report.judge(Subject::Pattern(pattern), at, path);
    });
    patterns.filter(|list| !list.is_empty())
}

/// What `interval` was called before `v1alpha1` was released.
fn scan_interval(spec: &mut Fields<'_>) -> Option<Duration> {
    spec.moved("scanInterval", "interval");
    duration(spec, "scanInterval")
}

pub(super) fn access_from(mut fields: Fields<'_>) -> AccessFrom {
    let namespace_selectors = fields.each("namespaceSelectors", |mut selector| {
        let labels = selector.text_map("matchLabels");
        selector.finish();
        labels
    });
    fields.finish();
    AccessFrom {
        namespace_selectors,
    }
}
