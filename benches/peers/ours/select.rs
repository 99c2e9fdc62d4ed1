//! Selecting among the tags of a file.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
};

use tagwright_policy::{Dialect, Policy, PolicyBuilder, Selection};

use crate::{Result, report::Stopwatch};

pub(crate) fn in_range(file: &str, range: &str) -> Result {
    select(file, || {
        Ok(PolicyBuilder::new(Dialect::Flux).semver(range).build()?)
    })
}

pub(crate) fn filtered(file: &str, pattern: &str, extract: &str) -> Result {
    select(file, || {
        let mut builder = PolicyBuilder::new(Dialect::Flux);
        Ok(builder.numerical("asc").filter(pattern, extract).build()?)
    })
}

fn select(file: &str, policy: impl Fn() -> Result<Policy>) -> Result {
    let text = fs::read_to_string(file)?;
    let tags: Vec<String> = text.lines().map(str::to_owned).collect();
    let watch = Stopwatch::start();
    let selection = policy()?.select(tags.iter().map(String::as_str))?;
    watch.print(selection.tag().unwrap_or("-"));
    Ok(())
}

/// No list is held: the peak shows what the selector itself needs.
pub(crate) fn streamed(file: &str, range: &str) -> Result {
    let mut tags = BufReader::new(File::open(file)?);
    let watch = Stopwatch::start();
    let policy = PolicyBuilder::new(Dialect::Flux).semver(range).build()?;
    let mut selector = policy.selector();
    let mut line = String::new();
    while tags.read_line(&mut line)? > 0 {
        selector.push(line.trim_end());
        line.clear();
    }
    let selection = selector.finish()?.into_selection();
    let tag = selection.as_ref().and_then(Selection::tag);
    watch.print(tag.unwrap_or("-"));
    Ok(())
}
