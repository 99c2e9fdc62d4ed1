//! Flux's objects, with the fields that they have in version `v1`.

use super::document;
use super::tree::{Map, Tree};
use crate::flux::{
    AccessFrom, Commit, DigestReflectionPolicy, FilterTags, Git, GitRef, GitRepository,
    ImagePolicy, ImageRepository, ImageUpdateAutomation, Include, Objects, PolicyChoice, Provider,
    Push, Receiver, SigningKey, SigningKeyType, SourceRef, Update, UpdateStrategy, Verify,
    VerifyMode,
};
use crate::{LabelSelector, Metadata, ObjectRef, Operator, Requirement};

const IMAGE: &str = "image.toolkit.fluxcd.io/v1";
const SOURCE: &str = "source.toolkit.fluxcd.io/v1";
const SOURCE_BEFORE: &str = "source.toolkit.fluxcd.io/v1beta2";

impl Objects {
    /// The objects as a stream of YAML documents: repositories, policies,
    /// automations, Git repositories, receivers; no Secrets, see
    /// [`Secret::to_yaml_with_values`](crate::Secret::to_yaml_with_values).
    pub fn to_yaml(&self) -> String {
        let images = self.image_repositories.iter().map(ImageRepository::to_yaml);
        let policies = self.image_policies.iter().map(ImagePolicy::to_yaml);
        let automations = &self.image_update_automations;
        let automations = automations.iter().map(ImageUpdateAutomation::to_yaml);
        let sources = self.git_repositories.iter().map(GitRepository::to_yaml);
        let receivers = self.receivers.iter().map(Receiver::to_yaml);
        let images = images.chain(policies).chain(automations);
        images.chain(sources).chain(receivers).collect()
    }
}

impl ImageRepository {
    /// The object as a YAML document, `---` before it, as
    /// `flux create image repository --export` prints it.
    ///
    /// What is read from it is equal but for its place.
    ///
    /// # Example
    ///
    /// ```
    /// use tagwright_manifests::flux::ImageRepository;
    ///
    /// let mut repository = ImageRepository::default();
    /// repository.meta.name = "podinfo".to_owned();
    /// repository.image = "ghcr.io/stefanprodan/podinfo".to_owned();
    /// repository.interval = Some(std::time::Duration::from_secs(300));
    /// assert_eq!(repository.to_yaml(), "---
    /// apiVersion: image.toolkit.fluxcd.io/v1
    /// kind: ImageRepository
    /// metadata:
    ///   name: podinfo
    /// spec:
    ///   image: ghcr.io/stefanprodan/podinfo
    ///   interval: 5m0s
    /// ");
    /// ```
    pub fn to_yaml(&self) -> String {
        let spec = Map::new()
            .text("image", &self.image)
            .some_duration("interval", self.interval)
            .some_duration("timeout", self.timeout)
            .some_name("secretRef", self.secret_ref.as_deref())
            .some_name("certSecretRef", self.cert_secret_ref.as_deref())
            .some_name("proxySecretRef", self.proxy_secret_ref.as_deref())
            .some_text("serviceAccountName", self.service_account_name.as_deref())
            .texts(
                "exclusionList",
                self.exclusion_list.as_deref().unwrap_or_default(),
            )
            .some_text("provider", provider(self.provider))
            .flag("insecure", self.insecure)
            .flag("suspend", self.suspend)
            .some_map("accessFrom", self.access_from.as_ref().map(access_from));
        object(IMAGE, "ImageRepository", &self.meta, spec)
    }
}

impl ImagePolicy {
    /// The object as a YAML document, `---` before it, as
    /// `flux create image policy --export` prints it.
    pub fn to_yaml(&self) -> String {
        self.yaml(reflection(self.digest_reflection_policy))
    }

    /// The same with `digestReflectionPolicy: Never` where no digest is written: what Flux prints when it is told so
    /// with `--reflect-digest=Never`.
    pub fn to_yaml_in_full(&self) -> String {
        self.yaml(reflection(self.digest_reflection_policy).or(Some("Never")))
    }

    fn yaml(&self, reflection: Option<&'static str>) -> String {
        let spec = Map::new()
            .tree("imageRepositoryRef", object_ref(&self.image_repository_ref))
            .tree("policy", choice(&self.policy))
            .some_map("filterTags", self.filter_tags.as_ref().map(filter_tags))
            .some_text("digestReflectionPolicy", reflection)
            .some_duration("interval", self.interval)
            .flag("suspend", self.suspend);
        object(IMAGE, "ImagePolicy", &self.meta, spec)
    }
}

