//! Image scans: an image, and which of its tags to take.

use std::collections::HashMap;
use std::time::Duration;

use crate::fields::Fields;
use crate::flux::{LOGIN, tag};
use crate::login::is_login;
use crate::meta::metadata;
use crate::object::keep;
use crate::quote::{quoted, shown};
use crate::report::Report;
use crate::variable::has_variable;
use crate::yaml::{Node, Value};
use crate::{Metadata, Severity, Subject};

/// An image to scan and which of its tags to take.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ImageScan {
    /// Name, namespace, labels and place. An entry of `fleet.yaml` has a name at
    /// most, and lands in the namespace of its `GitRepo`; without one it is empty.
    pub meta: Metadata,
    /// Whether it is an entry of a `fleet.yaml` instead of an object.
    pub bundled: bool,
    /// The name by which markers refer to it.
    pub tag_name: String,
    /// The `GitRepo` it belongs to; `None` for an entry of `fleet.yaml`, which
    /// belongs to the one that the file is in.
    pub git_repo_name: Option<String>,
    /// The image, as `ghcr.io/stefanprodan/podinfo`.
    pub image: String,
    /// The time between scans; `None` is Fleet's default, 15 minutes.
    pub interval: Option<Duration>,
    /// The Secret with the registry's credentials, in the same namespace.
    pub secret_ref: Option<String>,
    /// How to choose.
    pub policy: PolicyChoice,
    /// Whether scanning is suspended.
    pub suspend: bool,
}

/// The `policy` of a scan, as it is written. Fleet looks at `semver` first; with
/// neither, it takes the range `*`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct PolicyChoice {
    /// The range of `semver`, not parsed; empty when it is not given.
    pub semver: Option<String>,
    /// The order of `alphabetical`: empty or `desc` in any case is the last tag,
    /// all else the first.
    pub alphabetical: Option<String>,
}

pub(super) fn read(report: &Report<'_>, path: String, node: &Node) -> Option<ImageScan> {
    let mut object = Fields::new(report, path, node)?;
    let meta = metadata(&mut object, "ImageScan");
    let mut spec = object.required_fields("spec", "{tagName: app, image: ghcr.io/org/app}")?;
    let mut scan = scan(&mut spec);
    scan.meta = meta;
    spec.finish();
    object.finish();
    Some(scan)
}

/// Reads the `imageScans` of a `fleet.yaml`, if that is what this is.
pub(super) fn read_bundle(report: &Report<'_>, node: &Node, scans: &mut Vec<ImageScan>) {
    if node
        .get("imageScans")
        .is_none_or(|node| matches!(node.value, Value::Null))
    {
        return;
    }
    let Some(mut bundle) = Fields::new(report, String::new(), node) else {
        return;
    };
    let mut seen = HashMap::new();
    for (path, node) in bundle.items("imageScans") {
        keep(scans, report, || {
            let scan = entry(report, &path, node)?;
            unique(report, &path, node, &scan, &mut seen);
            Some(scan)
        });
    }
    // Not finished: the rest of the file is about the deployment.
}

fn entry(report: &Report<'_>, path: &str, node: &Node) -> Option<ImageScan> {
    report.enter_object(None, false);
    let mut fields = Fields::new(report, path.to_owned(), node)?;
    let name = fields.text("name");
    let mut scan = scan(&mut fields);
    scan.bundled = true;
    scan.meta.name = name.unwrap_or_default();
    scan.meta.location = report.location(node.at);
    fields.finish();
    Some(scan)
}

/// A marker could not tell two scans of one name apart.
fn unique(
    report: &Report<'_>,
    path: &str,
    node: &Node,
    scan: &ImageScan,
    seen: &mut HashMap<String, usize>,
) {
    if scan.tag_name.is_empty() {
        return;
    }
    if let Some(line) = seen.get(&scan.tag_name) {
        let name = quoted(&scan.tag_name);
        let message =
            format!("{name} is the name of the scan in line {line} already; choose another");
        let at = node.get("tagName").map_or(node.at, |node| node.at);
        report.add(Severity::Error, at, &format!("{path}.tagName"), message);
        return;
    }
    seen.insert(scan.tag_name.clone(), node.at.line);
}

