//! The program, run as a process against real servers.

mod completions;
mod create;
mod deploy;
mod docs;
mod doctor;
mod explain;
mod faults;
mod flags;
mod folder;
mod guides;
mod lint;
mod man;
mod mark;
mod named;
mod plan;
mod program;
mod run;
mod select;
mod suspend;
mod tags;
mod usage;
mod watch;
mod world;

use std::process::ExitCode;

use tagwright_testkit::harness;

fn main() -> ExitCode {
    let tests = [
        completions::tests(),
        create::tests(),
        deploy::tests(),
        docs::tests(),
        explain::tests(),
        doctor::tests(),
        faults::tests(),
        flags::tests(),
        guides::tests(),
        lint::tests(),
        man::tests(),
        mark::tests(),
        plan::tests(),
        run::tests(),
        select::tests(),
        suspend::tests(),
        tags::tests(),
        usage::tests(),
        watch::tests(),
    ];
    harness::main(tests.into_iter().flatten().collect())
}
