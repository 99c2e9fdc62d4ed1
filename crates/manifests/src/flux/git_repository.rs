//! `GitRepository`: where a Git repository is, and how to get in.

use std::time::Duration;

use super::image_repository::{AccessFrom, access_from};
use super::interval::{interval, timeout};
use super::provider::{GIT, Provider};
use crate::fields::Fields;
use crate::login::login;
use crate::meta::metadata;
use crate::report::Report;
use crate::variable::has_variable;
use crate::yaml::Node;
use crate::{Metadata, Severity, Subject};

/// A Git repository.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct GitRepository {
    /// Name, namespace, labels and place.
    pub meta: Metadata,
    /// `spec.url`; it holds no password and no token.
    pub url: String,
    /// `spec.ref`, what to check out.
    pub reference: Option<GitRef>,
    /// The Secret with credentials, in the same namespace.
    pub secret_ref: Option<String>,
    /// The Secret with a proxy's address.
    pub proxy_secret_ref: Option<String>,
    /// The service account whose identity a cluster would use.
    pub service_account_name: Option<String>,
    /// `spec.provider`.
    pub provider: Provider,
    /// `spec.interval` between fetches.
    pub interval: Option<Duration>,
    /// `spec.timeout` of one Git operation.
    pub timeout: Option<Duration>,
    /// Whether fetching is suspended.
    pub suspend: bool,
    /// How signatures are checked.
    pub verify: Option<Verify>,
    /// `spec.ignore`, what to leave out, as in a `.gitignore`.
    pub ignore: Option<String>,
    /// Other repositories whose files are put into this one.
    pub include: Vec<Include>,
    /// Whether submodules are fetched too.
    pub recurse_submodules: bool,
    /// The only folders to check out; empty is all.
    pub sparse_checkout: Vec<String>,
    /// Which other namespaces may refer to it, in `v1beta1` and `v1beta2`.
    pub access_from: Option<AccessFrom>,
}

/// `spec.verify`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Verify {
    /// What must be signed.
    pub mode: VerifyMode,
    /// The Secret with the public keys, in the same namespace.
    pub secret_ref: String,
}

/// `spec.verify.mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum VerifyMode {
    /// The commit that is checked out.
    #[default]
    Head,
    /// The tag that is checked out.
    Tag,
    /// Both of them.
    TagAndHead,
}

/// An item of `spec.include`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Include {
    /// The other `GitRepository`, in the same namespace.
    pub repository: String,
    /// What to take of it; `None` is all.
    pub from_path: Option<String>,
    /// Where to put it; `None` is a folder of its name.
    pub to_path: Option<String>,
}

/// What of a Git repository is meant. Of the fields that are set, the last in
/// this order counts: branch, tag, semver, name, commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct GitRef {
    /// A branch.
    pub branch: Option<String>,
    /// A tag.
    pub tag: Option<String>,
    /// The greatest tag in a range of versions.
    pub semver: Option<String>,
    /// A full reference name, as `refs/heads/main`.
    pub name: Option<String>,
    /// A commit.
    pub commit: Option<String>,
}

pub(super) fn read(report: &Report<'_>, path: String, node: &Node) -> Option<GitRepository> {
    let mut object = Fields::new(report, path, node)?;
    let meta = metadata(&mut object, "GitRepository");
    let mut spec = object.required_fields("spec", "{url: 'https://github.com/org/app'}")?;
    let url = url(&mut spec);
    let interval = interval(&mut spec);
    let service_account_name = spec.text("serviceAccountName");
    spec.only_in_a_cluster("serviceAccountName", Severity::Warning);
    let verify = spec.fields("verify").map(verify);
    let access_from = spec.fields("accessFrom").map(access_from);
    report_unused(&mut spec);
    let found = GitRepository {
        meta,
        url,
        reference: spec.fields("ref").map(git_ref),
        secret_ref: spec.name_in("secretRef"),
        proxy_secret_ref: spec.name_in("proxySecretRef"),
        service_account_name,
        provider: spec.one_of("provider", GIT).unwrap_or_default(),
        interval,
        timeout: timeout(&mut spec),
        suspend: spec.flag("suspend"),
        verify,
        ignore: spec.text("ignore"),
        include: spec.each("include", include),
        recurse_submodules: spec.flag("recurseSubmodules"),
        sparse_checkout: spec.texts("sparseCheckout").unwrap_or_default(),
        access_from,
    };
    spec.finish();
    object.finish();
    Some(found)
}

pub(super) fn git_ref(mut fields: Fields<'_>) -> GitRef {
    if let Some((range, _)) = fields.text_at("semver") {
        fields.judge("semver", Subject::Range(range));
    }
    let found = GitRef {
        branch: fields.text("branch"),
        tag: fields.text("tag"),
        semver: fields.text("semver"),
        name: fields.text("name"),
        commit: fields.text("commit"),
    };
    fields.finish();
    found
}

fn report_unused(spec: &mut Fields<'_>) {
    spec.only_in_a_cluster("verify", Severity::Warning);
    for name in ["ignore", "include", "recurseSubmodules", "sparseCheckout"] {
        spec.only_in_a_cluster(name, Severity::Note);
    }
    // Of v1beta1 and v1beta2.
    spec.known(&["gitImplementation"]);
}

const MODES: &[(&str, VerifyMode)] = &[
    ("HEAD", VerifyMode::Head),
    ("Tag", VerifyMode::Tag),
    ("TagAndHEAD", VerifyMode::TagAndHead),
    // As it was written before v1.
    ("head", VerifyMode::Head),
];

fn verify(mut fields: Fields<'_>) -> Verify {
    let found = Verify {
        mode: fields.one_of("mode", MODES).unwrap_or_default(),
        secret_ref: fields.required_name_in("secretRef", "git-public-keys"),
    };
    fields.finish();
    found
}

fn include(mut fields: Fields<'_>) -> Include {
    let found = Include {
        repository: fields.required_name_in("repository", "app"),
        from_path: fields.text("fromPath"),
        to_path: fields.text("toPath"),
    };
    fields.finish();
    found
}

/// The URL is never shown in a problem: it may hold a password.
fn url(spec: &mut Fields<'_>) -> String {
    let url = spec.required_text("url", "https://github.com/org/app");
    let message = if let Some(part) = login(&url) {
        format!("holds {part}; move it into a Secret that secretRef names")
    } else if is_foreign(&url) {
        "Flux takes http://, https:// and ssh:// only; git@host:path is written ssh://git@host/path"
            .to_owned()
    } else {
        return url;
    };
    let at = spec.get("url").map_or(spec.at(), |node| node.at);
    spec.error(at, "url", message);
    String::new()
}

/// A variable may stand for the scheme.
fn is_foreign(url: &str) -> bool {
    let schemes = ["http://", "https://", "ssh://"];
    let known = schemes.iter().any(|scheme| url.starts_with(scheme));
    !known && !url.is_empty() && !has_variable(url)
}
