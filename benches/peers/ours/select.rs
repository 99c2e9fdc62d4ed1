//! Selecting among the tags of a file.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
};

use tagwright_policy::{Dialect, PolicyBuilder, Selection};

use crate::{Result, report::Stopwatch};

pub(crate) fn in_range(file: &str, range: &str, exclusion: &str) -> Result {
    select(file, exclusion, |policy| policy.semver(range))
}

pub(crate) fn filtered(file: &str, pattern: &str, extract: &str, exclusion: &str) -> Result {
    select(file, exclusion, |policy| {
        policy.numerical("asc").filter(pattern, extract)
    })
}

/// An empty `exclusion` is none.
fn select(
    file: &str,
    exclusion: &str,
    choose: impl Fn(&mut PolicyBuilder) -> &mut PolicyBuilder,
) -> Result {
    let text = fs::read_to_string(file)?;
    let tags: Vec<String> = text.lines().map(str::to_owned).collect();
    let watch = Stopwatch::start();
    let mut builder = PolicyBuilder::new(Dialect::Flux);
    choose(&mut builder);
    if !exclusion.is_empty() {
        builder.exclude(exclusion);
    }
    let selection = builder.build()?.select(tags.iter().map(String::as_str))?;
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
