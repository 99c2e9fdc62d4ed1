//! The crate against real repositories, with the host's `git` as the judge, and against real servers.

use std::process::ExitCode;

mod push;
mod support;

use tagwright_testkit::harness;

fn main() -> ExitCode {
    harness::main([push::tests()].into_iter().flatten().collect())
}
