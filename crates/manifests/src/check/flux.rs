//! Flux's objects beside each other and beside the markers.

use std::collections::HashSet;

use super::access::{Access, access};
use super::floating::only_tag;
use super::path::cut_at_root;
use super::secrets::check_secrets;
use super::{Found, Index, Marker};
use crate::flux::{
    DigestReflectionPolicy, GitRepository, ImagePolicy, ImageRepository, ImageUpdateAutomation,
    Objects, Provider, Receiver,
};
use crate::quote::{quoted, shown};
use crate::{Metadata, ObjectRef, Problem, Severity};

impl Objects {
    /// What is wrong between the objects, and between them and the markers of
    /// the manifests: what no object shows by itself.
    ///
    /// - error: a policy whose repository is not among the objects, or does not
    ///   let the policy's namespace in
    /// - warning: a marker that names no policy; two objects of one kind,
    ///   namespace and name; a Secret beside a provider, which goes before it; a
    ///   policy that follows one tag, such as `latest`, without its digest; a path
    ///   that leaves the repository
    /// - note: a policy that no marker names; an automation whose Git repository
    ///   is not among the objects; a namespace that is let in by labels which
    ///   only the cluster knows
    ///
    /// Problems stand at the first line of their object, or at their marker; then
    /// [`Problem::document`] is 0, as markers do not say theirs. An object without
    /// a namespace may land in any.
    ///
    /// # Example
    ///
    /// ```
    /// use tagwright_manifests::{Marker, flux};
    ///
    /// let policy = b"apiVersion: image.toolkit.fluxcd.io/v1
    /// kind: ImagePolicy
    /// metadata: {name: podinfo, namespace: flux-system}
    /// spec: {imageRepositoryRef: {name: podinfo}, policy: {semver: {range: 5.0.x}}}
    /// ";
    /// let objects = flux::read("policy.yaml", policy).objects;
    /// let markers = [Marker::new("app.yaml", 20, 9, "flux-system:podinf:tag")];
    /// let problems = objects.check(&markers);
    /// let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    /// assert_eq!(lines, [
    ///     "app.yaml:20:9: warning: there is no ImagePolicy flux-system:podinf; \
    ///      did you mean flux-system:podinfo?",
    ///     "policy.yaml:1:1: error: spec.imageRepositoryRef: \
    ///      there is no ImageRepository podinfo in the namespace flux-system; \
    ///      read its file too, or add it",
    ///     "policy.yaml:1:1: note: no marker names this policy; \
    ///      mark a value with # {\"$imagepolicy\": \"flux-system:podinfo\"}",
    /// ]);
    /// ```
    pub fn check(&self, markers: &[Marker]) -> Vec<Problem> {
        let mut found = Found::default();
        let repositories = index(&mut found, &self.image_repositories);
        let policies = index(&mut found, &self.image_policies);
        index(&mut found, &self.image_update_automations);
        let sources = index(&mut found, &self.git_repositories);
        index(&mut found, &self.receivers);
        check_secrets(&mut found, &self.secrets);
        self.image_repositories
            .iter()
            .for_each(|one| check_secret(&mut found, one));
        self.git_repositories
            .iter()
            .for_each(|one| check_git_secret(&mut found, one));
        for policy in &self.image_policies {
            check_reference(&mut found, policy, &repositories);
            check_floating(&mut found, policy);
        }
        for automation in &self.image_update_automations {
            check_source(&mut found, automation, &sources);
            check_path(&mut found, automation);
        }
        check_markers(&mut found, markers, &policies, &self.image_policies);
        check_unused(&mut found, markers, &self.image_policies);
        found.into_problems()
    }
}

/// What the checks need of each kind of object.
trait Object {
    const KIND: &'static str;

    fn meta(&self) -> &Metadata;

