//! End to end: a registry, a repository, and the facade's public API between them.

mod allow;
mod bad_input;
mod blocking;
mod branches;
mod checkup;
mod choosing;
mod config;
mod conformance;
mod contention;
mod digests;
mod directory;
mod faults;
mod fleet;
mod flux;
mod group;
mod guards;
mod judging;
mod lint;
mod loading;
mod manifest_source;
mod marking;
#[cfg(feature = "metrics")]
mod metrics;
mod plan;
mod plan_forms;
mod pushing;
#[cfg(feature = "webhook")]
mod receivers;
#[cfg(feature = "scheduler")]
mod schedule;
mod secret_sources;
mod secrets;
mod servers;
mod source;
mod state;
mod update;
mod world;

use std::process::ExitCode;

fn main() -> ExitCode {
    state::be_a_child();
    if let Some(code) = faults::child() {
        return code;
    }
    secrets::listen();
    let parts = [
        allow::tests(),
        bad_input::tests(),
        blocking::tests(),
        config::tests(),
        branches::tests(),
        conformance::tests(),
        checkup::tests(),
        choosing::tests(),
        contention::tests(),
        digests::tests(),
        directory::tests(),
        faults::tests(),
        fleet::tests(),
        flux::tests(),
        group::tests(),
        guards::tests(),
        judging::tests(),
        lint::tests(),
        loading::tests(),
        manifest_source::tests(),
        #[cfg(feature = "metrics")]
        metrics::tests(),
        marking::tests(),
        plan::tests(),
        plan_forms::tests(),
        pushing::tests(),
        #[cfg(feature = "webhook")]
        receivers::tests(),
        secret_sources::tests(),
        #[cfg(feature = "scheduler")]
        schedule::tests(),
        secrets::tests(),
        servers::tests(),
        source::tests(),
        state::tests(),
        update::tests(),
    ];
    tagwright_testkit::harness::main(parts.into_iter().flatten().collect())
}
