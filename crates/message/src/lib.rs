//! Renders commit messages from templates.
//!
//! ```
//! use tagwright_message::{Automation, Change, Data, Template};
//!
//! let data = Data {
//!     automation: Automation { namespace: "flux-system".into(), name: "apps".into() },
//!     changes: vec![Change {
//!         file: "apps/app.yaml".into(),
//!         old: "1.0.0".into(),
//!         new: "2.0.0".into(),
//!         ..Change::default()
//!     }],
//!     ..Data::default()
//! };
//! let template = Template::jinja("{{ automation }}: {{ changes|join(', ') }}")?;
//! assert_eq!(template.render(&data)?.as_str(), "flux-system/apps: 1.0.0 -> 2.0.0");
//! # Ok::<(), tagwright_message::Error>(())
//! ```
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod data;
mod error;
mod go;
mod index;
mod jinja;
mod limits;
mod message;
mod suggest;
mod template;

pub use data::{Automation, Change, Data, Image, Object};
pub use error::{Error, ErrorKind};
pub use message::{DEFAULT_MESSAGE, Message};
pub use template::Template;
