//! A whole run: 200 images listed, 50 of them changed in a repository of 10,000 files, one commit, one push.

use std::{fs, sync::Arc};

use tagwright::{Applied, Automation, Dialect, MemoryState, policy::Policy, registry::Client};

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

/// The run after it, with what the first one saw at hand: nothing to do. What the servers counted meanwhile, in two files,
/// stands behind the answer.
pub(crate) fn second(url: &str, registry: &str, revision: u32, counts: [&str; 2]) -> Result {
    let runtime = tokio::runtime::Runtime::new()?;
    let automation = automation(url, registry, revision)?;
    let first = runtime.block_on(automation.run())?;
    assert!(matches!(first.applied(), Applied::Pushed(_)), "{first}");
    let before = counted(counts)?;
    let watch = Stopwatch::start();
    let report = runtime.block_on(automation.run())?;
    let after = || counted(counts).map(|after| difference(&before, &after));
    assert_eq!(report.applied(), &Applied::NothingToDo, "{report}");
    watch.print(format!("0 {}", after()?));
    Ok(())
}

/// Bytes and requests of each file.
fn counted(counts: [&str; 2]) -> Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for file in counts {
        for number in fs::read_to_string(file)?.split_whitespace() {
            numbers.push(number.parse()?);
        }
    }
    Ok(numbers)
}

fn difference(before: &[u64], after: &[u64]) -> String {
    let pairs = before.iter().zip(after);
    let each: Vec<String> = pairs
        .map(|(before, after)| (after - before).to_string())
        .collect();
    each.join(" ")
}

fn automation(url: &str, registry: &str, revision: u32) -> Result<Automation> {
    let mut builder = Automation::builder();
    builder
        .state(Arc::new(MemoryState::new()))
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
