use serde::Deserialize;

use super::{Body, package_url};
use crate::error::Error;
use crate::webhook::trigger::Trigger;

/// The parts that the specification demands of every event.
#[derive(Deserialize)]
struct Payload {
    context: Context,
    subject: Subject,
}

#[derive(Deserialize)]
struct Context {
    version: Option<String>,
    /// What it is called since 0.5.
    specversion: Option<String>,
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: String,
    timestamp: String,
}

#[derive(Deserialize)]
struct Subject {
    id: String,
}

pub(super) fn read(body: &Body<'_>) -> Result<Vec<Trigger>, Error> {
    let Payload { context, subject } = body.parse()?;
    let version = context.specversion.or(context.version);
    let texts = [
        &version.unwrap_or_default(),
        &context.id,
        &context.source,
        &context.timestamp,
        &subject.id,
    ];
    if texts.into_iter().any(String::is_empty) {
        return Err(body.malformed("that leaves a field of its context or subject empty"));
    }
    let Some(kind) = context.kind.strip_prefix("dev.cdevents.") else {
        return Err(body.malformed("of another type than 'dev.cdevents...'"));
    };
    let artifact = kind.starts_with("artifact.");
    Ok(Trigger::all(
        artifact.then(|| package_url::image(&subject.id)).flatten(),
    ))
}
