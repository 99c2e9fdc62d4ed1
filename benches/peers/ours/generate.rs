//! Writes the inputs that both sides read.

use std::{fs, path::Path};

use crate::{
    Result,
    common::{objects, tags, tree},
};

/// `tags.txt` (1,000,000), `tags-listed.txt` (200,000), the trees `one-percent`, `every`, `images` and `objects`, and `stream/all.yaml`.
pub(crate) fn inputs(folder: &Path) -> Result {
    fs::create_dir_all(folder.join("stream"))?;
    write_lines(&folder.join("tags.txt"), &tags::mixed(1_000_000))?;
    write_lines(&folder.join("tags-listed.txt"), &tags::mixed(200_000))?;
    tree::write(&folder.join("one-percent"), tree::files(tree::FILES, 100))?;
    tree::write(&folder.join("every"), tree::files(tree::FILES, 1))?;
    tree::write(&folder.join("images"), tree::images())?;
    tree::write(&folder.join("objects"), objects::files())?;
    fs::write(folder.join("stream/all.yaml"), tree::stream(tree::FILES))?;
    Ok(())
}

fn write_lines(file: &Path, lines: &[String]) -> Result {
    fs::write(file, lines.join("\n") + "\n")?;
    Ok(())
}
