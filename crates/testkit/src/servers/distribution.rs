use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::{
    HTPASSWD, PASSWORD, USER,
    process::Process,
    program,
    token_server::{self, SERVICE, TokenServer},
};
use crate::{
    Missing, http,
    image::{Image, MANIFEST, digest},
};

/// The environment variable that names the program of distribution 3.
const V3: &str = "TAGWRIGHT_REGISTRY_V3";

const V3_REMEDY: &str = "run `go install github.com/distribution/distribution/v3/cmd/registry@v3.1.2` and name the \
     program in TAGWRIGHT_REGISTRY_V3";

/// The registry of CNCF distribution, with a user and a password.
#[derive(Debug)]
pub struct Distribution {
    process: Process,
    tokens: Option<TokenServer>,
    // Deleted after the process has ended.
    _folder: TempDir,
}

impl Distribution {
    /// Version 2.8, Debian's `docker-registry`. It gives all tags on one page.
    ///
    /// # Errors
    ///
    /// When `docker-registry` is not installed.
    #[track_caller]
    pub fn v2() -> Result<Self, Missing> {
        let remedy = "install the Debian package docker-registry";
        Ok(Self::start(
            &program::find(&["docker-registry"], remedy)?,
            None,
        ))
    }

    /// Version 2.8 with tokens, signed by a token server of the test kit, instead of passwords.
    ///
    /// # Errors
    ///
    /// As [`v2`](Self::v2), and when `openssl` is not installed.
    #[track_caller]
    pub fn v2_with_tokens() -> Result<Self, Missing> {
        let remedy = "install the Debian package docker-registry";
        let program = program::find(&["docker-registry"], remedy)?;
        Self::start_with_tokens(&program)
    }

    /// Version 3 with tokens, as [`v2_with_tokens`](Self::v2_with_tokens).
    ///
    /// # Errors
    ///
    /// As [`v3`](Self::v3), and when `openssl` is not installed.
    #[track_caller]
    pub fn v3_with_tokens() -> Result<Self, Missing> {
        Self::start_with_tokens(&find_v3()?)
    }

    /// Version 3, which pages by `Link`: the program that the environment variable `TAGWRIGHT_REGISTRY_V3` names,
    /// else `registry` on the `PATH`.
    ///
    /// # Errors
    ///
    /// When there is none, or the one on the `PATH` is an older version.
    #[track_caller]
    pub fn v3() -> Result<Self, Missing> {
        Ok(Self::start(&find_v3()?, None))
    }

    /// Host and port.
    pub fn address(&self) -> String {
        self.process.address()
    }

