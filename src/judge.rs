//! Judges the texts in Flux's and Fleet's objects by the libraries that will read them.

use manifests::Subject;
use message::Template;
use policy::{CalverFormat, Dialect, Filter, Range};
use tagwright_manifests as manifests;
use tagwright_message as message;
use tagwright_policy as policy;
use tagwright_registry::Reference;

use crate::image_policy::repository;

/// What the readers of [`manifests`](crate::manifests) ask about ranges, patterns, extracts, images and templates: with
/// it they find what an automation would refuse, and say where it stands.
///
/// ```
/// use tagwright::{Dialect, judge, manifests::flux};
///
/// let read = flux::read_with("apps/podinfo.yaml", b"
/// apiVersion: image.toolkit.fluxcd.io/v1
/// kind: ImagePolicy
/// metadata: {name: podinfo, namespace: flux-system}
/// spec:
///   imageRepositoryRef: {name: podinfo}
///   policy:
///     semver:
///       range: 5.0.x.x
/// ", &judge(Dialect::Flux));
///
/// assert_eq!(
///     read.problems[0].to_string(),
///     "apps/podinfo.yaml:9:14: error: spec.policy.semver.range: \
///      invalid semver range: unexpected character '.' at line 1, column 6; write three numbers at most",
/// );
/// ```
pub fn judge(dialect: Dialect) -> impl Fn(Subject<'_>) -> Result<(), String> {
    move |subject| match subject {
        Subject::Range(text) => told(Range::parse(text)),
        Subject::Pattern(pattern) => told(Filter::new(pattern, "")),
        Subject::Extract { extract, pattern } => told(Filter::new(pattern, extract)),
        Subject::Calver(format) => told(CalverFormat::parse(format)),
        // Fleet passes over a tag, and the reader says so.
        Subject::Image(image) if dialect == Dialect::Fleet => told(image.parse::<Reference>()),
        Subject::Image(image) => told(repository(image)),
        Subject::Template(template) => told(match dialect {
            Dialect::Flux => Template::go(template),
            Dialect::Fleet => Template::fleet(template),
        }),
        _ => Ok(()),
    }
}

fn told<T, E: std::fmt::Display>(judged: Result<T, E>) -> Result<(), String> {
    judged.map(drop).map_err(|error| error.to_string())
}
