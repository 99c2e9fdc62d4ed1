//! The keys of Secrets that mean something to Flux or Fleet.

macro_rules! secret_keys {
    ($($(#[$doc:meta])* $key:ident = $name:literal,)*) => {
        /// A key of a Secret that Flux or Fleet give a meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum SecretKey {
            $($(#[$doc])* $key,)*
        }

        impl SecretKey {
            /// All of them, in their order.
            pub const ALL: &[Self] = &[$(Self::$key,)*];

            /// The key as it is written.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$key => $name,)*
                }
            }

            /// The key that is written so, if it is one of these.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|key| key.as_str() == name)
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
    /// `cacerts`: Fleet's name of `ca.crt`.
    CaCerts = "cacerts",
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
    /// `github_app_id`: Fleet's name of `githubAppID`.
    FleetGithubAppId = "github_app_id",
    /// `github_app_installation_id`: Fleet's name of `githubAppInstallationID`.
    FleetGithubAppInstallationId = "github_app_installation_id",
    /// `github_app_private_key`: Fleet's name of `githubAppPrivateKey`.
    FleetGithubAppPrivateKey = "github_app_private_key",
    /// `token` of a webhook, which a Flux `Receiver` checks.
    Token = "token",
    /// `email` of the service account that calls a `gcr` receiver.
    Email = "email",
    /// `audience` of the tokens that a `gcr` receiver takes.
    Audience = "audience",
}
