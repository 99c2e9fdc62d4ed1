//! Docker's credential helpers: `docker-credential-NAME get`, the registry on standard input, JSON on standard output.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::time::Instant;

use crate::credential::Credential;
use crate::error::Error;
use crate::login;
use crate::secret::Secret;

/// As the answers of helpers that fetch from a cloud may take some seconds.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes of an answer. Tokens that name many permissions have some thousands.
const ANSWER: usize = 64 * 1024;

/// How long an answer is kept that nobody refused. Tokens live for an hour, and a logout is to be noticed.
const KEPT: Duration = Duration::from_secs(300);

/// The user name with which a helper says that the secret is an identity token.
const TOKEN_USER: &str = "<token>";

/// What a helper writes when it has nothing for a registry.
const NOT_FOUND: &[u8] = b"credentials not found";

/// Runs helpers, and keeps what they answered for all clones.
#[derive(Clone)]
pub(crate) struct Helpers {
    pub(crate) timeout: Duration,
    /// Where they are, if not on the `PATH`.
    pub(crate) folder: Option<PathBuf>,
    answers: Answers,
}

/// By the name of the helper and the registry. The inner lock is held while the helper runs.
type Answers = Arc<Mutex<HashMap<(String, String), Arc<tokio::sync::Mutex<Option<Kept>>>>>>;

struct Kept {
    credential: Option<Credential>,
    since: Instant,
}

impl Default for Helpers {
    fn default() -> Self {
        Self {
            timeout: TIMEOUT,
            folder: None,
            answers: Answers::default(),
        }
    }
}

impl Helpers {
    /// What a helper has for a registry, if anything.
    pub(crate) async fn get(
        &self,
        helper: &str,
        server: &str,
        refused: &[Credential],
    ) -> Result<Option<Credential>, Error> {
        let answer = self.answer(helper, server);
        let mut answer = answer.lock().await;
        if let Some(kept) = answer.as_ref().filter(|kept| kept.does(refused)) {
            return Ok(kept.credential.clone());
        }
        let credential = self.run(helper, server).await?;
        *answer = Some(Kept {
            credential: credential.clone(),
            since: Instant::now(),
        });
        Ok(credential)
    }

    fn answer(&self, helper: &str, server: &str) -> Arc<tokio::sync::Mutex<Option<Kept>>> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (helper.to_owned(), server.to_owned());
        Arc::clone(answers.entry(key).or_default())
    }

    async fn run(&self, helper: &str, server: &str) -> Result<Option<Credential>, Error> {
        if !is_name(helper) {
            return Err(Error::keychain(
                format!(
                    "a credential helper with the name '{}'",
                    login::shown(helper)
                ),
                "a name has letters, digits, '-', '_' and '.' only",
            ));
        }
        let program = format!("docker-credential-{helper}");
        let mut child = self.start(&program)?;
        let group = Group::of(&child);
        match tokio::time::timeout(self.timeout, talk(&mut child, server)).await {
            Ok(Ok(said)) => {
                group.leave_alone();
                said.credential(&program)
            }
            Ok(Err(Silence::Flood)) => Err(wrong(&program, "writes more than 64 KiB")),
            Ok(Err(Silence::Broken(error))) => {
                Err(wrong(&program, &format!("cannot be run: {}", error.kind())))
            }
            Err(_) => Err(Error::keychain(
                format!(
                    "the credential helper '{program}' gave no answer within {} s",
                    self.timeout.as_secs_f64()
                ),
                format!("try '{program} get' by hand, or allow more time"),
            )),
        }
    }

    fn start(&self, program: &str) -> Result<Child, Error> {
        let path = match &self.folder {
            Some(folder) => folder.join(program),
            None => PathBuf::from(program),
        };
        let mut command = Command::new(path);
        command
            .arg("get")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // It may hold anything, and nobody is there to read it.
            .stderr(Stdio::null())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::keychain(
                format!("the credential helper '{program}' is not there"),
                "install it on the PATH, or log in without it",
            ),
            kind => wrong(program, &format!("cannot be run: {kind}")),
        })
    }
}

impl Kept {
    fn does(&self, refused: &[Credential]) -> bool {
        let is_refused = self
            .credential
            .as_ref()
            .is_some_and(|credential| refused.contains(credential));
        !is_refused && self.since.elapsed() < KEPT
    }
}

/// No path and no option.
fn is_name(helper: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    !helper.is_empty() && helper.len() <= 64 && helper.bytes().all(allowed)
}

/// What a helper wrote, and whether it ended well.
struct Said {
    text: Vec<u8>,
    succeeded: bool,
}

/// Why there is no answer.
enum Silence {
    Flood,
    Broken(io::Error),
}

async fn talk(child: &mut Child, server: &str) -> Result<Said, Silence> {
    if let Some(mut input) = child.stdin.take() {
        // A helper that does not read says so by its answer.
        let _ = input.write_all(server.as_bytes()).await;
    }
    let mut text = Vec::new();
    if let Some(output) = child.stdout.take() {
        let mut output = output.take(ANSWER as u64 + 1);
        output
            .read_to_end(&mut text)
            .await
            .map_err(Silence::Broken)?;
    }
    if text.len() > ANSWER {
        return Err(Silence::Flood);
    }
    let status = child.wait().await.map_err(Silence::Broken)?;
    Ok(Said {
        text,
        succeeded: status.success(),
    })
}

impl Said {
    /// No text of it stands in an error: it is where the secrets are.
    fn credential(&self, program: &str) -> Result<Option<Credential>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            #[serde(default)]
            username: String,
            secret: String,
        }
        if !self.succeeded {
            let known = self.text.trim_ascii().starts_with(NOT_FOUND);
            return if known {
                Ok(None)
            } else {
                Err(wrong(program, "failed"))
            };
        }
        let answer: Answer = serde_json::from_slice(&self.text)
            .map_err(|_| wrong(program, "wrote something else than credentials"))?;
        Ok(match (answer.username.as_str(), answer.secret.as_str()) {
            (_, "") => None,
            (TOKEN_USER, token) => Some(Credential::IdentityToken(Secret::new(token))),
            (username, password) => Some(Credential::basic(username, password)),
        })
    }
}

fn wrong(program: &str, what: &str) -> Error {
    Error::keychain(
        format!("the credential helper '{program}' {what}"),
        format!("try '{program} get' by hand, with the registry on standard input"),
    )
}

/// The helper with all that it started, killed unless it is left alone.
struct Group(#[cfg(unix)] Option<rustix::process::Pid>);

#[cfg(unix)]
impl Group {
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(rustix::process::Pid::from_raw))
    }

    fn leave_alone(mut self) {
        self.0 = None;
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // The helper itself is not waited for yet, so its number is nobody else's.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

/// The helper alone is killed, when it is dropped.
#[cfg(not(unix))]
impl Group {
    fn of(_: &Child) -> Self {
        Self()
    }

    fn leave_alone(self) {}
}
