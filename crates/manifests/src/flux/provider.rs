//! Whose credentials a registry or a Git server takes.

/// Who issues the credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Provider {
    /// Nobody: they come from the Secret.
    #[default]
    Generic,
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud (registries only).
    Gcp,
    /// A GitHub App (Git only).
    Github,
}

pub(crate) const REGISTRY: &[(&str, Provider)] = &[
    ("generic", Provider::Generic),
    ("aws", Provider::Aws),
    ("azure", Provider::Azure),
    ("gcp", Provider::Gcp),
];

pub(crate) const GIT: &[(&str, Provider)] = &[
    ("generic", Provider::Generic),
    ("aws", Provider::Aws),
    ("azure", Provider::Azure),
    ("github", Provider::Github),
];
