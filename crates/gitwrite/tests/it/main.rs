//! The crate against real repositories, with the host's `git` as the judge, and against real servers.

use std::process::ExitCode;

mod access;
mod cache;
mod commit;
mod control;
mod errors;
mod host;
mod hostile;
mod isolated;
mod logging;
mod names;
mod news;
mod partial;
mod push;
mod servers;
#[cfg(all(feature = "sign-ssh", feature = "sign-openpgp"))]
mod signing;
mod snapshot;
mod support;
mod trees;
mod trial;
mod turns;
mod updates;
mod writers;

use tagwright_testkit::harness;

fn main() -> ExitCode {
    logging::begin();
    let modules = [
        access::tests(),
        cache::tests(),
        commit::tests(),
        control::tests(),
        errors::tests(),
        host::tests(),
        hostile::tests(),
        logging::tests(),
        names::tests(),
        news::tests(),
        partial::tests(),
        push::tests(),
        servers::tests(),
        snapshot::tests(),
        trees::tests(),
        trial::tests(),
        turns::tests(),
        updates::tests(),
        writers::tests(),
    ];
    let tests = modules.into_iter().flatten();
    #[cfg(all(feature = "sign-ssh", feature = "sign-openpgp"))]
    let tests = tests.chain(signing::tests());
    harness::main(tests.collect())
}
