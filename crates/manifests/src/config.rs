//! tagwright's own small form, `tagwright.yaml`: images, policies, guards and
//! targets in one file, with Secrets by their names.
//!
//! ```
//! use tagwright_manifests::config::{self, Place, Select};
//!
//! let read = config::read("tagwright.yaml", b"
//! images:
//!   podinfo: {image: ghcr.io/stefanprodan/podinfo}
//! policies:
//!   flux-system:podinfo: {image: podinfo, semver: 5.0.x}
//! targets:
//!   checkout: {directory: .}
//! ");
//! assert_eq!(read.problems, []);
//! let config = read.config;
//! assert_eq!(config.policies[0].select, Select::Semver("5.0.x".to_owned()));
//! assert_eq!(config.targets[0].place, Place::Directory(".".to_owned()));
//! ```
//!
//! This one has every part; what a field means is said at its struct:
//!
//! ```yaml
#![doc = include_str!("config/example.yaml")]
//! ```
//!
//! Most may be left out. An image has its `image`, a policy its `image` and one of
//! the ways to choose, a target its `repository` with a `branch` and the email
//! address of a `commit`'s author, or else a `directory`.
//!
//! - `version` of the form: 1, which is what is meant without it.
//! - `dialect`: `flux` (as it is without the field) or `fleet`, which is what the
//!   markers look like and how versions are read. A policy is named as its
//!   markers name it: `namespace:name`, or Fleet's `tagName`.
//! - Secrets are named `namespace/name` or `name`; their values never stand here.
//! - Durations are Go's (`1h30m`); times are those of RFC 3339, or days in UTC.
//!
//! It is read by the same rules as the objects of Flux and Fleet: what is wrong
//! is a [`Problem`] with its place, unknown fields and names come with the
//! nearest known one, an entry with an error is left out and hides no other. With
//! an error in `version`, `dialect` or the `guards` of all, everything is left out:
//! nothing is to be written unguarded. So an unknown field is an error in `guards`,
//! and so is one that is called nearly so.

mod commit;
mod guards;
mod image;
mod names;
mod policy;
#[cfg(test)]
mod schema;
mod target;

pub use commit::{Commit, MessageSyntax};
pub use guards::{Guards, Hold};
pub use image::Image;
pub use policy::{Order, Policy, Select};
pub use target::{Branch, Place, Target};

use names::{Names, secret_ref};

use crate::fields::Fields;
use crate::judge::LENIENT;
use crate::report::Report;
use crate::source::visit_all;
use crate::yaml::Node;
use crate::{Problem, Severity, Subject};

/// The configuration of one file, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Read {
    /// What can be used.
    pub config: Config,
    /// What was found wrong, in the order of the file.
    pub problems: Vec<Problem>,
}

/// What a `tagwright.yaml` says, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Config {
    /// `dialect` of the markers and the versions.
    pub dialect: Dialect,
    /// `images`: what is scanned.
    pub images: Vec<Image>,
    /// `policies`: which tags are taken.
    pub policies: Vec<Policy>,
    /// `guards` of all policies; those of a policy go first, field by field.
    pub guards: Guards,
    /// `targets`: what is written.
    pub targets: Vec<Target>,
}

/// What markers look like, and how versions are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Dialect {
    /// Flux's: `{"$imagepolicy": "namespace:name"}`.
    #[default]
    Flux,
    /// Fleet's: `{"$imagescan": "tagName"}`.
    Fleet,
}

/// The form of a `tagwright.yaml` as a JSON Schema (draft 2020-12), for editors and other checkers.
///
/// What it takes, [`read`] takes without a warning, as far as a schema can tell: whether a name is defined, and what a
/// range or a pattern means, it cannot. It refuses what [`read`] warns of, such as an unknown field.
///
/// ```
/// let schema = tagwright_manifests::config::SCHEMA;
/// assert!(schema.contains("https://json-schema.org/draft/2020-12/schema"));
/// ```
pub const SCHEMA: &str = include_str!("config/schema.json");

/// Reads a `tagwright.yaml`, or the same as JSON.
pub fn read(name: &str, bytes: &[u8]) -> Read {
    read_with(name, bytes, LENIENT)
}

/// Reads as [`read`] does, and has texts whose grammar is another crate's judged.
pub fn read_with(
    name: &str,
    bytes: &[u8],
    judge: &dyn Fn(Subject<'_>) -> Result<(), String>,
) -> Read {
    let report = Report::new(name, judge);
    let mut found = None;
    visit_all(&report, bytes, |node| {
        if found.is_some() {
            let message = "a second document; write all of it into the first".to_owned();
            return report.add(Severity::Error, node.at, "", message);
        }
        found = Some(config(&report, node).unwrap_or_default());
    });
    Read {
        config: found.unwrap_or_default(),
        problems: report.into_problems(),
    }
}

fn config(report: &Report<'_>, node: &Node) -> Option<Config> {
    let mut fields = Fields::new(report, String::new(), node)?;
    if is_object(&mut fields) {
        return None;
    }
    let before = report.errors();
    check_version(&mut fields);
    let dialect = fields.one_of("dialect", DIALECTS).unwrap_or_default();
    let guards = fields.fields("guards").map(guards::read);
    let sound = report.errors() == before;
    let (images, policies) = (Names::of(node, "images"), Names::of(node, "policies"));
    let config = Config {
        dialect,
        images: fields.named("images", image::read),
        policies: fields.named("policies", |name, at, fields| {
            policy::read((dialect, &images), name, at, fields)
        }),
        guards: guards.unwrap_or_default(),
        targets: fields.named("targets", |name, at, fields| {
            target::read(&policies, name, at, fields)
        }),
    };
    let before = report.errors();
    fields.finish();
    (sound && report.errors() == before).then_some(config)
}

const DIALECTS: &[(&str, Dialect)] = &[("flux", Dialect::Flux), ("fleet", Dialect::Fleet)];

fn is_object(fields: &mut Fields<'_>) -> bool {
    let Some(kind) = fields.get("kind") else {
        return false;
    };
    let message = "this is a Kubernetes object; read it as one of Flux or Fleet".to_owned();
    fields.error(kind.at, "kind", message);
    true
}

fn check_version(fields: &mut Fields<'_>) {
    let at = fields.get("version").map(|node| node.at);
    if let (Some(version), Some(at)) = (fields.integer("version"), at)
        && version != 1
    {
        let message = format!("{version} is not a version that is read; write 1");
        fields.error(at, "version", message);
    }
}
