//! What registries and forges send when something was pushed, verified and read.
//!
//! ```
//! use tagwright_registry::Secret;
//! use tagwright_registry::webhook::{Receiver, Sender, Trigger};
//!
//! let receiver = Receiver::builder(Sender::Harbor(Secret::new("t0k3n"))).build()?;
//! let body = br#"{"event_data":{"resources":[{"tag":"1.2.3","resource_url":"harbor.example/team/app:1.2.3"}]}}"#;
//! for trigger in receiver.receive([("Authorization", &b"t0k3n"[..])], body)? {
//!     match trigger {
//!         Trigger::Image { repository, .. } => println!("scan {repository}"),
//!         Trigger::Any => println!("scan all images"),
//!     }
//! }
//! # Ok::<(), tagwright_registry::Error>(())
//! ```
//!
//! There is no server here: yours takes the request, finds the receiver by its [`ReceiverPath`], reads at most
//! [`Receiver::body_limit`] bytes and hands over the headers and the body. A trigger starts a scan and decides nothing
//! else: the tag and the digest that it names are the sender's word, while the scan asks the registry.
//!
//! What a sender cannot sign (Docker Hub, Quay, Azure's, Amazon's and generic ones) is known by the path alone, which
//! is as secret as a password, or by a header, see [`ReceiverBuilder::require_header`].
//!
//! # Source of the behaviour
//!
//! The receivers of Flux's notification-controller 1.9, and the senders' documentation of their payloads. Better on
//! purpose: secrets are compared in constant time, an empty one is refused, and an image is named where the payload
//! names one. `generic-oidc` receivers and their expressions are not built.

mod compare;
mod envelope;
mod google;
mod json_web_key;
mod json_web_token;
mod path;
mod payload;
mod percent;
mod receiver;
mod sender;
mod signature;
mod trigger;

pub use google::GoogleToken;
pub use json_web_key::JsonWebKeys;
pub use path::ReceiverPath;
pub use receiver::{Receiver, ReceiverBuilder};
pub use sender::Sender;
pub use trigger::Trigger;
