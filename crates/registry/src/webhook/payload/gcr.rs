use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::Body;
use crate::error::Error;
use crate::reference::Reference;
use crate::webhook::trigger::Trigger;

/// A message of Pub/Sub, the event in it.
#[derive(Deserialize)]
struct Payload {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    data: String,
}

/// Both are whole references; what is pushed without a tag has a digest only.
#[derive(Deserialize)]
struct Event {
    digest: Option<String>,
    tag: Option<String>,
}

pub(super) fn read(body: &Body<'_>) -> Result<Vec<Trigger>, Error> {
    let payload: Payload = body.parse()?;
    let data = STANDARD.decode(payload.message.data);
    let data = data.map_err(|_| body.malformed("whose 'message.data' is no base64"))?;
    let event: Event = body.parse_part(&data)?;
    let digest = event
        .digest
        .and_then(|digest| digest.parse::<Reference>().ok());
    let digest_text = digest
        .as_ref()
        .and_then(|reference| Some(reference.digest()?.as_str()));
    let image = match (&event.tag, &digest) {
        (Some(tag), _) => Trigger::reference(tag, None, digest_text),
        (None, Some(digest)) => Trigger::reference(&digest.name(), None, None),
        (None, None) => Trigger::Any,
    };
    Ok(vec![image])
}
