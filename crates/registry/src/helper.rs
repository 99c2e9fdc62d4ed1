//! Docker's credential helpers: `docker-credential-NAME get`, the registry on standard input, JSON on standard output.

use std::collections::HashMap;
use std::future::{Future as _, poll_fn};
use std::io;
use std::path::PathBuf;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::Instant;

use crate::credential::Credential;
use crate::error::Error;
use crate::login;
use crate::secret::Secret;

/// As the answers of helpers that fetch from a cloud may take some seconds.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How long the rest of an answer is waited for when the helper has ended. What it left behind in the background may
/// keep its output open for ever.
const GRACE: Duration = Duration::from_millis(250);

/// Bytes of an answer. Tokens that name many permissions have some thousands.
const ANSWER: usize = 64 * 1024;

/// As many registries nobody has: who asks about more of them does not fill the memory with logins.
const ANSWERS: usize = 10_000;

/// How long an answer is kept that nobody refused. Tokens live for an hour, and a logout is to be noticed.
const KEPT: Duration = Duration::from_secs(300);

/// How long a helper is not run again whose answer, new after a refusal, was refused, too: it does not do, and others
/// may.
const SPENT: Duration = Duration::from_secs(60);

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

/// By the name of the helper and the registry.
type Answers = Arc<Mutex<HashMap<(String, String), Arc<Answer>>>>;

/// What one helper said of one registry.
#[derive(Default)]
struct Answer {
    /// Locked while the helper runs.
    last: tokio::sync::Mutex<Option<Last>>,
    /// How often it ran.
    runs: AtomicU64,
}

struct Last {
    outcome: Result<Option<Credential>, Error>,
    since: Instant,
    /// Whether it is another one than that which was refused before.
    renewed: bool,
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
        let before = answer.runs.load(Ordering::Acquire);
        let mut last = answer.last.lock().await;
        let runs = answer.runs.load(Ordering::Acquire);
        if let Some(last) = last
            .as_ref()
            .filter(|last| last.does(refused, runs != before))
        {
            return last.outcome.clone();
        }
        let after_refusal = last.as_ref().is_some_and(|last| last.is_among(refused));
        let outcome = self.run(helper, server).await;
        answer.runs.store(runs + 1, Ordering::Release);
        let mut new = Last {
            outcome: outcome.clone(),
            since: Instant::now(),
            renewed: false,
        };
        // The same again costs one run, and somebody may log in at any time.
        new.renewed = after_refusal && !new.is_among(refused);
        *last = Some(new);
        outcome
    }

    fn answer(&self, helper: &str, server: &str) -> Arc<Answer> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (helper.to_owned(), server.to_owned());
        if answers.len() >= ANSWERS && !answers.contains_key(&key) {
            answers.clear();
        }
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
        // What it leaves behind in the background ends with it.
        let _group = Group::of(&child);
        match tokio::time::timeout(self.timeout, talk(&mut child, server)).await {
            Ok(Ok(said)) => said.credential(&program),
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

impl Last {
    /// Whether it is an answer for one who was refused these. `fresh` is what came while that one waited: a failure
    /// counts for all who waited for it, and so does it that there is still nothing.
    fn does(&self, refused: &[Credential], fresh: bool) -> bool {
        match &self.outcome {
            Err(_) => fresh,
            Ok(_) if self.since.elapsed() >= KEPT => false,
            // Somebody may have logged in since.
            Ok(None) => fresh || refused.is_empty(),
            Ok(Some(_)) => fresh || self.is_spent() || !self.is_among(refused),
        }
    }

    fn is_among(&self, refused: &[Credential]) -> bool {
        matches!(&self.outcome, Ok(Some(credential)) if refused.contains(credential))
    }

    /// Whether another one would be refused as this one was.
    fn is_spent(&self) -> bool {
        self.renewed && self.since.elapsed() < SPENT
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
    let output = child.stdout.take();
    let (text, ended) = listen(child, output).await.map_err(Silence::Broken)?;
    if text.len() > ANSWER {
        return Err(Silence::Flood);
    }
    let status = match ended {
        Some(status) => status,
        None => child.wait().await.map_err(Silence::Broken)?,
    };
    Ok(Said {
        text,
        succeeded: status.success(),
    })
}

/// What a helper writes until it closes its output or, a little later, until it ends; and how it ended.
async fn listen(
    child: &mut Child,
    output: Option<ChildStdout>,
) -> io::Result<(Vec<u8>, Option<ExitStatus>)> {
    let mut text = Vec::new();
    let mut ended = None;
    {
        let mut reading = pin!(read(output, &mut text));
        let mut ending = pin!(async {
            ended = Some(child.wait().await?);
            tokio::time::sleep(GRACE).await;
            Ok(())
        });
        poll_fn(|context| match reading.as_mut().poll(context) {
            Poll::Pending => ending.as_mut().poll(context),
            done @ Poll::Ready(_) => done,
        })
        .await?;
    }
    Ok((text, ended))
}

async fn read(output: Option<ChildStdout>, text: &mut Vec<u8>) -> io::Result<()> {
    if let Some(output) = output {
        let mut output = output.take(ANSWER as u64 + 1);
        while output.read_buf(text).await? > 0 {}
    }
    Ok(())
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

/// The helper with all that it started, killed when it is dropped.
struct Group(#[cfg(unix)] Option<rustix::process::Pid>);

#[cfg(unix)]
impl Group {
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(rustix::process::Pid::from_raw))
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // Its number is nobody else's: it is that of a group as long as one of it lives, and numbers are not used
            // again within a moment.
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_bounded() {
        let helpers = Helpers::default();
        let first = helpers.answer("test", "r0.example");
        for number in 0..ANSWERS {
            helpers.answer("test", &format!("r{number}.example"));
        }
        let again = helpers.answer("test", "r0.example");
        assert!(Arc::ptr_eq(&first, &again), "none too many");
        helpers.answer("test", "another.example");
        let answers = helpers.answers.lock().expect("no panic");
        assert_eq!(answers.len(), 1);
    }
}
