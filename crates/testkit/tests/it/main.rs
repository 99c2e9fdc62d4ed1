//! The test kit: its registry against plain requests, its servers against `git` and pushes.

mod faults;
mod git;
mod harness;
mod pages;
mod servers;
mod threads;
mod tokens;

use std::process::ExitCode;

fn main() -> ExitCode {
    let tests = [
        pages::tests(),
        tokens::tests(),
        faults::tests(),
        git::tests(),
        harness::tests(),
        servers::tests(),
        threads::tests(),
    ];
    let all = || tests.into_iter().flatten().collect();
    tagwright_testkit::harness::main(harness::probe().unwrap_or_else(all))
}
