//! Which automations a command is about.

use std::io::{Read as _, stdin};
use std::path::Path;
use std::{fs, io};

use clap::Args;
use tagwright::{Loader, ManifestSource, Source};

use crate::failure::Failure;

/// Where manifests come from.
#[derive(Clone, Debug, Args)]
pub(crate) struct Sources {
    #[command(flatten)]
    manifests: Manifests,
    /// Manifests below a folder, under a name of their own; for a repository of several clusters
    #[arg(long, value_name = "NAME=PATH")]
    scope: Vec<String>,
}

#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
struct Manifests {
    /// Flux's manifests: a folder, a file, or - for standard input
    #[arg(long, value_name = "PATH")]
    flux: Option<String>,
    /// Fleet's manifests: a folder, a file, or - for standard input
    #[arg(long, value_name = "PATH")]
    fleet: Option<String>,
    /// A tagwright.yaml, or - for standard input
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
}

impl Sources {
    pub(crate) fn open(&self) -> Result<ManifestSource, Failure> {
        let loader = Loader::new();
        let manifests = &self.manifests;
        if let Some(path) = &manifests.flux {
            return Ok(ManifestSource::flux(self.source(path)?, &loader));
        }
        if let Some(path) = &manifests.fleet {
            return Ok(ManifestSource::fleet(self.source(path)?, &loader));
        }
        let path = manifests.config.as_deref().unwrap_or_default();
        Ok(ManifestSource::config(self.source(path)?, &loader))
    }

    fn source(&self, path: &str) -> Result<Source, Failure> {
        let mut source = match path {
            "-" => standard_input()?,
            path if Path::new(path).is_dir() => Source::directory(path),
            path => Source::text(
                path,
                fs::read(path).map_err(|error| unreadable(path, &error))?,
            ),
        };
        for scope in &self.scope {
            let (name, path) = scope.split_once('=').ok_or_else(|| {
                Failure::new(format!("--scope '{scope}' has no '='; give NAME=PATH"))
            })?;
            source = source.scope(name, path)?;
        }
        Ok(source)
    }
}

fn standard_input() -> Result<Source, Failure> {
    let mut bytes = Vec::new();
    stdin().lock().read_to_end(&mut bytes)?;
    Ok(Source::text("standard input", bytes))
}

fn unreadable(path: &str, error: &io::Error) -> Failure {
    Failure::new(format!(
        "{path} cannot be read: {error}; give the path of a folder or a file, or - for standard input"
    ))
}
