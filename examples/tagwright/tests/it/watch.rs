//! The service.

mod control;
mod page;
pub(crate) mod service;
mod serving;
mod stopping;
mod webhooks;
mod world;

use tagwright_testkit::harness::Trial;

pub(crate) fn tests() -> Vec<Trial> {
    let tests = [
        control::tests(),
        page::tests(),
        serving::tests(),
        stopping::tests(),
        webhooks::tests(),
    ];
    tests.into_iter().flatten().collect()
}
