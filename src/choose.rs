//! From the tags of one listing to the choice of a policy: what only the registry knows is asked for here.

use std::collections::HashMap;
use std::time::SystemTime;

use policy::{Dialect, Finish, Selection, Selector};
use registry::{Client, Digest, ErrorKind, Platform, Reference};
use tagwright_policy as policy;
use tagwright_registry as registry;
use tokio::task::JoinSet;

use crate::choices::Choice;
use crate::image_policy::Watched;

/// The chosen tag, with its digest where the policy wants one, and why it was chosen; or why there is none.
pub(crate) async fn choose(
    policy: &Watched,
    client: &Client,
    selector: Selector,
) -> Result<(Choice, String), String> {
    let selection = select(policy, client, selector).await?;
    let reason = selection.reason();
    let tag = selection
        .tag()
        .ok_or_else(|| format!("no tag of {} matches: {reason}", policy.image))?;
    let choice = Choice::new(&policy.image, tag);
    if !policy.digest {
        return Ok((choice, reason));
    }
    let digest = digest(policy, client, tag)
        .await
        .map_err(|error| error.to_string())?;
    Ok((choice.with_digest(digest.to_string()), reason))
}

/// Goes on until no date is needed any more.
async fn select(
    policy: &Watched,
    client: &Client,
    selector: Selector,
) -> Result<Selection, String> {
    let refused = |error: policy::Error| error.to_string();
    let mut finish = selector.finish().map_err(refused)?;
    loop {
        match finish {
            Finish::Done(selection) => return Ok(selection),
            Finish::NeedDates(undated) => {
                let dates = dates(policy, client, undated.tags()).await?;
                finish = undated
                    .answer(|tag| dates.get(tag).copied())
                    .map_err(refused)?;
            }
        }
    }
}

/// When the images of these tags were made, as far as it is known. The client bounds what is asked at once.
async fn dates(
    policy: &Watched,
    client: &Client,
    tags: impl Iterator<Item = &str>,
) -> Result<HashMap<String, SystemTime>, String> {
    let mut tasks = JoinSet::new();
    for tag in tags {
        let reference = reference(policy, tag).map_err(|error| error.to_string())?;
        tasks.spawn(date(client.clone(), reference, tag.to_owned()));
    }
    let mut dates = HashMap::new();
    while let Some(joined) = tasks.join_next().await {
        let (tag, date) = joined.map_err(|_| "the look-up of a date stopped")??;
        dates.extend(date.map(|date| (tag, date)));
    }
    Ok(dates)
}

/// A date that could not be asked for is an error: another tag would win. A tag that is gone has none.
async fn date(
    client: Client,
    reference: Reference,
    tag: String,
) -> Result<(String, Option<SystemTime>), String> {
    match client.created(&reference).await {
        Ok(date) => Ok((tag, date)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok((tag, None)),
        Err(error) => Err(error.to_string()),
    }
}

/// Flux writes the digest of what the tag names, Fleet that of the image for linux/amd64.
async fn digest(policy: &Watched, client: &Client, tag: &str) -> Result<Digest, registry::Error> {
    let reference = reference(policy, tag)?;
    match policy.policy.dialect() {
        Dialect::Flux => client.digest(&reference).await,
        Dialect::Fleet => {
            let platform = Platform::linux_amd64();
            client.platform_digest(&reference, &platform).await
        }
    }
}

fn reference(policy: &Watched, tag: &str) -> Result<Reference, registry::Error> {
    format!("{}:{tag}", policy.repository).parse()
}
