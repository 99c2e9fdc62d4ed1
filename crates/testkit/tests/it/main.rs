//! The test kit, held against curl-like requests and against `git`.

use std::process::ExitCode;

use tagwright_testkit::harness;

fn main() -> ExitCode {
    harness::main(Vec::new())
}
