//! From the tags of one listing to the choice of a policy: what only the registry knows is asked for here.

use std::collections::HashMap;
use std::time::SystemTime;

use policy::{Dialect, Finish, Selection, Selector};
use registry::{Client, Digest, ErrorKind, Platform, Reference};
use tagwright_policy as policy;
use tagwright_registry as registry;
use tokio::task::JoinSet;

use crate::choices::Choice;
use crate::image_policy::{DigestPolicy, Watched};
use crate::problem::{Failure, ProblemKind};

/// What a policy chose.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub(crate) choice: Choice,
    /// Why this tag.
    pub(crate) reason: String,
}

/// The chosen tag, with its digest where the policy always wants one; or why there is none.
pub(crate) async fn choose(
    policy: &Watched,
    client: &Client,
    selector: Selector,
) -> Result<Chosen, Failure> {
    let selection = select(policy, client, selector).await?;
    let reason = selection.reason();
    let Some(tag) = selection.tag() else {
        let none = format!("no tag of {} matches: {reason}", policy.image);
        return Err(Failure::new(ProblemKind::NothingSelected, none));
    };
    let mut choice = Choice::new(&policy.image, tag);
    if policy.digest == DigestPolicy::Always {
        choice = choice.with_digest(digest(policy, client, tag).await?.to_string());
    }
    Ok(Chosen { choice, reason })
}

/// Goes on until no date is needed any more.
pub(crate) async fn select(
    policy: &Watched,
    client: &Client,
    selector: Selector,
) -> Result<Selection, Failure> {
    let refused = |error: policy::Error| Failure::new(ProblemKind::NothingSelected, error);
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
pub(crate) async fn dates(
    policy: &Watched,
    client: &Client,
    tags: impl Iterator<Item = &str>,
) -> Result<HashMap<String, SystemTime>, Failure> {
    let mut tasks = JoinSet::new();
    for tag in tags {
        let (policy, client, tag) = (policy.clone(), client.clone(), tag.to_owned());
        tasks.spawn(async move { (date(&policy, &client, &tag).await, tag) });
    }
    let mut dates = HashMap::new();
    while let Some(joined) = tasks.join_next().await {
        let stopped = |_| Failure::new(ProblemKind::Cancelled, "the look-up of a date stopped");
        let (date, tag) = joined.map_err(stopped)?;
        dates.extend(date?.map(|date| (tag, date)));
    }
    Ok(dates)
}

/// A date that could not be asked for is an error: another tag would win. A tag that is gone has none.
pub(crate) async fn date(
    policy: &Watched,
    client: &Client,
    tag: &str,
) -> Result<Option<SystemTime>, Failure> {
    let reference = reference(policy, tag)?;
    match client.created(&reference).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        answer => Ok(answer?),
    }
}

/// Flux writes the digest of what the tag names, Fleet that of the image for linux/amd64.
pub(crate) async fn digest(
    policy: &Watched,
    client: &Client,
    tag: &str,
) -> Result<Digest, registry::Error> {
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
