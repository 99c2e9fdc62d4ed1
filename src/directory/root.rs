//! Files below one directory, reached step by step, so that no symbolic link on the way leads elsewhere.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Stat, fstat, openat, statat};
use rustix::io::Errno;
use rustix::path::Arg;

use crate::error::{Error, ErrorKind};

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);

/// An open directory. What moves or replaces it meanwhile changes nothing for who holds it.
pub(crate) struct Root {
    folder: OwnedFd,
    path: String,
}

/// What stands under a name.
pub(crate) enum Content {
    Bytes(Vec<u8>, Stat),
    TooLarge(u64),
    /// A folder, a symbolic link, a socket, or nothing any more.
    NoFile,
}

impl Root {
    /// Opens the directory; it may be named by a symbolic link, unlike everything below it.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let folder = openat(CWD, path, FOLDER, Mode::empty());
        let folder = folder.map_err(|error| unopened(path, &io::Error::from(error)))?;
        Ok(Self {
            folder,
            path: path.display().to_string(),
        })
    }

    /// Opens the directory from one above it, which may be named by a symbolic link, and follows none from there on.
    pub(crate) fn open_below(above: &Path, path: &Path) -> Result<Self, Error> {
        let mut root = Self::open(above)?;
        let below = path.strip_prefix(above);
        let below = below.map_err(|error| unopened(path, &io::Error::other(error)))?;
        for part in below {
            root.folder = subfolder(&root.folder, part).map_err(|error| unopened(path, &error))?;
        }
        root.path = path.display().to_string();
        Ok(root)
    }

    /// As it was given.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn folder(&self) -> &OwnedFd {
        &self.folder
    }

    /// A name for this directory that no other one has as long as it is there.
    pub(crate) fn identity(&self) -> io::Result<String> {
        let stat = fstat(&self.folder)?;
        Ok(format!("{:x}-{:x}", stat.st_dev, stat.st_ino))
    }

    /// The folder that a path's last part stands in, and that part.
    pub(crate) fn parent<'p>(&self, path: &'p str) -> io::Result<(OwnedFd, &'p str)> {
        let mut folder = self.folder.try_clone()?;
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        for part in folders.split('/').filter(|part| !part.is_empty()) {
            folder = subfolder(&folder, part)?;
        }
        Ok((folder, name))
    }
}

fn unopened(path: &Path, error: &io::Error) -> Error {
    let shown = path.display();
    let message = format!("the directory {shown} cannot be opened: {error}; correct it");
    Error::new(ErrorKind::Directory, message)
}

/// A folder in a folder, unless it is a symbolic link.
pub(crate) fn subfolder(folder: &impl AsFd, name: impl Arg) -> io::Result<OwnedFd> {
    Ok(openat(
        folder,
        name,
        FOLDER | OFlags::NOFOLLOW,
        Mode::empty(),
    )?)
}

/// What stands in a folder under a name, without following a link.
pub(crate) fn look(folder: &impl AsFd, name: &str) -> io::Result<Stat> {
    Ok(statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?)
}

/// Reads a regular file. It is opened so that a pipe or a device under its name holds nobody up.
pub(crate) fn read(folder: &impl AsFd, name: &str, most: u64) -> io::Result<Content> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match openat(folder, name, flags | OFlags::NOCTTY, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(Errno::LOOP | Errno::NOENT | Errno::NXIO) => return Ok(Content::NoFile),
        Err(error) => return Err(error.into()),
    };
    let stat = fstat(&file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Ok(Content::NoFile);
    }
    let size = u64::try_from(stat.st_size).unwrap_or_default();
    if size > most {
        return Ok(Content::TooLarge(size));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
    // It may grow while it is read.
    let read = file.take(most + 1).read_to_end(&mut bytes)?;
    if read as u64 > most {
        return Ok(Content::TooLarge(read as u64));
    }
    Ok(Content::Bytes(bytes, stat))
}
