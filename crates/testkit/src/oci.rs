//! An OCI registry inside the process.
//!
//! ```
//! use tagwright_testkit::oci::Registry;
//!
//! let registry = Registry::builder().token_auth("ada", "lovelace").page_limit(100).start();
//! let digest = registry.push("podinfo", "5.0.1");
//! assert!(digest.starts_with("sha256:"));
//! println!("{}/podinfo:5.0.1 stands at {digest}", registry.address());
//! ```
//!
//! It answers `/v2/`, `/v2/<name>/tags/list` with `n`, `last` and `Link`, `/v2/<name>/manifests/<reference>`,
//! `/v2/<name>/blobs/<digest>` and, with token authentication, `/token`, each to `GET` and `HEAD`.

mod answer;
mod auth;
mod body;
mod builder;
mod endpoint;
mod fault;
mod registry;
mod request;
mod server;
mod service;
mod store;

pub use builder::Builder;
pub use fault::Fault;
pub use registry::Registry;
pub use request::{Authorization, Request};