fn scan(fields: &mut Fields<'_>) -> ImageScan {
    let tag_name = tag_name(fields);
    let title = format!("ImageScan {}", shown(&tag_name));
    fields.report().enter_object(Some(title), false);
    ImageScan {
        tag_name,
        git_repo_name: fields.text("gitrepoName"),
        image: image(fields),
        interval: fields.duration("interval"),
        secret_ref: fields.name_in("secretRef"),
        policy: fields.fields("policy").map(policy).unwrap_or_default(),
        suspend: fields.flag("suspend"),
        ..ImageScan::default()
    }
}

/// A marker has a colon before the part that it wants.
fn tag_name(fields: &mut Fields<'_>) -> String {
    let name = fields.required_text("tagName", "app");
    if name.contains(':') && !has_variable(&name) {
        let at = fields.get("tagName").map_or(fields.at(), |node| node.at);
        let message = "no marker can name it: what is behind a colon is a part of the image; \
                       write a name without one";
        fields.error(at, "tagName", message.to_owned());
    }
    name
}

/// Fleet passes over a tag.
fn image(fields: &mut Fields<'_>) -> String {
    let image = fields.required_text("image", "ghcr.io/org/app");
    if image.is_empty() {
        return image;
    }
    let at = fields.get("image").map_or(fields.at(), |node| node.at);
    if is_login(&image) {
        fields.error(at, "image", LOGIN.to_owned());
    } else if let Some((scheme, _)) = image.split_once("://") {
        let message = format!("an image has no scheme; remove {}://", shown(scheme));
        fields.error(at, "image", message);
    } else {
        if let Some(tag) = tag(&image).filter(|_| !has_variable(&image)) {
            let message = format!("the tag is not used; remove {}", shown(tag));
            fields.add(Severity::Warning, at, "image", message);
        }
        fields.judge("image", Subject::Image(&image));
    }
    image
}

fn policy(mut fields: Fields<'_>) -> PolicyChoice {
    let choice = PolicyChoice {
        semver: word(&mut fields, "semver", "range"),
        alphabetical: word(&mut fields, "alphabetical", "order"),
    };
    if choice.semver.is_some() && choice.alphabetical.is_some() {
        let message = "semver and alphabetical are both given; Fleet looks at semver only";
        fields.add(Severity::Note, fields.at(), "", message.to_owned());
    }
    for name in ["numerical", "filterTags"] {
        if let Some(node) = fields.get(name) {
            let message = "not used: Fleet has semver and alphabetical only".to_owned();
            fields.add(Severity::Warning, node.at, name, message);
        }
    }
    fields.finish();
    choice
}

/// Fleet takes every word but one for the same order.
fn check_order(fields: &mut Fields<'_>, order: &str) {
    let known = ["", "asc", "desc"].contains(&order.to_ascii_lowercase().as_str());
    if !known && !has_variable(order) {
        let at = fields.get("order").map_or(fields.at(), |node| node.at);
        let order = quoted(order);
        let message =
            format!("Fleet takes the first tag for {order}; write desc for the last, or asc");
        fields.add(Severity::Warning, at, "order", message);
    }
}

fn word(policy: &mut Fields<'_>, name: &'static str, word: &'static str) -> Option<String> {
    let mut fields = policy.fields_with(name, word)?;
    let text = fields.text(word).unwrap_or_default();
    if word == "range" && !text.is_empty() {
        fields.judge(word, Subject::Range(&text));
    }
    if word == "order" {
        check_order(&mut fields, &text);
    }
    fields.finish();
    Some(text)
}
