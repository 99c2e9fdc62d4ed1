use serde::Deserialize;

use super::Body;
use crate::error::Error;
use crate::webhook::trigger::Trigger;

#[derive(Deserialize)]
struct Payload {
    push_data: Option<PushData>,
    repository: Option<Named>,
}

#[derive(Deserialize)]
struct PushData {
    tag: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    repo_name: Option<String>,
}

pub(super) fn read(body: &Body<'_>) -> Result<Vec<Trigger>, Error> {
    let payload: Payload = body.parse()?;
    let tag = payload.push_data.and_then(|push| push.tag);
    let name = payload
        .repository
        .and_then(|repository| repository.repo_name);
    let image =
        name.map(|name| Trigger::image(&format!("index.docker.io/{name}"), tag.as_deref(), None));
    Ok(Trigger::all(image))
}
