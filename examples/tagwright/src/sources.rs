//! Which automations a command is about.

mod flags;
pub(crate) mod local;
mod pair;
mod secret_name;
mod servers;
mod url;
mod way;

use std::sync::Arc;

use clap::Args;
use tagwright::gitwrite::Ref;
use tagwright::{FileState, Loader, ManifestSource, Problem, Source};

use crate::failure::Failure;
use flags::Flags;
pub(crate) use secret_name::SecretName;
pub(crate) use servers::Servers;
use way::Way;

/// Where manifests come from, and what this machine adds to them.
#[derive(Clone, Debug, Args)]
pub(crate) struct Sources {
    #[command(flatten)]
    manifests: Manifests,
    /// Manifests below a folder, under a name of their own; for a repository of several clusters
    #[arg(long, value_name = "NAME=PATH")]
    scope: Vec<String>,
    #[command(flatten)]
    flags: Flags,
    #[command(flatten)]
    way: Way,
}

#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
struct Manifests {
    /// Flux's manifests: a folder, a file, or - for standard input; with --repository a folder in it
    #[arg(long, value_name = "PATH")]
    flux: Option<String>,
    /// Fleet's manifests, in the same way
    #[arg(long, value_name = "PATH")]
    fleet: Option<String>,
    /// A tagwright.yaml, in the same way
    #[arg(long, value_name = "PATH")]
    config: Option<String>,
    /// No manifests, but one image, such as ghcr.io/org/app; the flags say the rest
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,
}

/// From what the manifests are read.
type Open = fn(Source, &Loader) -> ManifestSource;

impl Sources {
    pub(crate) async fn open(&self) -> Result<ManifestSource, Failure> {
        let loader = self.way.loader()?;
        let (open, path) = match &self.manifests {
            Manifests {
                flux: Some(path), ..
            } => (ManifestSource::flux as Open, path),
            Manifests {
                fleet: Some(path), ..
            } => (ManifestSource::fleet as Open, path),
            Manifests {
                config: Some(path), ..
            } => (ManifestSource::config as Open, path),
            Manifests { image, .. } => {
                let image = image.as_deref().unwrap_or_default();
                let config = self.flags.config(image, self.way.directory.as_deref())?;
                let source = Source::text("the command line", config.to_string());
                return Ok(ManifestSource::config(source, &loader));
            }
        };
        if let Some(flag) = self.flags.for_an_image() {
            return Err(Failure::new(format!(
                "{flag} says what manifests say, and goes with --image alone; leave it out"
            )));
        }
        let source = match &self.flags.repository {
            Some(url) => self.remote(url, path, &loader).await?,
            None => self.scoped(local::source(path)?, "")?,
        };
        Ok(open(source, &loader))
    }

    /// Where what was seen is remembered.
    pub(crate) fn state(&self) -> Option<Arc<FileState>> {
        self.way.state()
    }

    /// Manifests in a repository.
    async fn remote(&self, url: &str, path: &str, loader: &Loader) -> Result<Source, Failure> {
        let secret = self.flags.repository_secret();
        let remote = loader.remote(url, secret).await?;
        let reference = match &self.flags.branch {
            Some(branch) => Ref::branch(branch)?,
            None => Ref::default_branch(),
        };
        let source = Source::repository(remote, reference);
        if self.scope.is_empty() {
            return Ok(source.below(path)?);
        }
        self.scoped(source, path)
    }

    fn scoped(&self, mut source: Source, below: &str) -> Result<Source, Failure> {
        for scope in &self.scope {
            let (name, path) = pair::of("--scope", "NAME=PATH", scope)?;
            let path = match below {
                "" => path.to_owned(),
                below => format!("{below}/{path}"),
            };
            source = source.scope(name, &path)?;
        }
        Ok(source)
    }
}

impl Sources {
    /// An answer about nothing is a mistake in the flags, unless something else says why there is nothing.
    pub(crate) fn require_some(
        &self,
        found: usize,
        suspended: &[String],
        problems: &[Problem],
    ) -> Result<(), Failure> {
        if found > 0 || !suspended.is_empty() || !problems.is_empty() {
            return Ok(());
        }
        let (flag, path, wanted) = match &self.manifests {
            Manifests {
                flux: Some(path), ..
            } => ("--flux", path, "an ImageUpdateAutomation"),
            Manifests {
                fleet: Some(path), ..
            } => ("--fleet", path, "a GitRepo with image scans"),
            Manifests {
                config: Some(path), ..
            } => ("--config", path, "a tagwright.yaml with targets"),
            _ => return Ok(()),
        };
        Err(Failure::new(format!(
            "{flag} {path} holds no automation; give the path of {wanted}"
        )))
    }
}
