//! The test kit: its registry against plain requests, its servers against `git` and pushes.

mod faults;
mod git;
mod pages;
mod servers;
mod threads;
mod tokens;

use std::process::ExitCode;

use tagwright_testkit::harness;

fn main() -> ExitCode {
    let tests = [
        pages::tests(),
        tokens::tests(),
        faults::tests(),
        git::tests(),
        servers::tests(),
        threads::tests(),
    ];
    harness::main(tests.into_iter().flatten().collect())
}
