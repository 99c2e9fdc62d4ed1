//! Kubernetes Secrets, as far as Flux and Fleet give their keys a meaning.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::fields::Fields;
use crate::meta::metadata;
use crate::report::Report;
use crate::yaml::{Node, Value};
use crate::{Metadata, SecretText, Severity};

/// A Secret and the values of those of its keys that Flux or Fleet know.
///
/// `stringData` goes before `data`, whose base64 is decoded. Other keys are not
/// kept. `Debug` shows which keys there are, never a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Secret {
    /// Name, namespace, labels and place.
    pub meta: Metadata,
    /// `type`, as `kubernetes.io/dockerconfigjson`; `None` is `Opaque`.
    pub secret_type: Option<String>,
    /// Whether the values are encrypted with SOPS: then there are none here.
    pub encrypted: bool,
    values: BTreeMap<SecretKey, SecretText>,
}

impl Secret {
    /// The value of a key.
    pub fn get(&self, key: SecretKey) -> Option<&SecretText> {
        self.values.get(&key)
    }

    /// The known keys that have a value, in the order of [`SecretKey`].
    pub fn keys(&self) -> impl Iterator<Item = SecretKey> {
        self.values.keys().copied()
    }
}

macro_rules! secret_keys {
    ($($(#[$doc:meta])* $key:ident = $name:literal,)*) => {
        /// A key of a Secret that Flux or Fleet give a meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum SecretKey {
            $($(#[$doc])* $key,)*
        }

        impl SecretKey {
            const ALL: &[Self] = &[$(Self::$key,)*];

            /// The key as it is written.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$key => $name,)*
                }
            }
        }
    };
}

secret_keys! {
    /// `.dockerconfigjson`: registries' credentials, as `docker login` writes them.
    DockerConfigJson = ".dockerconfigjson",
    /// `.dockercfg`: the same in the format before it.
    DockerCfg = ".dockercfg",
    /// `username` for basic authentication.
    Username = "username",
    /// `password` for basic authentication, or of an SSH key.
    Password = "password",
    /// `bearerToken` for an HTTP Git server.
    BearerToken = "bearerToken",
    /// `identity`: an SSH private key, Flux's name for it.
    Identity = "identity",
    /// `ssh-privatekey`: an SSH private key, Kubernetes' and Fleet's name for it.
    SshPrivateKey = "ssh-privatekey",
    /// `known_hosts`: the SSH hosts that are trusted.
    KnownHosts = "known_hosts",
    /// `ca.crt`: PEM certificates of trusted authorities.
    CaCrt = "ca.crt",
    /// `tls.crt`: a PEM client certificate.
    TlsCrt = "tls.crt",
    /// `tls.key`: the client certificate's private key.
    TlsKey = "tls.key",
    /// `caFile`: the older name of `ca.crt`.
    CaFile = "caFile",
    /// `certFile`: the older name of `tls.crt`.
    CertFile = "certFile",
    /// `keyFile`: the older name of `tls.key`.
    KeyFile = "keyFile",
    /// `address` of a proxy.
    Address = "address",
    /// `git.asc`: an armoured `OpenPGP` key that signs commits.
    GitAsc = "git.asc",
    /// `passphrase` of `git.asc`.
    Passphrase = "passphrase",
    /// `githubAppID`.
    GithubAppId = "githubAppID",
    /// `githubAppInstallationID`.
    GithubAppInstallationId = "githubAppInstallationID",
    /// `githubAppInstallationOwner`.
    GithubAppInstallationOwner = "githubAppInstallationOwner",
    /// `githubAppPrivateKey`.
    GithubAppPrivateKey = "githubAppPrivateKey",
    /// `githubAppBaseURL`, for GitHub Enterprise.
    GithubAppBaseUrl = "githubAppBaseURL",
}

/// Reads a Secret; the report must already know that it is one.
pub(crate) fn secret(report: &Report<'_>, path: String, node: &Node) -> Option<Secret> {
    let mut object = Fields::new(report, path, node)?;
    let meta = metadata(&mut object, "Secret");
    let secret_type = object.text("type");
    let encrypted = is_encrypted(&mut object);
    let mut values = BTreeMap::new();
    if !encrypted {
        values = decoded(object.fields("data"));
        values.extend(plain(object.fields("stringData")));
    }
    // Not finished: the name of an unknown field could be a secret that was
    // indented wrongly.
    Some(Secret {
        meta,
        secret_type,
        encrypted,
        values,
    })
}

/// Repositories hold many of these, and few are needed here: a note will do.
fn is_encrypted(object: &mut Fields<'_>) -> bool {
    let Some(sops) = object.get("sops") else {
        return false;
    };
    let message = "encrypted with SOPS, its values are not read; \
                   where they are needed, decrypt it first, for example with `sops -d`";
    object.add(Severity::Note, sops.at, "sops", message.to_owned());
    true
}

fn plain(fields: Option<Fields<'_>>) -> BTreeMap<SecretKey, SecretText> {
    let Some(mut fields) = fields else {
        return BTreeMap::new();
    };
    let take = |key: &SecretKey| {
        let text = fields.text(key.as_str())?;
        Some((*key, SecretText::new(text.into_bytes())))
    };
    SecretKey::ALL.iter().filter_map(take).collect()
}

fn decoded(fields: Option<Fields<'_>>) -> BTreeMap<SecretKey, SecretText> {
    let Some(mut fields) = fields else {
        return BTreeMap::new();
    };
    let take = |key: &SecretKey| {
        let (text, at) = fields.text_at(key.as_str())?;
        let bytes = base64(text);
        if bytes.is_none() {
            let message = "no base64; encode the value, or write it under stringData";
            fields.add(Severity::Error, at, key.as_str(), message.to_owned());
        }
        Some((*key, SecretText::new(bytes?)))
    };
    SecretKey::ALL.iter().filter_map(take).collect()
}

/// Go's decoder passes over line breaks.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let joined: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    STANDARD.decode(joined).ok()
}

/// Whether a value is a Kubernetes Secret, by its kind.
pub(crate) fn is_secret(node: &Node) -> bool {
    matches!(&node.value, Value::Map(_))
        && node.get("kind").and_then(Node::as_text) == Some("Secret")
}