    fn title(&self) -> String {
        let meta = self.meta();
        match &meta.namespace {
            Some(namespace) => format!("{} {}/{}", Self::KIND, shown(namespace), shown(&meta.name)),
            None => format!("{} {}", Self::KIND, shown(&meta.name)),
        }
    }

    fn add(&self, found: &mut Found, severity: Severity, field: &str, message: String) {
        let at = &self.meta().location;
        found.at_object(severity, at, self.title(), field, message);
    }
}

macro_rules! objects {
    ($($kind:ident),*) => {
        $(impl Object for $kind {
            const KIND: &'static str = stringify!($kind);

            fn meta(&self) -> &Metadata {
                &self.meta
            }
        })*
    };
}

objects!(
    ImageRepository,
    ImagePolicy,
    ImageUpdateAutomation,
    GitRepository,
    Receiver
);

/// The objects by name; of two with one name the first.
fn index<'a, T: Object>(found: &mut Found, objects: &'a [T]) -> Index<'a, T> {
    let mut index = Index::new();
    for object in objects {
        let meta = object.meta();
        if let Some(first) = index.add(meta.namespace.as_deref(), &meta.name, object) {
            let first = &first.meta().location;
            let message = format!(
                "the {} in {}, line {}, has the same name; rename or remove one, \
                 or read the folders of two clusters apart",
                T::KIND,
                shown(&first.file),
                first.line,
            );
            object.add(found, Severity::Warning, "metadata.name", message);
        }
    }
    index
}

fn check_reference(
    found: &mut Found,
    policy: &ImagePolicy,
    repositories: &Index<'_, ImageRepository>,
) {
    let ObjectRef {
        name, namespace, ..
    } = &policy.image_repository_ref;
    let own = policy.meta.namespace.as_deref();
    let Some(repository) = repositories.find(namespace.as_deref().or(own), name) else {
        let wanted = missing("ImageRepository", name, namespace.as_deref().or(own));
        let message = format!("{wanted}; read its file too, or add it");
        return policy.add(found, Severity::Error, "spec.imageRepositoryRef", message);
    };
    // One that is not written may be the same.
    if let (Some(own), Some(other)) = (own, namespace.as_deref())
        && own != other
    {
        check_access(found, policy, own, repository);
    }
}

fn missing(kind: &str, name: &str, namespace: Option<&str>) -> String {
    let name = shown(name);
    match namespace {
        Some(namespace) => format!(
            "there is no {kind} {name} in the namespace {}",
            shown(namespace)
        ),
        None => format!("there is no {kind} {name}"),
    }
}

fn check_access(found: &mut Found, policy: &ImagePolicy, own: &str, repository: &ImageRepository) {
    let namespace = shown(own);
    let title = repository.title();
    let (severity, message) = match access(repository.access_from.as_ref(), own) {
        Access::Granted => return,
        Access::Refused => (
            Severity::Error,
            format!(
                "{title} does not let the namespace {namespace} in; write there `accessFrom: \
                 {{namespaceSelectors: [{{matchLabels: {{kubernetes.io/metadata.name: {namespace}}}}}]}}`"
            ),
        ),
        Access::Open => (
            Severity::Note,
            format!(
                "{title} lets the namespace {namespace} in by labels that only the cluster knows"
            ),
        ),
    };
    policy.add(found, severity, "spec.imageRepositoryRef", message);
}

fn check_secret(found: &mut Found, repository: &ImageRepository) {
    let provider = repository.provider;
    if provider != Provider::Generic && repository.secret_ref.is_some() {
        let message = "not used: with a provider other than generic Flux takes the cloud's \
                       credentials; remove secretRef or provider";
        repository.add(
            found,
            Severity::Warning,
            "spec.secretRef",
            message.to_owned(),
        );
    }
}