impl ImageUpdateAutomation {
    /// The object as a YAML document, `---` before it, as
    /// `flux create image update --export` prints it.
    pub fn to_yaml(&self) -> String {
        self.yaml(key_type)
    }

    /// The same with `type: gpg` of a signing key that is of OpenPGP: what Flux prints when it is told so with
    /// `--signing-key-type=gpg`.
    pub fn to_yaml_in_full(&self) -> String {
        self.yaml(|key| key_type(key).or(Some("gpg")))
    }

    fn yaml(&self, key_type: KeyType) -> String {
        let selector = self.policy_selector.as_ref().map(label_selector);
        let spec = Map::new()
            .tree("sourceRef", source_ref(&self.source_ref))
            .some_duration("interval", self.interval)
            .tree("git", git(&self.git, key_type))
            .some_map("update", update(&self.update))
            .some_map("policySelector", selector)
            .flag("suspend", self.suspend);
        object(IMAGE, "ImageUpdateAutomation", &self.meta, spec)
    }
}

impl GitRepository {
    /// The object as a YAML document, `---` before it, as
    /// `flux export source git` prints it. One with `accessFrom` is of `v1beta2`,
    /// the last version that has it.
    pub fn to_yaml(&self) -> String {
        let spec = Map::new()
            .text("url", &self.url)
            .some_map("ref", self.reference.as_ref().map(git_ref))
            .some_name("secretRef", self.secret_ref.as_deref())
            .some_name("proxySecretRef", self.proxy_secret_ref.as_deref())
            .some_text("serviceAccountName", self.service_account_name.as_deref())
            .some_text("provider", provider(self.provider))
            .some_duration("interval", self.interval)
            .some_duration("timeout", self.timeout)
            .flag("suspend", self.suspend)
            .some_map("verify", self.verify.as_ref().map(verify))
            .some_text("ignore", self.ignore.as_deref())
            .some_list("include", &self.include, include)
            .flag("recurseSubmodules", self.recurse_submodules)
            .texts("sparseCheckout", &self.sparse_checkout)
            .some_map("accessFrom", self.access_from.as_ref().map(access_from));
        let api_version = match self.access_from {
            Some(_) => SOURCE_BEFORE,
            None => SOURCE,
        };
        object(api_version, "GitRepository", &self.meta, spec)
    }
}

pub(super) fn object(api_version: &str, kind: &str, meta: &Metadata, spec: Map) -> String {
    document(
        Map::new()
            .text("apiVersion", api_version)
            .text("kind", kind)
            .tree("metadata", metadata(meta))
            .tree("spec", Tree::Map(spec)),
    )
}

pub(super) fn metadata(meta: &Metadata) -> Tree {
    Tree::Map(
        Map::new()
            .text("name", &meta.name)
            .some_text("namespace", meta.namespace.as_deref())
            .text_map("labels", &meta.labels)
            .text_map("annotations", &meta.annotations),
    )
}

fn object_ref(reference: &ObjectRef) -> Tree {
    Tree::Map(
        Map::new()
            .text("name", &reference.name)
            .some_text("namespace", reference.namespace.as_deref()),
    )
}

fn provider(provider: Provider) -> Option<&'static str> {
    match provider {
        Provider::Generic => None,
        Provider::Aws => Some("aws"),
        Provider::Azure => Some("azure"),
        Provider::Gcp => Some("gcp"),
        Provider::Github => Some("github"),
    }
}

fn access_from(access: &AccessFrom) -> Map {
    let selectors = access.namespace_selectors.iter();
    let selectors = selectors.map(|labels| Tree::Map(Map::new().text_map("matchLabels", labels)));
    Map::new().list("namespaceSelectors", selectors)
}

fn choice(choice: &PolicyChoice) -> Tree {
    let word = |name: &'static str, text: &Option<String>| {
        let text = text.as_deref()?;
        Some(Map::new().some_text(name, Some(text).filter(|text| !text.is_empty())))
    };
    Tree::Map(
        Map::new()
            .some_map("semver", word("range", &choice.semver))
            .some_map("alphabetical", word("order", &choice.alphabetical))
            .some_map("numerical", word("order", &choice.numerical)),
    )
}

