//! The program, run as a process against real servers.

mod program;
mod usage;

use std::process::ExitCode;

use tagwright_testkit::harness;

fn main() -> ExitCode {
    harness::main(usage::tests())
}