    /// Who may pull and push.
    pub fn user(&self) -> &'static str {
        USER
    }

    /// The password of [`user`](Self::user).
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// The identity token of [`user`](Self::user), where it wants tokens.
    pub fn identity_token(&self) -> &'static str {
        token_server::IDENTITY_TOKEN
    }

    /// Host and port of the token server, where it wants tokens.
    pub fn token_server(&self) -> Option<String> {
        let realm = self.tokens.as_ref()?.realm();
        realm.split('/').nth(2).map(str::to_owned)
    }

    /// The methods of the requests that the token server got.
    pub fn token_requests(&self) -> Vec<String> {
        self.tokens
            .as_ref()
            .map(TokenServer::methods)
            .unwrap_or_default()
    }

    /// Pushes an image under a tag and gives the digest of its manifest.
    #[track_caller]
    pub fn push(&self, repository: &str, tag: &str) -> String {
        let image = Image::new(&format!("{repository}:{tag}"), "amd64");
        self.push_config(repository, &image);
        self.push_manifest(repository, tag, &image)
    }

    /// Pushes one image under all of the tags.
    #[track_caller]
    pub fn push_tags<I>(&self, repository: &str, tags: I)
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        let image = Image::new(repository, "amd64");
        self.push_config(repository, &image);
        for tag in tags {
            self.push_manifest(repository, tag.as_ref(), &image);
        }
    }

    #[track_caller]
    fn start_with_tokens(program: &Path) -> Result<Self, Missing> {
        let folder = TempDir::with_prefix("tagwright-tokens-").expect("a temporary folder");
        let tokens = TokenServer::start(folder.path())?;
        Ok(Self::start(program, Some((folder, tokens))))
    }

    #[track_caller]
    fn start(program: &Path, tokens: Option<(TempDir, TokenServer)>) -> Self {
        let (folder, tokens) = match tokens {
            Some((folder, tokens)) => (folder, Some(tokens)),
            None => (
                TempDir::with_prefix("tagwright-registry-").expect("a temporary folder"),
                None,
            ),
        };
        fs::write(folder.path().join("htpasswd"), HTPASSWD).expect("the password file");
        let auth = match &tokens {
            Some(tokens) => by_token(folder.path(), &tokens.realm()),
            None => by_password(folder.path()),
        };
        let process = Process::listen(folder.path(), |port| {
            let file = folder.path().join("config.yml");
            fs::write(&file, configuration(folder.path(), port, &auth)).expect("the configuration");
            let mut command = Command::new(program);
            command.arg("serve").arg(file);
            for (name, _) in env::vars_os().filter(|(name, _)| overrides(&name.to_string_lossy())) {
                command.env_remove(name);
            }
            // Version 3 would send traces to a collector on this machine.
            command.env("OTEL_TRACES_EXPORTER", "none");
            command
        });
        let registry = Self {
            process,
            tokens,
            _folder: folder,
        };
        registry.send("GET", "/v2/", "", b"", 200);
        registry
    }

    #[track_caller]
    fn push_config(&self, repository: &str, image: &Image) {
        let started = self.send(
            "POST",
            &format!("/v2/{repository}/blobs/uploads/"),
            "",
            b"",
            202,
        );
        let location = started
            .header("location")
            .expect("an upload has a location");
        let origin = format!("http://{}", self.address());
        let target = location.strip_prefix(&origin).unwrap_or(location);
        let joint = if target.contains('?') { '&' } else { '?' };
        let target = format!("{target}{joint}digest={}", digest(&image.config));
        self.send(
            "PUT",
            &target,
            "application/octet-stream",
            &image.config,
            201,
        );
    }

    #[track_caller]
    fn push_manifest(&self, repository: &str, tag: &str, image: &Image) -> String {
        let target = format!("/v2/{repository}/manifests/{tag}");
        self.send("PUT", &target, MANIFEST, &image.manifest, 201);
        digest(&image.manifest)
    }

    /// What who pushes shows.
    #[track_caller]
    fn authorization(&self, target: &str) -> String {
        match &self.tokens {
            Some(tokens) => {
                let scope = repository(target)
                    .map(|name| format!("repository:{name}:pull,push"))
                    .unwrap_or_default();
                format!("Bearer {}", tokens.token(&scope))
            }
            None => http::basic(USER, PASSWORD),
        }
    }

    #[track_caller]
    fn send(
        &self,
        method: &str,
        target: &str,
        kind: &str,
        body: &[u8],
        want: u16,
    ) -> http::Response {
        let authorization = self.authorization(target);
        let headers = [
            ("Authorization", authorization.as_str()),
            ("Content-Type", kind),
        ];
        let response = http::send(method, &self.address(), target, &headers, body)
            .unwrap_or_else(|error| panic!("{method} {target}: {error}"));
        assert_eq!(
            response.status,
            want,
            "{method} {target}: {}",
            response.text()
        );
        response
    }
}

/// The repository that a request is about.
fn repository(target: &str) -> Option<&str> {
    let rest = target.strip_prefix("/v2/")?;
    let end = rest.find("/blobs/").or_else(|| rest.find("/manifests/"))?;
    Some(&rest[..end])
}

fn find_v3() -> Result<PathBuf, Missing> {
    if let Some(named) = env::var_os(V3) {
        let named = named.to_string_lossy().into_owned();
        return program::find(&[&named], V3_REMEDY);
    }
    let found = program::find(&["registry"], V3_REMEDY)?;
    if is_v3(&found) {
        Ok(found)
    } else {
        Err(Missing::new("registry 3", V3_REMEDY))
    }
}

fn is_v3(program: &Path) -> bool {
    let output = Command::new(program).arg("--version").output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("/v3"))
}

/// Variables of these names would change the configuration.
fn overrides(name: &str) -> bool {
    name.starts_with("REGISTRY_") || name.starts_with("OTEL_")
}

fn by_password(folder: &Path) -> String {
    let folder = folder.display();
    format!("  htpasswd:\n    realm: testkit\n    path: {folder}/htpasswd\n")
}

fn by_token(folder: &Path, realm: &str) -> String {
    let folder = folder.display();
    format!(
        "  token:\n    realm: {realm}\n    service: {SERVICE}\n    issuer: {SERVICE}\n    \
         rootcertbundle: {folder}/token.pem\n"
    )
}

fn configuration(folder: &Path, port: u16, auth: &str) -> String {
    let folder = folder.display();
    format!(
        "version: 0.1
log:
  level: error
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: {folder}/storage
http:
  addr: 127.0.0.1:{port}
auth:
{auth}"
    )
}
