//! Fleet's objects, as automations.
//!
//! Source of the behaviour: the packages `internal/cmd/controller/imagescan` and `internal/bundlereader` of Fleet.

mod belonging;
mod git;
mod scans;

use std::time::Duration;

use belonging::{Group, groups};
use fleet::{GitRepo, ImageScan, Objects};
use tagwright_manifests::fleet;
use tagwright_message::Template;
use tagwright_policy::Dialect;

use crate::automation::AutomationBuilder;
use crate::loader::Loading;
use crate::objects::{DEFAULT_NAMESPACE, Refusal, place, subject};
use crate::problem::Problem;

/// Both of Fleet's intervals where nothing is said, or nought.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(15 * 60);

/// A builder for each `GitRepo` that has image scans and can be honoured.
pub(crate) async fn load(objects: &Objects, loading: &mut Loading<'_>) -> Vec<AutomationBuilder> {
    let mut found = Vec::new();
    for group in groups(objects, &mut loading.problems) {
        if group.scans.is_empty() {
            continue;
        }
        match builder(&group, loading).await {
            Ok(builder) => found.push(builder),
            Err(reason) => {
                let subject = subject("GitRepo", &group.repo.meta);
                loading.problems.push(Problem::error(subject, reason));
            }
        }
    }
    found
}

async fn builder(
    group: &Group<'_>,
    loading: &mut Loading<'_>,
) -> Result<AutomationBuilder, Refusal> {
    let repo = group.repo;
    let mut builder = loading.builder();
    builder.dialect(Dialect::Fleet);
    builder.name(namespace(repo), &repo.meta.name);
    builder.interval(or_default(repo.image_scan_interval));
    paths(&mut builder, repo)?;
    commit(&mut builder, repo)?;
    if builder.directory.is_none() {
        git::configure(&mut builder, repo, loading).await?;
    }
    scans::configure(&mut builder, group, loading).await;
    // What only the whole shows is told where it stands, too.
    builder.build().map_err(|error| error.to_string())?;
    Ok(builder)
}

/// Fleet takes each for the name of one folder, also where bundles are found by a pattern.
fn paths(builder: &mut AutomationBuilder, repo: &GitRepo) -> Result<(), Refusal> {
    if let Some((index, path)) = repo
        .paths
        .iter()
        .enumerate()
        .find(|(_, path)| is_pattern(path))
    {
        return Err(format!(
            "spec.paths[{index}]: '{path}' is a pattern, and Fleet updates no images in folders that a pattern finds; name the folders"
        ));
    }
    builder.paths(&repo.paths);
    Ok(())
}

fn commit(builder: &mut AutomationBuilder, repo: &GitRepo) -> Result<(), Refusal> {
    let commit = &repo.image_scan_commit;
    let email = commit.author_email.as_deref().unwrap_or_default();
    let name = commit
        .author_name
        .as_deref()
        .filter(|name| !name.is_empty());
    if name.is_none() && email.is_empty() {
        return Err(
            "spec.imageScanCommit: there is no author; give authorName and authorEmail".into(),
        );
    }
    // Fleet takes what is there. Git wants a name, so the email address stands in for it.
    builder.author(name.unwrap_or(email), email);
    if let Some(template) = &commit.message_template {
        let template = Template::fleet(template)
            .map_err(|error| format!("spec.imageScanCommit.messageTemplate: {error}"))?;
        builder.message(template);
    }
    Ok(())
}

fn namespace(repo: &GitRepo) -> &str {
    repo.meta.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE)
}

fn or_default(interval: Option<Duration>) -> Duration {
    interval
        .filter(|interval| !interval.is_zero())
        .unwrap_or(DEFAULT_INTERVAL)
}

/// An entry of `fleet.yaml` is known by its `tagName` alone.
fn scan_subject(scan: &ImageScan) -> String {
    if scan.meta.name.is_empty() {
        return format!("ImageScan {} ({})", scan.tag_name, place(&scan.meta));
    }
    subject("ImageScan", &scan.meta)
}

/// As Go's `filepath.Match` reads it.
fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}
