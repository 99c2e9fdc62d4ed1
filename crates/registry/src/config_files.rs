use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::credential::Credential;
use crate::docker_config::DockerConfig;
use crate::error::Error;
use crate::helper::Helpers;
use crate::keychain::{CredentialFuture, Keychain};
use crate::repository::Repository;
use crate::watched::Watched;

/// The logins of this machine: docker's and podman's files, as they are now. A [`Keychain`].
///
/// Each file means what [`DockerConfig`] says, and the first one that has a credential for a repository gives it. A
/// file is read when it is first needed, again when it has changed, and again when the registry refuses what it gave,
/// so that logins may be renewed beside a running client. One that cannot be parsed, since it is half written perhaps,
/// is read again a moment later before that is an error.
///
/// ```
/// use tagwright_registry::{Client, ConfigFiles};
///
/// let client = Client::builder().keychain(ConfigFiles::from_environment()).build()?;
/// # Ok::<(), tagwright_registry::Error>(())
/// ```
///
/// # Errors
///
/// A request fails with [`Config`](crate::ErrorKind::Config) when a file that was named cannot be read or is broken,
/// and with [`Keychain`](crate::ErrorKind::Keychain) when a credential helper fails. The error names the file or the
/// helper and nothing that they hold.
pub struct ConfigFiles {
    files: Vec<Watched<DockerConfig>>,
    helpers: Helpers,
}

impl ConfigFiles {
    /// The file at this path. A request fails when it is not there.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self::none().or_at(path)
    }

    /// Another file, for what those before it do not have. It must be there, too.
    pub fn or_at(mut self, path: impl Into<PathBuf>) -> Self {
        self.add(path.into(), true);
        self
    }

    /// Where docker and podman keep their logins.
    ///
    /// With `REGISTRY_AUTH_FILE`, that file alone. Else those of these that are there: `config.json` in
    /// `DOCKER_CONFIG`, or in `.docker` of the home folder; `containers/auth.json` in `XDG_RUNTIME_DIR`, or in
    /// `/run/containers/<user id>` on Linux; `containers/auth.json` in `XDG_CONFIG_HOME`, or in `.config` of the home
    /// folder.
    pub fn from_environment() -> Self {
        Self::from_variables(|name| env::var_os(name))
    }

    /// As [`from_environment`](Self::from_environment), with `variable` for the values of variables.
    ///
    /// ```
    /// use tagwright_registry::ConfigFiles;
    ///
    /// let keychain = ConfigFiles::from_variables(|name| match name {
    ///     "REGISTRY_AUTH_FILE" => Some("/run/secrets/auth.json".into()),
    ///     _ => None,
    /// });
    /// ```
    pub fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let folder = |name| variable(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        if let Some(file) = folder("REGISTRY_AUTH_FILE") {
            return Self::at(file);
        }
        let home = || folder("HOME").or_else(|| folder("USERPROFILE"));
        let in_home = |name: &str| home().map(|home| home.join(name));
        let docker = folder("DOCKER_CONFIG").or_else(|| in_home(".docker"));
        let runtime = folder("XDG_RUNTIME_DIR").or_else(own_runtime_folder);
        let settings = folder("XDG_CONFIG_HOME").or_else(|| in_home(".config"));
        let places = [
            docker.map(|folder| folder.join("config.json")),
            runtime.map(|folder| folder.join("containers/auth.json")),
            settings.map(|folder| folder.join("containers/auth.json")),
        ];
        let mut files = Self::none();
        for place in places.into_iter().flatten() {
            files.add(place, false);
        }
        files
    }

    /// How long a credential helper may take; 30 seconds by default.
    pub fn helper_timeout(mut self, time: Duration) -> Self {
        self.helpers.timeout = time;
        self
    }

    /// Runs the helpers of this folder instead of those on the `PATH`.
    pub fn helpers_in(mut self, folder: impl Into<PathBuf>) -> Self {
        self.helpers.folder = Some(folder.into());
        self
    }

    /// The files, in the order in which they are asked.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(Watched::path)
    }

    fn none() -> Self {
        Self {
            files: Vec::new(),
            helpers: Helpers::default(),
        }
    }

    fn add(&mut self, path: PathBuf, required: bool) {
        let parse = |bytes: &[u8]| DockerConfig::from_json(bytes);
        self.files.push(Watched::new(path, required, parse));
    }

    async fn find(
        &self,
        repository: &Repository,
        refused: &[Credential],
    ) -> Result<Credential, Error> {
        for file in &self.files {
            let Some(config) = file.get(!refused.is_empty()).await? else {
                continue;
            };
            // The answers of the helpers are kept here, also when a file changes.
            let config = DockerConfig::clone(&config).with_helpers(&self.helpers);
            match config.find(repository, refused).await? {
                Some(credential) if !refused.contains(&credential) => return Ok(credential),
                _ => {}
            }
        }
        Ok(refused.last().cloned().unwrap_or(Credential::Anonymous))
    }
}

/// `/run/containers/<user id>`, where podman puts logins of users without a session.
#[cfg(target_os = "linux")]
fn own_runtime_folder() -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt as _;
    let user = std::fs::metadata("/proc/self").ok()?.uid();
    Some(PathBuf::from(format!("/run/containers/{user}")))
}

#[cfg(not(target_os = "linux"))]
fn own_runtime_folder() -> Option<PathBuf> {
    None
}

impl Keychain for ConfigFiles {
    fn credential<'a>(&'a self, repository: &'a Repository) -> CredentialFuture<'a> {
        Box::pin(self.find(repository, &[]))
    }

    fn after_refusal<'a>(
        &'a self,
        repository: &'a Repository,
        refused: &'a [Credential],
    ) -> CredentialFuture<'a> {
        Box::pin(self.find(repository, refused))
    }
}

impl fmt::Debug for ConfigFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<_> = self.paths().collect();
        f.debug_struct("ConfigFiles")
            .field("paths", &paths)
            .finish_non_exhaustive()
    }
}
