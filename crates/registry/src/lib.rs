//! Lists the tags of an image in an OCI registry, and finds the digests, platforms, dates and labels behind them.
//!
#![cfg_attr(feature = "client", doc = "```no_run")]
#![cfg_attr(not(feature = "client"), doc = "```text")]
//! use tagwright_registry::{Client, Repository};
//!
//! # async fn f() -> Result<(), tagwright_registry::Error> {
//! let client = Client::builder().build()?;
//! let podinfo: Repository = "ghcr.io/stefanprodan/podinfo".parse()?;
//! let mut pages = client.tags(&podinfo);
//! while let Some(page) = pages.next_page().await? {
//!     println!("{} tags", page.len());
//! }
//! println!("{}", client.digest(&"ghcr.io/stefanprodan/podinfo:6.7.0".parse()?).await?);
//! # Ok(())
//! # }
//! ```
//!
//! # Scope
//!
//! - [`Reference`], [`Repository`] and [`Digest`]: image names, completed and checked.
//! - [`Client`]: [`tags`](Client::tags) as a stream of pages, [`list_tags`](Client::list_tags) collected,
//!   [`digest`](Client::digest), [`manifest`](Client::manifest), [`platforms`](Client::platforms),
//!   [`created`](Client::created), [`labels`](Client::labels), [`referrers`](Client::referrers).
//! - [`Manifest`], [`Platform`] and [`ImageConfig`]: what a tag names, of OCI or Docker's schema 2. What is asked
//!   for by its digest is checked against it and kept.
//! - [`webhook`]: what registries and forges send when something was pushed, verified and read.
//! - [`Client::scan`]: many repositories at a time, each result on its own.
//! - [`Keychain`]: where credentials come from. [`Anonymous`], [`StaticKeychain`], [`DockerConfig`] with its credential
//!   helpers, [`ConfigFiles`] of docker and podman, [`PullSecrets`] of Kubernetes, a [`KeychainChain`] of several, or
//!   your own.
//! - [`ClientBuilder`]: certificates, proxies, mirrors, places that stand for others, and how fast a host is asked.
//!
//! A listing is whole or an error. It ends with the page that has no `Link` to a next one; the order of the tags
//! and the number of them on a page mean nothing. A page size that is refused is halved until it is taken. What may
//! pass (408, 429, 500, 502, 503, 504, broken connections) is asked again, with growing waits and no longer than
//! [`Limits`] say; 401, 403 and 404 are not. A host that said 429 is left alone by all requests of the client for as
//! long as it asked, by `Retry-After` or by the end of its window.
//!
//! Credentials are shown to the registry they are for when it asks for them, and to the token server that it
//! names; a redirect to another host leaves them behind, and plain HTTP is spoken only to hosts that
//! [`ClientBuilder::plain_http`] names. For a token the client asks for `pull`, and for `metadata_read` where the
//! registry does. Where a keychain has several credentials the next one is tried after 401 and 403. Nothing that a
//! registry gave for one credential is shown for another.
//!
//! What is going on is told through `tracing`: a span for each page, digest, manifest and list of referrers, events for
//! pages, tokens and repetitions, none of them with a credential or a URL's query.
//!
//! # Source of the behaviour
//!
//! Names: go-containerregistry 0.21 with weak validation. Listing, digests and referrers: the OCI distribution
//! specification 1.1. Manifests: the OCI image specification 1.1 and Docker's schema 2. Platforms: containerd's normal
//! form. `Link`: RFC 8288, which replaced RFC 5988. Challenges: RFC 9110. Tokens: the distribution project's token and
//! `OAuth2` specifications. Files with logins: docker's and podman's programs; credential helpers: docker's protocol;
//! pull secrets: the kubelet's `credentialprovider`. `RateLimit`: Docker Hub, GitHub and the IETF's drafts.
//!
//! # Limitations
//!
//! - A [`Reference`] takes sha256 digests only, as go-containerregistry does. A [`Digest`] may be sha512.
//! - SOCKS proxies are refused.
//! - `AzureKeychain` logs in with client secrets, Kubernetes' workload identity and the managed identities of App
//!   Service and virtual machines. Client certificates, other managed identities (Azure Arc, Service Fabric) and
//!   programs (`az`, `azd`) are not asked; `az acr login` and docker's helper `acr-env` serve with [`ConfigFiles`]. It
//!   wants an identity for registries that let everyone read, too.
//! - `AwsKeychain`, `AzureKeychain` and `GcpKeychain` take the system's root certificates and the environment's
//!   proxies, not those of a [`ClientBuilder`]. The SDKs' own `tracing` events are their own.
//! - `GcpKeychain` wants credentials for public repositories, too; and Google's SDK takes the TLS provider of the
//!   process, so that the keychain sets ring where there is none.
//! - A client has one client certificate, which it shows to every host that asks for one.
//! - A credential helper's children are killed with it on Unix alone.
//! - Docker's schema 1 is refused, and an index inside an index is not descended into.
//! - Webhooks: no `generic-oidc` receivers, no Pub/Sub messages without their wrapper, no SNS around Amazon's events.
//!
//! # Features
//!
//! - `aws`: `AwsKeychain`, the logins of Amazon's registries by Amazon's SDK. The light way is docker's helper
//!   `ecr-login`.
//! - `azure`: `AzureKeychain`, the logins of Microsoft's registries by Microsoft's SDK. The light way is docker's
//!   helper `acr-env`.
//! - `client` (default): [`Client`], the keychains that read files and run helpers, and all of `manifest`.
//! - `gcp`: `GcpKeychain`, the logins of Google's registries by Google's SDK. The light way is docker's helper
//!   `gcloud` or `gcr`.
//! - `manifest`: [`Manifest`], [`Descriptor`] and [`ImageConfig`], read from bytes. Without any feature the crate has
//!   no dependencies.
//! - `oci-client`: [`Reference`] and [`Credential`] from what the crate `oci-client` has for them. It moves with that
//!   crate, outside the promise of our own versions, and brings what that crate depends on.
//! - `webhook`: the module [`webhook`], without HTTP and without async.
//!
//! The SDKs of the clouds are dozens of crates, which take a while to build, and each has a minimal Rust version of its
//! own, which may rise with any release of it.

