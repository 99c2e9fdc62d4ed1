//! Somebody stops a command.

use std::future::pending;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

/// What to say when it was. A signal that cannot be heard ends the program as ever.
pub(crate) async fn interrupted() -> Failure {
    let hear = |kind| signal(kind).ok();
    let (mut interrupt, mut terminate) =
        (hear(SignalKind::interrupt()), hear(SignalKind::terminate()));
    let name = tokio::select! {
        () = heard(&mut interrupt) => "SIGINT",
        () = heard(&mut terminate) => "SIGTERM",
    };
    Failure::new(format!(
        "stopped by {name}: what was begun is not done, unless a push was under way; run again"
    ))
}

async fn heard(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => _ = signal.recv().await,
        None => pending().await,
    }
}
