//! Updating a folder in place, and the YAML parser alone.

use std::{fs, path::Path};

use crate::{
    Result,
    common::{folder, parser},
    report::Stopwatch,
};

pub(crate) fn update(root: &Path, setter: &str, value: &str, write: folder::Write) -> Result {
    let watch = Stopwatch::start();
    watch.print(folder::update(root, setter, value, write)?);
    Ok(())
}

pub(crate) fn parse(file: &Path) -> Result {
    let text = fs::read_to_string(file)?;
    let watch = Stopwatch::start();
    watch.print(parser::scalars(&text));
    Ok(())
}