#![forbid(unsafe_code)]
#![deny(missing_docs)]
// The docs tell of the client and of webhooks also where they are not built.
#![cfg_attr(
    not(all(feature = "client", feature = "webhook")),
    allow(rustdoc::broken_intra_doc_links)
)]

#[cfg(feature = "client")]
mod client;
#[cfg(any(feature = "aws", feature = "azure", feature = "gcp"))]
mod cloud;
#[cfg(feature = "client")]
mod config_files;
mod credential;
mod digest;
#[cfg(feature = "client")]
mod docker_config;
mod error;
#[cfg(feature = "client")]
mod glob;
#[cfg(feature = "client")]
mod helper;
#[cfg(any(feature = "manifest", feature = "webhook"))]
mod hex;
mod host;
#[cfg(feature = "manifest")]
mod image_config;
mod keychain;
#[cfg(feature = "client")]
mod login;
#[cfg(feature = "manifest")]
mod manifest;
#[cfg(feature = "oci-client")]
mod oci_client;
mod platform;
#[cfg(feature = "client")]
mod pull_secrets;
mod reference;
mod repository;
mod secret;
mod snippet;
#[cfg(any(feature = "client", feature = "webhook"))]
mod tag;
#[cfg(feature = "manifest")]
mod timestamp;
#[cfg(feature = "client")]
mod watched;
#[cfg(feature = "webhook")]
pub mod webhook;

#[cfg(feature = "client")]
pub use client::{Client, ClientBuilder, Limits, Page, RateLimit, Scan, Scanned, TagPages, Usage};
#[cfg(feature = "aws")]
pub use cloud::AwsKeychain;
#[cfg(feature = "azure")]
pub use cloud::AzureKeychain;
#[cfg(feature = "gcp")]
pub use cloud::GcpKeychain;
#[cfg(feature = "client")]
pub use config_files::ConfigFiles;
pub use credential::Credential;
pub use digest::Digest;
#[cfg(feature = "client")]
pub use docker_config::DockerConfig;
pub use error::{Error, Kind as ErrorKind, RequestKind};
#[cfg(feature = "manifest")]
pub use image_config::ImageConfig;
pub use keychain::{Anonymous, CredentialFuture, Keychain, KeychainChain, StaticKeychain};
#[cfg(feature = "manifest")]
pub use manifest::{Descriptor, Manifest};
pub use platform::Platform;
#[cfg(feature = "client")]
pub use pull_secrets::PullSecrets;
pub use reference::Reference;
pub use repository::Repository;
pub use secret::Secret;

#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../README.md")]
struct Readme;