/// A GitHub App's key comes from the Secret.
fn check_git_secret(found: &mut Found, repository: &GitRepository) {
    let own = !matches!(repository.provider, Provider::Generic | Provider::Github);
    if own && repository.secret_ref.is_some() {
        let message = "its credentials are not used: with this provider Flux takes the cloud's; \
                       remove secretRef or provider";
        repository.add(
            found,
            Severity::Warning,
            "spec.secretRef",
            message.to_owned(),
        );
    }
}

fn check_floating(found: &mut Found, policy: &ImagePolicy) {
    let pattern = policy.filter_tags.as_ref().map(|filter| &filter.pattern);
    let Some(tag) = pattern.and_then(|pattern| only_tag(pattern)) else {
        return;
    };
    if policy.digest_reflection_policy != DigestReflectionPolicy::Always {
        let message = format!(
            "only the tag {} passes, so that the value never changes; to follow the image \
             behind it write `digestReflectionPolicy: Always` and for example `interval: 10m`",
            shown(&tag)
        );
        policy.add(found, Severity::Warning, "spec.filterTags.pattern", message);
    }
}

fn check_source(
    found: &mut Found,
    automation: &ImageUpdateAutomation,
    sources: &Index<'_, GitRepository>,
) {
    let source = &automation.source_ref;
    let namespace = source
        .namespace
        .as_deref()
        .or(automation.meta.namespace.as_deref());
    if sources.find(namespace, &source.name).is_none() {
        let wanted = missing("GitRepository", &source.name, namespace);
        let message = format!("{wanted}; read its file too, or say where the repository is");
        automation.add(found, Severity::Note, "spec.sourceRef", message);
    }
}

fn check_path(found: &mut Found, automation: &ImageUpdateAutomation) {
    if let Some(cut) = automation.update.path.as_deref().and_then(cut_at_root) {
        let message = format!(
            "leaves the repository; Flux takes it for {}: write that",
            quoted(&cut)
        );
        automation.add(found, Severity::Warning, "spec.update.path", message);
    }
}

fn check_markers(
    found: &mut Found,
    markers: &[Marker],
    policies: &Index<'_, ImagePolicy>,
    all: &[ImagePolicy],
) {
    let mut names = None;
    for marker in markers {
        let named = policy_name(&marker.setter);
        if named.is_some_and(|(namespace, name)| policies.find(Some(namespace), name).is_some()) {
            continue;
        }
        let names: &Vec<String> = names.get_or_insert_with(|| all.iter().map(setter).collect());
        let name = named.map_or(marker.setter.clone(), |(namespace, name)| {
            format!("{namespace}:{name}")
        });
        found.at_marker(
            marker,
            "ImagePolicy",
            &name,
            names.iter().map(String::as_str),
        );
    }
}

fn check_unused(found: &mut Found, markers: &[Marker], policies: &[ImagePolicy]) {
    let used: HashSet<(&str, &str)> = markers
        .iter()
        .filter_map(|marker| policy_name(&marker.setter))
        .collect();
    let names: HashSet<&str> = used.iter().map(|(_, name)| *name).collect();
    for policy in policies {
        let name = policy.meta.name.as_str();
        let is_used = match policy.meta.namespace.as_deref() {
            Some(namespace) => used.contains(&(namespace, name)),
            None => names.contains(name),
        };
        if !is_used {
            let setter = shown(&setter(policy));
            let message = format!(
                "no marker names this policy; mark a value with # {{\"$imagepolicy\": \"{setter}\"}}"
            );
            policy.add(found, Severity::Note, "", message);
        }
    }
}

/// Namespace and name in `namespace:name[:field]`.
fn policy_name(setter: &str) -> Option<(&str, &str)> {
    let (namespace, rest) = setter.split_once(':')?;
    Some((
        namespace,
        rest.split_once(':').map_or(rest, |(name, _)| name),
    ))
}

fn setter(policy: &ImagePolicy) -> String {
    let namespace = policy.meta.namespace.as_deref().unwrap_or("default");
    format!("{namespace}:{}", policy.meta.name)
}
