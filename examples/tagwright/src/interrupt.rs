//! Somebody stops a command.

use std::future::pending;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

/// The signals that stop a command. One that cannot be heard ends the program as ever.
pub(crate) struct Interrupts {
    hangup: Option<Signal>,
    interrupt: Option<Signal>,
    quit: Option<Signal>,
    terminate: Option<Signal>,
}

impl Interrupts {
    /// Hears them from now on.
    pub(crate) fn hear() -> Self {
        let hear = |kind| signal(kind).ok();
        Self {
            hangup: hear(SignalKind::hangup()),
            interrupt: hear(SignalKind::interrupt()),
            quit: hear(SignalKind::quit()),
            terminate: hear(SignalKind::terminate()),
        }
    }

    /// What to say when one came: then all that was begun is taken back, private files of Git among it.
    pub(crate) async fn interrupted(mut self) -> Failure {
        let name = tokio::select! {
            () = heard(&mut self.hangup) => "SIGHUP",
            () = heard(&mut self.interrupt) => "SIGINT",
            () = heard(&mut self.quit) => "SIGQUIT",
            () = heard(&mut self.terminate) => "SIGTERM",
        };
        Failure::new(format!(
            "stopped by {name}: what was begun is not done, unless a push was under way; run again"
        ))
    }
}

async fn heard(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => _ = signal.recv().await,
        None => pending().await,
    }
}
