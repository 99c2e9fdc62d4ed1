use serde::Deserialize;

use super::Body;
use crate::error::Error;
use crate::webhook::trigger::Trigger;

/// A ping has no target.
#[derive(Deserialize)]
struct Payload {
    target: Option<Target>,
    request: Option<Request>,
}

#[derive(Deserialize)]
struct Target {
    repository: Option<String>,
    tag: Option<String>,
    digest: Option<String>,
}

#[derive(Deserialize)]
struct Request {
    host: Option<String>,
}

pub(super) fn read(body: &Body<'_>) -> Result<Vec<Trigger>, Error> {
    let payload: Payload = body.parse()?;
    let host = payload.request.and_then(|request| request.host);
    let image = payload
        .target
        .zip(host)
        .and_then(|(target, host)| target.image(&host));
    Ok(Trigger::all(image))
}

impl Target {
    fn image(&self, host: &str) -> Option<Trigger> {
        let name = format!("{host}/{}", self.repository.as_deref()?);
        Some(Trigger::image(
            &name,
            self.tag.as_deref(),
            self.digest.as_deref(),
        ))
    }
}
