//! A directory.

use std::io;

use rustix::fs::{Access, AtFlags, accessat};

use super::{Check, CheckKind};
use crate::place::Directory;

pub(super) fn check(directory: &Directory) -> Check {
    let path = directory.wanted.path.display();
    Check::of(CheckKind::Directory, path, tried(directory))
}

fn tried(directory: &Directory) -> Result<String, String> {
    let root = directory.open().map_err(|error| error.to_string())?;
    let wanted = Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK;
    match accessat(root.folder(), ".", wanted, AtFlags::EACCESS) {
        Ok(()) => Ok("it can be written".to_owned()),
        Err(error) => Err(format!(
            "it cannot be written: {}; let this user write there",
            io::Error::from(error)
        )),
    }
}
