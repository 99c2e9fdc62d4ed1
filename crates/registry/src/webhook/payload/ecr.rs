use serde::Deserialize;

use super::Body;
use crate::error::Error;
use crate::webhook::trigger::Trigger;

/// An event of `EventBridge`.
#[derive(Deserialize)]
struct Payload {
    source: String,
    account: Option<String>,
    region: Option<String>,
    detail: Option<Detail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Detail {
    repository_name: Option<String>,
    image_tag: Option<String>,
    image_digest: Option<String>,
}

pub(super) fn read(body: &Body<'_>) -> Result<Vec<Trigger>, Error> {
    let payload: Payload = body.parse()?;
    if payload.source != "aws.ecr" {
        return Err(body.malformed("of another source than 'aws.ecr'"));
    }
    Ok(Trigger::all(payload.image()))
}

impl Payload {
    fn image(&self) -> Option<Trigger> {
        let host = host(self.account.as_deref()?, self.region.as_deref()?)?;
        let detail = self.detail.as_ref()?;
        let name = format!("{host}/{}", detail.repository_name.as_deref()?);
        Some(Trigger::image(
            &name,
            detail.image_tag.as_deref(),
            detail.image_digest.as_deref(),
        ))
    }
}

/// The registry of an account in a region; none in the closed partitions, whose domains are others.
fn host(account: &str, region: &str) -> Option<String> {
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if !is_name(account) || !is_name(region) || region.contains("-iso") {
        return None;
    }
    let china = if region.starts_with("cn-") { ".cn" } else { "" };
    Some(format!("{account}.dkr.ecr.{region}.amazonaws.com{china}"))
}
