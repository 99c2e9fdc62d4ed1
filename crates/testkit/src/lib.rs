//! An OCI registry and Git servers for the tests of tagwright.
//!
//! ```
//! use tagwright_testkit::{git::BareRepository, oci::Registry};
//!
//! let registry = Registry::start();
//! registry.push_tags("library/podinfo", ["5.0.0", "5.0.1"]);
//! assert_eq!(registry.tags("library/podinfo"), ["5.0.0", "5.0.1"]);
//!
//! let repository = BareRepository::new();
//! let image = format!("image: {}/library/podinfo:5.0.0\n", registry.address());
//! repository.commit("main", &[("deploy.yaml", image.as_bytes())], "deploy podinfo");
//! assert_eq!(repository.read("main", "deploy.yaml"), image.as_bytes());
//! // Both are gone when they fall out of scope.
//! ```
//!
//! # Scope
//!
//! - [`oci`]: a registry inside the process: real HTTP on a loopback port, the `/v2/` API as far as tags and
//!   manifests go, pagination by `Link`, basic and token authentication, and faults on request. It needs nothing
//!   but a free port.
//! - [`git`]: a bare repository in a temporary folder, driven by the `git` program with the host's configuration
//!   shut out.
//! - [`cloud`]: a server that stands for a cloud's own services and answers as a test tells it to.
//! - [`servers`]: CNCF distribution 2.8 and 3 with passwords or tokens, go-containerregistry's registry, Apache with
//!   `git http-backend`, before a registry with TLS and client certificates, and as a proxy, `git daemon`,
//!   `sshd`, `ssh-agent`, Moto, where they are installed.
//! - [`http`]: a plain client, for a look at what a server answers.
//! - [`harness`]: a test binary's `main`, whose tests may find out while they run that a program is missing and are
//!   then counted as ignored.
//!
//! A test kit has no caller who could mend an error, so what goes wrong here panics with the reason, at the line of
//! the test. The one thing a test may have to react to is a program that is not installed: that is [`Missing`].
//!
//! # Source of the behaviour
//!
//! The OCI distribution specification 1.1 for paths, status codes and error bodies; CNCF distribution 3 for the
//! form of `Link` and for the order of tags; the distribution project's token specification for challenges.
//!
//! # Limitations
//!
//! The registry inside the process takes no uploads over HTTP (its contents are pushed through the API here), and
//! speaks neither TLS nor HTTP/2. The real registries serve plain HTTP too, Apache before them does not. The crate builds on Unix alone. A test that is
//! killed leaves no server behind, but the temporary folder of a [`BareRepository`](git::BareRepository).

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod image;
mod missing;
mod run;

pub mod cloud;
pub mod git;
pub mod harness;
pub mod http;
pub mod oci;
pub mod servers;

pub use missing::Missing;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
