//! What is said over the socket: a line of JSON each way.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// More than any request has.
pub(crate) const LONGEST: u64 = 64 << 10;

/// The subject of the step that reads them.
pub(crate) const MANIFESTS: &str = "manifests";

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "request", content = "of", rename_all = "kebab-case")]
pub(crate) enum Request {
    Status,
    Receivers,
    Reconcile(Thing),
    Suspend(Thing),
    Resume(Thing),
}

/// What a person names, which may be the end of its name.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "kebab-case")]
pub(crate) enum Thing {
    All,
    Image(String),
    Policy(String),
    Automation(String),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "answer", content = "of", rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// How everything stands.
    Status(Value),
    /// What was done, or failed.
    Done(Vec<Step>),
    /// Nothing was done, and why.
    Refused(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) subject: String,
    pub(crate) message: String,
    pub(crate) failed: bool,
}
