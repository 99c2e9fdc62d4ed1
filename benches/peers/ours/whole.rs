//! A whole run: 200 images listed, 50 of them changed in a repository of 10,000 files, one commit, one push.

use tagwright::{Applied, Automation, Dialect, policy::Policy, registry::Client};

use crate::{Result, common::tree, gitwrite::remote, report::Stopwatch};

/// How many of the images have a new tag.
const CHANGED: usize = 50;

/// The tag of the first images is `1.0.<revision>` now, so that each revision has as much to do as the last.
pub(crate) fn run(url: &str, registry: &str, revision: u32) -> Result {
    let runtime = tokio::runtime::Runtime::new()?;
    let automation = automation(url, registry, revision)?;
    let watch = Stopwatch::start();
    let report = runtime.block_on(automation.run())?;
    watch.print(report.plan().edits().len());
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert_eq!(report.plan().edits().len(), CHANGED, "{report}");
    Ok(())
}

fn automation(url: &str, registry: &str, revision: u32) -> Result<Automation> {
    let mut builder = Automation::builder();
    builder
        .client(Client::builder().plain_http(registry).build()?)
        .remote(remote(url)?)
        .branch("main")
        .author("bench", "bench@example.com");
    for number in 0..tree::IMAGES {
        let patch = if number < CHANGED { revision } else { 0 };
        let policy = Policy::builder(Dialect::Flux)
            .semver(&format!("1.0.{patch}"))
            .build()?;
        let image = format!("{registry}/bench/whole-{number}");
        builder.policy(&tree::policy(number), &image, policy);
    }
    Ok(builder.build()?)
}
