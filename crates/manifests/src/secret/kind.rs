//! What a Secret is good for, by the keys that it has.

use super::{Secret, SecretKey};
use crate::SecretText;

/// A use of a Secret; one Secret may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SecretKind {
    /// Logins of registries: `.dockerconfigjson`.
    DockerConfigJson,
    /// The same in the format before it: `.dockercfg`.
    DockerCfg,
    /// A login of one registry or Git server: `username` and `password`.
    BasicAuth,
    /// A token of a Git server: `bearerToken`.
    Bearer,
    /// A private key for SSH, which may sign commits too: `identity` or
    /// `ssh-privatekey`.
    Ssh,
    /// A client certificate and its key: `tls.crt` and `tls.key`, or their older
    /// names `certFile` and `keyFile`.
    ClientCertificate,
    /// Trusted authorities: `ca.crt`, its older name `caFile`, or Fleet's
    /// `cacerts`.
    CertificateAuthority,
    /// A GitHub App: `githubAppID`, `githubAppPrivateKey` and an installation, or
    /// Fleet's names of them.
    GithubApp,
    /// An `OpenPGP` key that signs commits: `git.asc`.
    GpgSigningKey,
    /// A proxy: `address`.
    Proxy,
    /// The token of a webhook: `token`.
    Webhook,
}

impl SecretKind {
    const ALL: &[Self] = &[
        Self::DockerConfigJson,
        Self::DockerCfg,
        Self::BasicAuth,
        Self::Bearer,
        Self::Ssh,
        Self::ClientCertificate,
        Self::CertificateAuthority,
        Self::GithubApp,
        Self::GpgSigningKey,
        Self::Proxy,
        Self::Webhook,
    ];
}

/// What a [`Secret`] holds of a GitHub App.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GithubApp<'a> {
    /// The app's number.
    pub id: &'a SecretText,
    /// The number of its installation.
    pub installation_id: Option<&'a SecretText>,
    /// The organisation or user that installed it, where the number is not given.
    pub installation_owner: Option<&'a SecretText>,
    /// The PEM private key.
    pub private_key: &'a SecretText,
    /// The address of the API, for GitHub Enterprise.
    pub base_url: Option<&'a SecretText>,
}

impl Secret {
    /// What the Secret is good for, in the order of [`SecretKind`]; nothing when
    /// it is encrypted.
    pub fn kinds(&self) -> impl Iterator<Item = SecretKind> {
        SecretKind::ALL
            .iter()
            .copied()
            .filter(|kind| self.is(*kind))
    }

    /// Whether the Secret has all that a use needs.
    pub fn is(&self, kind: SecretKind) -> bool {
        let has = |key| self.get(key).is_some();
        match kind {
            SecretKind::DockerConfigJson => has(SecretKey::DockerConfigJson),
            SecretKind::DockerCfg => has(SecretKey::DockerCfg),
            SecretKind::BasicAuth => has(SecretKey::Username) && has(SecretKey::Password),
            SecretKind::Bearer => has(SecretKey::BearerToken),
            SecretKind::Ssh => self.ssh_private_key().is_some(),
            SecretKind::ClientCertificate => self.client_certificate().is_some(),
            SecretKind::CertificateAuthority => self.certificate_authority().is_some(),
            SecretKind::GithubApp => self.github_app().is_some(),
            SecretKind::GpgSigningKey => has(SecretKey::GitAsc),
            SecretKind::Proxy => has(SecretKey::Address),
            SecretKind::Webhook => has(SecretKey::Token),
        }
    }

    /// The private key under `identity` or `ssh-privatekey`.
    pub fn ssh_private_key(&self) -> Option<&SecretText> {
        self.first(&[SecretKey::Identity, SecretKey::SshPrivateKey])
    }

    /// The PEM certificates under `ca.crt`, `caFile` or `cacerts`.
    pub fn certificate_authority(&self) -> Option<&SecretText> {
        self.first(&[SecretKey::CaCrt, SecretKey::CaFile, SecretKey::CaCerts])
    }

    /// The PEM certificate and its key, under `tls.crt` and `tls.key`, or
    /// `certFile` and `keyFile`.
    pub fn client_certificate(&self) -> Option<(&SecretText, &SecretText)> {
        self.pair(SecretKey::TlsCrt, SecretKey::TlsKey)
            .or_else(|| self.pair(SecretKey::CertFile, SecretKey::KeyFile))
    }

    /// The GitHub App, when its number, its key and an installation are there.
    pub fn github_app(&self) -> Option<GithubApp<'_>> {
        use SecretKey as Key;
        let app = GithubApp {
            id: self.first(&[Key::GithubAppId, Key::FleetGithubAppId])?,
            installation_id: self.first(&[
                Key::GithubAppInstallationId,
                Key::FleetGithubAppInstallationId,
            ]),
            installation_owner: self.get(Key::GithubAppInstallationOwner),
            private_key: self.first(&[Key::GithubAppPrivateKey, Key::FleetGithubAppPrivateKey])?,
            base_url: self.get(Key::GithubAppBaseUrl),
        };
        let installed = app.installation_id.or(app.installation_owner).is_some();
        installed.then_some(app)
    }

    fn first(&self, keys: &[SecretKey]) -> Option<&SecretText> {
        keys.iter().find_map(|key| self.get(*key))
    }

    fn pair(&self, left: SecretKey, right: SecretKey) -> Option<(&SecretText, &SecretText)> {
        self.get(left).zip(self.get(right))
    }
}
