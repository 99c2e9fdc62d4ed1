//! A running `watch`.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tagwright_testkit::http::{self, Response};
use tempfile::TempDir;

use super::world::World;
use crate::program::{Ran, tagwright};

/// What takes longer is broken: a machine a hundred times slower does it.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Service {
    child: Child,
    log: Arc<Log>,
    runtime: Option<TempDir>,
}

/// A command whose runtime folder is nobody else's.
pub(crate) fn run_alone(command: &mut Command) -> Ran {
    let runtime = tempfile::tempdir().expect("there is room");
    command.env("XDG_RUNTIME_DIR", runtime.path());
    Ran::of(command.output().expect("the program starts"))
}

/// The lines on standard error so far.
#[derive(Default)]
struct Log {
    lines: Mutex<(Vec<String>, bool)>,
    more: Condvar,
}

impl Service {
    /// On ports of its own, until the pages are there.
    pub(crate) fn start(world: &World, arguments: &[&str]) -> Self {
        let mut command = tagwright(&["watch", "--listen", "127.0.0.1:0"]);
        let service = Self::start_as(command.args(world.flux()).args(arguments));
        service.wait_for("status page");
        service
    }

    /// The same with the folder of an earlier one.
    pub(crate) fn start_in(runtime: TempDir, world: &World, arguments: &[&str]) -> Self {
        let mut command = tagwright(&["watch", "--listen", "127.0.0.1:0"]);
        let service = Self::start_at(runtime, command.args(world.flux()).args(arguments));
        service.wait_for("status page");
        service
    }

    /// Asks it by its control socket.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Ran {
        let mut command = tagwright(arguments);
        command.env("XDG_RUNTIME_DIR", self.folder());
        Ran::of(command.output().expect("the program starts"))
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder().join("tagwright.sock")
    }

    fn folder(&self) -> &Path {
        self.runtime.as_ref().expect("it was not killed").path()
    }

    /// Ends it without a word; its folder is left.
    pub(crate) fn kill(mut self) -> TempDir {
        self.child.kill().expect("it is our child");
        self.child.wait().expect("it is our child");
        self.runtime.take().expect("it was not killed")
    }

    pub(crate) fn start_as(command: &mut Command) -> Self {
        Self::start_at(tempfile::tempdir().expect("there is room"), command)
    }

    fn start_at(runtime: TempDir, command: &mut Command) -> Self {
        let mut child = command
            .env("XDG_RUNTIME_DIR", runtime.path())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stderr = child.stderr.take().expect("it was asked for");
        let log = Arc::new(Log::default());
        let writer = Arc::clone(&log);
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines() {
                writer.add(line.expect("text"));
            }
            writer.end();
        });
        Self {
            child,
            log,
            runtime: Some(runtime),
        }
    }

    /// The first line of the log with a text.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) -> String {
        self.wait_for_several(text, 1)
    }

    /// The last of so many lines with a text.
    #[track_caller]
    pub(crate) fn wait_for_several(&self, text: &str, many: usize) -> String {
        let found = self.log.wait(|lines| {
            let mut lines = lines.iter().filter(|line| line.contains(text));
            lines.nth(many - 1).cloned()
        });
        found.unwrap_or_else(|log| panic!("'{text}' is not {many} times in the log:\n{log}"))
    }

    pub(crate) fn log(&self) -> String {
        self.log.text()
    }

    /// Host and port of the pages.
    pub(crate) fn address(&self) -> String {
        address(&self.wait_for("status page"))
    }

    /// Host and port of the webhook listener.
    pub(crate) fn webhook(&self) -> String {
        address(&self.wait_for("webhooks on"))
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Response {
        http::get(&self.address(), path, &[]).expect("it answers")
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// Sends SIGTERM and waits for the end; the whole log.
    #[track_caller]
    pub(crate) fn stop(mut self) -> (ExitStatus, String) {
        self.signal("TERM");
        self.end()
    }

    /// Waits for the end.
    #[track_caller]
    pub(crate) fn end(&mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("it is our child");
        let end = self.log.wait(|_| None::<()>);
        (status, end.expect_err("it has ended"))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Log {
    fn add(&self, line: String) {
        self.lines.lock().expect("no reader panics").0.push(line);
        self.more.notify_all();
    }

    fn end(&self) {
        self.lines.lock().expect("no reader panics").1 = true;
        self.more.notify_all();
    }

    fn text(&self) -> String {
        self.lines.lock().expect("no reader panics").0.join("\n")
    }

    /// What is found, or the whole log when it has ended without.
    fn wait<T>(&self, find: impl Fn(&[String]) -> Option<T>) -> Result<T, String> {
        let begun = Instant::now();
        let mut lines = self.lines.lock().expect("no reader panics");
        loop {
            if let Some(found) = find(&lines.0) {
                return Ok(found);
            }
            if lines.1 || begun.elapsed() > PATIENCE {
                return Err(lines.0.join("\n"));
            }
            let waited = self.more.wait_timeout(lines, Duration::from_secs(1));
            lines = waited.expect("no reader panics").0;
        }
    }
}

fn address(line: &str) -> String {
    let url = line.split("http://").nth(1).expect("it names its address");
    url.trim_end_matches('/').to_owned()
}
