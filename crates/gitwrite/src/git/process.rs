//! One child process and its descendants: bounded, and ended whole.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

use crate::control::{Control, Stop, TICK};

/// A listing of 500,000 refs of 60 bytes. What is asked for here is a few.
const MAX_STDOUT: u64 = 32 << 20;
/// The messages of a server; the rest is read and dropped.
const MAX_STDERR: u64 = 64 << 10;
/// How long the processes get to remove their lock files, also in a repository on this disk that is pushed to.
const GRACE: Duration = Duration::from_secs(2);

/// What a process left when it ended by itself.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

/// Why there is no result.
#[derive(Debug)]
pub(super) enum Failure {
    /// It had to stop before anything was started.
    NotStarted(Stop),
    Stopped(Stop),
    /// More output than this crate takes.
    TooMuch,
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Io(error)
    }
}

/// Runs a command in a process group of its own until it ends or must stop; nothing of the group outlives a stop.
pub(super) fn run(command: &mut Command, control: &Control) -> Result<Finished, Failure> {
    control.check().map_err(Failure::NotStarted)?;
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()?;
    Running::new(child).finish(control)
}

/// A child that leads its process group. Dropped before its end, the whole group is ended.
struct Running {
    child: Child,
    /// Signals go to the group only while its leader is not reaped, so the number cannot be another's by then.
    reaped: bool,
    ended: Receiver<()>,
    open_pipes: usize,
    stdout: Option<Collector>,
    stderr: Option<Collector>,
}

type Collector = JoinHandle<io::Result<Vec<u8>>>;

impl Running {
    fn new(mut child: Child) -> Running {
        let (sender, ended) = mpsc::channel();
        let stdout = child
            .stdout
            .take()
            .map(|pipe| collect(pipe, MAX_STDOUT + 1, false, sender.clone()));
        let stderr = child
            .stderr
            .take()
            .map(|pipe| collect(pipe, MAX_STDERR, true, sender));
        Running {
            child,
            reaped: false,
            ended,
            open_pipes: 2,
            stdout,
            stderr,
        }
    }

    fn finish(mut self, control: &Control) -> Result<Finished, Failure> {
        while !self.quiet(control.wait_at_most(TICK))? {
            control.check().map_err(Failure::Stopped)?;
            if self.leader_ended()? && self.open_pipes > 0 {
                // A descendant holds a pipe open that nobody will write to for us.
                self.signal(Signal::KILL);
            }
        }
        let status = self.reap()?;
        let stdout = join(self.stdout.take())?;
        let stderr = join(self.stderr.take())?;
        if stdout.len() as u64 > MAX_STDOUT {
            Err(Failure::TooMuch)
        } else {
            Ok(Finished {
                status,
                stdout,
                stderr,
            })
        }
    }

    /// Waits a moment; true when both pipes are closed and the leader has ended.
    fn quiet(&mut self, moment: Duration) -> io::Result<bool> {
        if self.open_pipes == 0 {
            let ended = self.leader_ended()?;
            if !ended {
                std::thread::sleep(Duration::from_micros(200).min(moment));
            }
            return Ok(ended);
        }
        if self.ended.recv_timeout(moment).is_ok() {
            self.open_pipes -= 1;
        }
        Ok(false)
    }

    /// Leaves the process as it is, so that its number stays taken.
    fn leader_ended(&self) -> io::Result<bool> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        Ok(rustix::process::waitid(WaitId::Pid(self.pid()), options)?.is_some())
    }

    fn reap(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait()?;
        self.reaped = true;
        Ok(status)
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn signal(&self, signal: Signal) {
        // A group that has ended by itself is what is wanted.
        let _ = rustix::process::kill_process_group(self.pid(), signal);
    }

    fn end_group(&mut self) {
        self.signal(Signal::TERM);
        let until = Instant::now() + GRACE;
        while Instant::now() < until && !self.quiet(Duration::from_millis(5)).unwrap_or(true) {}
        self.signal(Signal::KILL);
        let _ = self.reap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.reaped {
            self.end_group();
        }
    }
}

/// Reads up to `limit` bytes on a thread of its own. The rest is read and dropped, or the pipe is closed, which ends a
/// writer that does not stop.
fn collect(
    pipe: impl Read + Send + 'static,
    limit: u64,
    drain: bool,
    ended: Sender<()>,
) -> Collector {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let mut pipe = pipe;
        let read = pipe.by_ref().take(limit).read_to_end(&mut bytes);
        if drain && read.is_ok() {
            let _ = io::copy(&mut pipe, &mut io::sink());
        }
        drop(pipe);
        // The receiver is gone when the process was stopped.
        let _ = ended.send(());
        read.map(|_| bytes)
    })
}

fn join(collector: Option<Collector>) -> io::Result<Vec<u8>> {
    match collector.map(JoinHandle::join) {
        Some(Ok(read)) => read,
        Some(Err(_)) => Err(io::Error::other("the reader of a pipe panicked")),
        None => Ok(Vec::new()),
    }
}
