//! Files beside the one that is replaced, gone when they are dropped.

use std::fs::File;
use std::io::{self, Write as _};

use rustix::fs::{AtFlags, Mode, OFlags, Stat, fchmod, fchown, linkat, openat, renameat, unlinkat};

use super::root::Root;

/// A name in the folder of another file, and what was put there.
pub(super) struct Temporary<'r> {
    root: &'r Root,
    path: String,
}

/// How the names of a directory's temporary files begin. The directory's own identity is in it: who holds its lock
/// knows that what is left of such names is nobody's.
pub(crate) fn prefix(root: &Root) -> io::Result<String> {
    Ok(format!(".tagwright-{}-", root.identity()?))
}

impl<'r> Temporary<'r> {
    /// A new file with these bytes, on the disk, with the mode of the old one; and its owner, where that may be given.
    pub(super) fn write(
        root: &'r Root,
        beside: &str,
        bytes: &[u8],
        old: &Stat,
    ) -> io::Result<Self> {
        let new = Self::beside(root, beside)?;
        let (folder, name) = root.parent(&new.path)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
        let private = Mode::RUSR | Mode::WUSR;
        let mut file = File::from(openat(&folder, name, flags | OFlags::CLOEXEC, private)?);
        file.write_all(bytes)?;
        let owned = fchown(&file, Some(owner(old)), Some(group(old))).is_ok();
        let mode = Mode::from_raw_mode(old.st_mode);
        // The rights of an owner are not for another one.
        let rights = Mode::RWXU | Mode::RWXG | Mode::RWXO;
        fchmod(&file, if owned { mode } else { mode & rights })?;
        file.sync_all()?;
        Ok(new)
    }

    /// The file as it is now, under a second name; a copy where the file system has no such names.
    pub(super) fn keep(root: &'r Root, path: &str, bytes: &[u8], old: &Stat) -> io::Result<Self> {
        let kept = Self::beside(root, path)?;
        let (folder, name) = root.parent(path)?;
        let (beside, second) = root.parent(&kept.path)?;
        match linkat(&folder, name, &beside, second, AtFlags::empty()) {
            Ok(()) => Ok(kept),
            Err(_) => Self::write(root, path, bytes, old),
        }
    }

    /// Puts it in the other file's place, in one step.
    pub(super) fn rename(&self, to: &str) -> io::Result<()> {
        let (from, name) = self.root.parent(&self.path)?;
        let (folder, new) = self.root.parent(to)?;
        Ok(renameat(&from, name, &folder, new)?)
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        remove(self.root, &self.path)
    }

    fn beside(root: &'r Root, path: &str) -> io::Result<Self> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let slash = if folder.is_empty() { "" } else { "/" };
        let (prefix, chance) = (prefix(root)?, fastrand::u64(..));
        let path = format!("{folder}{slash}{prefix}{chance:016x}");
        Ok(Self { root, path })
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        // Where it was renamed there is none any more.
        let _ = self.remove();
    }
}

pub(super) fn remove(root: &Root, path: &str) -> io::Result<()> {
    let (folder, name) = root.parent(path)?;
    Ok(unlinkat(&folder, name, AtFlags::empty())?)
}

fn owner(stat: &Stat) -> rustix::fs::Uid {
    rustix::fs::Uid::from_raw(stat.st_uid)
}

fn group(stat: &Stat) -> rustix::fs::Gid {
    rustix::fs::Gid::from_raw(stat.st_gid)
}
