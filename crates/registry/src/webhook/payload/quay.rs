use serde::Deserialize;

use super::Body;
use crate::error::Error;
use crate::webhook::trigger::Trigger;

#[derive(Deserialize)]
struct Payload {
    docker_url: Option<String>,
    updated_tags: Option<Vec<String>>,
}

pub(super) fn read(body: &Body<'_>) -> Result<Vec<Trigger>, Error> {
    let payload: Payload = body.parse()?;
    let Some(url) = payload.docker_url else {
        return Ok(vec![Trigger::Any]);
    };
    let tags = payload.updated_tags.unwrap_or_default();
    if tags.is_empty() {
        return Ok(vec![Trigger::image(&url, None, None)]);
    }
    let images = tags.iter().map(|tag| Trigger::image(&url, Some(tag), None));
    Ok(Trigger::all(images))
}
