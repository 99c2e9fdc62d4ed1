//! The crate through its public API, against the registry of the test kit and against real ones.

// The harness wants a result of every test, also of one that only asserts.
#![allow(clippy::unnecessary_wraps)]

mod auth;
#[cfg(any(feature = "aws", feature = "azure", feature = "gcp"))]
mod cloud;
mod config;
mod digests;
mod environment;
mod errors;
mod files;
mod helpers;
mod kept;
mod listing;
mod manifest_texts;
mod manifests;
mod mirrors;
mod names;
#[cfg(feature = "oci-client")]
mod oci;
mod pace;
mod platforms;
mod protocol;
mod pushed;
mod referrers;
mod routes;
mod script;
mod servers;
mod support;
mod traces;
mod types;
#[cfg(feature = "webhook")]
mod webhooks;

use std::process::ExitCode;

use tagwright_testkit::harness;

fn main() -> ExitCode {
    #[cfg(any(feature = "aws", feature = "azure", feature = "gcp"))]
    if let Some(done) = cloud::run_child() {
        return done;
    }
    if let Some(done) = environment::run_child() {
        return done;
    }
    traces::listen();
    let suites = [
        names::tests(),
        types::tests(),
        errors::tests(),
        environment::tests(),
        config::tests(),
        files::tests(),
        helpers::tests(),
        listing::tests(),
        kept::tests(),
        mirrors::tests(),
        pace::tests(),
        digests::tests(),
        platforms::tests(),
        manifest_texts::tests(),
        manifests::tests(),
        referrers::tests(),
        auth::tests(),
        protocol::tests(),
        traces::tests(),
        servers::tests(),
        #[cfg(any(feature = "aws", feature = "azure", feature = "gcp"))]
        cloud::tests(),
        #[cfg(feature = "oci-client")]
        oci::tests(),
        #[cfg(feature = "webhook")]
        webhooks::tests(),
        pushed::tests(),
    ];
    harness::main(suites.into_iter().flatten().collect())
}
