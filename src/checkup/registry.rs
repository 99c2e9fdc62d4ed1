//! Registries, by the images that are asked of them.

use std::time::{Duration, SystemTime};

use registry::{Client, Page, Repository};
use tagwright_registry as registry;
use tokio::task::JoinSet;

use super::{Check, CheckKind};
use crate::automation::Automation;

/// What tokens and certificates usually bear.
const MOST_SKEW: Duration = Duration::from_secs(60);

/// The first page of each image, with each of the clients that ask for it; and the clock of each registry.
pub(super) async fn checks(automations: &[Automation]) -> Vec<Check> {
    let (mut checks, images) = images(automations).await;
    let mut work = JoinSet::new();
    for (index, (repository, client)) in images.into_iter().enumerate() {
        work.spawn(async move { (index, ask(&repository, &client).await, repository) });
    }
    let mut answers = work.join_all().await;
    answers.sort_by_key(|(index, ..)| *index);
    let mut clocks: Vec<(String, Check)> = Vec::new();
    for (_, answer, repository) in answers {
        let host = repository.registry();
        if let Ok((_, Some(skew))) = answer
            && !clocks.iter().any(|(known, _)| known == host)
        {
            clocks.push((host.to_owned(), clock(host, skew)));
        }
        let tried = answer.map(|(told, _)| told);
        checks.push(Check::of(CheckKind::Registry, repository, tried));
    }
    checks.extend(clocks.into_iter().map(|(_, check)| check));
    checks
}

/// Each image once for each client; what has none is told.
async fn images(automations: &[Automation]) -> (Vec<Check>, Vec<(Repository, Client)>) {
    let mut checks: Vec<Check> = Vec::new();
    let mut images: Vec<(Repository, Client)> = Vec::new();
    for watched in automations.iter().flat_map(|one| &one.0.policies) {
        let repository = &watched.repository;
        match watched.client.client().await {
            Ok(client) => {
                let same = |(known, with): &(Repository, Client)| {
                    known == repository && with.is_same(&client)
                };
                if !images.iter().any(same) {
                    images.push((repository.clone(), client));
                }
            }
            Err(lack) => {
                let check = Check::failed(CheckKind::Registry, repository, lack);
                if !checks.contains(&check) {
                    checks.push(check);
                }
            }
        }
    }
    (checks, images)
}

/// By how much a clock differs, and whether this one is ahead.
type Skew = (Duration, bool);

async fn ask(repository: &Repository, client: &Client) -> Result<(String, Option<Skew>), String> {
    let page = client.tags(repository).next_page().await;
    let page = page.map_err(|error| error.to_string())?.unwrap_or_default();
    Ok((told(&page), page.date().map(skew)))
}

fn told(page: &Page) -> String {
    match page.len() {
        0 => "it lists no tags".to_owned(),
        1 => "it lists tags: 1 on the first page".to_owned(),
        count => format!("it lists tags: {count} on the first page"),
    }
}

fn skew(date: SystemTime) -> Skew {
    match SystemTime::now().duration_since(date) {
        Ok(ahead) => (ahead, true),
        Err(behind) => (behind.duration(), false),
    }
}

fn clock(host: &str, (skew, ahead): Skew) -> Check {
    let most = MOST_SKEW.as_secs();
    if skew <= MOST_SKEW {
        let told = format!("this machine's is within {most} s of it");
        return Check::ok(CheckKind::Clock, host, told);
    }
    let (seconds, way) = (skew.as_secs(), if ahead { "ahead of" } else { "behind" });
    let told = format!(
        "this machine's clock is {seconds} s {way} it; set the clock, by which tokens and certificates are judged"
    );
    Check::failed(CheckKind::Clock, host, told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_may_differ_by_a_minute() {
        let line =
            |seconds, ahead| clock("r.io", (Duration::from_secs(seconds), ahead)).to_string();
        assert_eq!(
            line(60, true),
            "clock r.io: ok: this machine's is within 60 s of it"
        );
        assert_eq!(
            line(61, false),
            "clock r.io: failed: this machine's clock is 61 s behind it; set the clock, by which tokens and certificates are judged"
        );
    }
}
