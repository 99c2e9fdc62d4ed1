use std::{env, path::PathBuf, process::Command};

use tempfile::TempDir;

use super::{process::Process, program};
use crate::{
    Missing, http,
    image::{Image, MANIFEST, digest},
};

/// The environment variable that names the program.
const PROGRAM: &str = "TAGWRIGHT_REGISTRY_GO";

const REMEDY: &str = "run `go install github.com/google/go-containerregistry/cmd/registry@v0.21.6` with a GOBIN of its \
     own and name the program in TAGWRIGHT_REGISTRY_GO";

/// The registry of go-containerregistry, which shares no code with distribution: open to everyone, in memory. It pages
/// by `n` and `last`, without `Link`.
#[derive(Debug)]
pub struct GoRegistry {
    process: Process,
    // Deleted after the process has ended.
    _folder: TempDir,
}

impl GoRegistry {
    /// The program that the environment variable `TAGWRIGHT_REGISTRY_GO` names. It has the name of distribution's, so
    /// it is not looked for on the `PATH`.
    ///
    /// # Errors
    ///
    /// When there is none.
    #[track_caller]
    pub fn start() -> Result<Self, Missing> {
        let program = find()?;
        let folder = TempDir::with_prefix("tagwright-go-registry-").expect("a temporary folder");
        let process = Process::listen(folder.path(), |port| {
            let mut command = Command::new(&program);
            command.args(["-port", &port.to_string()]);
            command
        });
        Ok(Self {
            process,
            _folder: folder,
        })
    }

    /// Host and port.
    pub fn address(&self) -> String {
        self.process.address()
    }

    /// Pushes one image under all of the tags, and gives the digest of its manifest.
    #[track_caller]
    pub fn push_tags<I>(&self, repository: &str, tags: I) -> String
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        let image = Image::new(repository, "amd64");
        let blob = format!(
            "/v2/{repository}/blobs/uploads/1?digest={}",
            digest(&image.config)
        );
        self.put(&blob, "application/octet-stream", &image.config);
        for tag in tags {
            let target = format!("/v2/{repository}/manifests/{}", tag.as_ref());
            self.put(&target, MANIFEST, &image.manifest);
        }
        digest(&image.manifest)
    }

    #[track_caller]
    fn put(&self, target: &str, kind: &str, body: &[u8]) {
        let headers = [("Content-Type", kind)];
        let response = http::send("PUT", &self.address(), target, &headers, body)
            .unwrap_or_else(|error| panic!("PUT {target}: {error}"));
        assert_eq!(response.status, 201, "PUT {target}: {}", response.text());
    }
}

fn find() -> Result<PathBuf, Missing> {
    let missing = || Missing::new("go-containerregistry's registry", REMEDY);
    let named = env::var_os(PROGRAM).ok_or_else(missing)?;
    program::find(&[&named.to_string_lossy()], REMEDY)
}