/// Flux writes both fields always.
fn filter_tags(filter: &FilterTags) -> Map {
    Map::new()
        .text("pattern", &filter.pattern)
        .text("extract", filter.extract.as_deref().unwrap_or_default())
}

fn reflection(policy: DigestReflectionPolicy) -> Option<&'static str> {
    match policy {
        DigestReflectionPolicy::Never => None,
        DigestReflectionPolicy::IfNotPresent => Some("IfNotPresent"),
        DigestReflectionPolicy::Always => Some("Always"),
    }
}

fn source_ref(source: &SourceRef) -> Tree {
    Tree::Map(
        Map::new()
            .text("kind", &source.kind)
            .text("name", &source.name)
            .some_text("namespace", source.namespace.as_deref()),
    )
}

fn git(git: &Git, key_type: KeyType) -> Tree {
    let checkout = |reference| Map::new().some_map("ref", Some(git_ref(reference)));
    Tree::Map(
        Map::new()
            .some_map("checkout", git.checkout_ref.as_ref().map(checkout))
            .tree("commit", commit(&git.commit, key_type))
            .some_map("push", git.push.as_ref().map(push)),
    )
}

fn git_ref(reference: &GitRef) -> Map {
    Map::new()
        .some_text("branch", reference.branch.as_deref())
        .some_text("tag", reference.tag.as_deref())
        .some_text("semver", reference.semver.as_deref())
        .some_text("name", reference.name.as_deref())
        .some_text("commit", reference.commit.as_deref())
}

fn commit(commit: &Commit, key_type: KeyType) -> Tree {
    let signing_key = |key| signing_key(key, key_type);
    let author = Map::new()
        .some_text("name", commit.author_name.as_deref())
        .text("email", &commit.author_email);
    Tree::Map(
        Map::new()
            .tree("author", Tree::Map(author))
            .some_text("messageTemplate", commit.message_template.as_deref())
            .text_map("messageTemplateValues", &commit.message_template_values)
            .some_map("signingKey", commit.signing_key.as_ref().map(signing_key)),
    )
}

/// How the kind of a signing key is written, where it is.
type KeyType = fn(SigningKeyType) -> Option<&'static str>;

/// Flux takes a key for OpenPGP's where nothing is said.
fn key_type(key_type: SigningKeyType) -> Option<&'static str> {
    match key_type {
        SigningKeyType::Gpg => None,
        SigningKeyType::Ssh => Some("ssh"),
    }
}

fn signing_key(key: &SigningKey, key_type: KeyType) -> Map {
    Map::new()
        .some_name("secretRef", Some(&key.secret_ref))
        .some_text("type", key_type(key.key_type))
}

fn push(push: &Push) -> Map {
    Map::new()
        .some_text("branch", push.branch.as_deref())
        .some_text("refspec", push.refspec.as_deref())
        .text_map("options", &push.options)
}

/// Without a path it is what Flux takes anyway.
fn update(update: &Update) -> Option<Map> {
    let strategy = match update.strategy {
        UpdateStrategy::Setters => "Setters",
    };
    let path = update.path.as_deref()?;
    Some(Map::new().text("path", path).text("strategy", strategy))
}

pub(super) fn label_selector(selector: &LabelSelector) -> Map {
    Map::new()
        .text_map("matchLabels", &selector.match_labels)
        .some_list("matchExpressions", &selector.match_expressions, requirement)
}

fn requirement(requirement: &Requirement) -> Map {
    let operator = match requirement.operator {
        Operator::In => "In",
        Operator::NotIn => "NotIn",
        Operator::Exists => "Exists",
        Operator::DoesNotExist => "DoesNotExist",
    };
    Map::new()
        .text("key", &requirement.key)
        .text("operator", operator)
        .texts("values", &requirement.values)
}

fn verify(verify: &Verify) -> Map {
    let mode = match verify.mode {
        VerifyMode::Head => "HEAD",
        VerifyMode::Tag => "Tag",
        VerifyMode::TagAndHead => "TagAndHEAD",
    };
    Map::new()
        .text("mode", mode)
        .some_name("secretRef", Some(&verify.secret_ref))
}

fn include(include: &Include) -> Map {
    Map::new()
        .some_name("repository", Some(&include.repository))
        .some_text("fromPath", include.from_path.as_deref())
        .some_text("toPath", include.to_path.as_deref())
}
