//! Real servers, each on a loopback port of its own: CNCF distribution, go-containerregistry's registry, Apache with
//! `git http-backend`, before another server and as a proxy, `git daemon`, `sshd`, `ssh-agent`, Moto for
//! Amazon's services.
//!
//! ```no_run
//! use tagwright_testkit::{git::BareRepository, harness::TestResult, servers::{Distribution, HttpGit}};
//!
//! fn updates_over_http() -> TestResult {
//!     let registry = Distribution::v3()?;
//!     registry.push_tags("podinfo", ["5.0.0", "5.0.1"]);
//!     let repository = BareRepository::new();
//!     let server = HttpGit::start(&repository)?;
//!     println!("{} as {}", server.url(), server.user());
//!     Ok(())
//! }
//! ```
//!
//! Each is started with a configuration of its own in a temporary folder and checked before it is handed over; it
//! ends when it is dropped, and also when the test's process is killed. A program that is not on this machine is
//! [`Missing`](crate::Missing); one that does not start panics with its log.

mod apache;
mod certificate;
mod distribution;
mod gateway;
mod ggcr;
mod git_daemon;
mod http_git;
mod moto;
mod named;
mod process;
mod program;
mod proxy;
mod ssh_agent;
mod sshd;
mod token_server;

pub use distribution::Distribution;
pub use gateway::Gateway;
pub use ggcr::GoRegistry;
pub use git_daemon::GitDaemon;
pub use http_git::HttpGit;
pub use moto::Moto;
pub use named::NamedServers;
pub use proxy::ForwardProxy;
pub use ssh_agent::SshAgent;
pub use sshd::Sshd;

/// The user of the servers that want a password.
const USER: &str = "ada";

/// The password of that user.
const PASSWORD: &str = "correct horse";

/// A password file with both: bcrypt at a low cost, as every request is checked.
const HTPASSWD: &str = "ada:$2y$04$yl83cN4RsZWDLhpTqTKJeePkvK2bbrjzwGzyh3yyCHrXFnGYU3ob6\n";
