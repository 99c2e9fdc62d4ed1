//! Updates a folder of manifests in place, as a program would that embeds `markers`: all cores walk it.

use std::{
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    num::NonZero,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

use tagwright_markers::{Decision, FilePlan, Marker, Syntax, may_hold_marker, plan};

/// How a changed file is written: its path, the bytes before and those after.
pub(crate) type Write = fn(&Path, &[u8], &[u8]) -> io::Result<()>;

/// Sets every scalar marked with `setter` below `root` and gives the number of edits.
pub(crate) fn update(root: &Path, setter: &str, value: &str, write: Write) -> io::Result<usize> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let walk = Mutex::new(Walk {
        open: vec![Task::Folder(root.to_owned())],
        busy: 0,
    });
    let work = || -> io::Result<usize> {
        let (mut edits, mut buffer) = (0, vec![0; 64 << 10]);
        while let Some(task) = next(&walk) {
            let done = match task {
                Task::Folder(folder) => list(&folder).map(|tasks| (0, tasks)),
                Task::Files(files) => files
                    .iter()
                    .map(|file| update_file(file, setter, value, write, &mut buffer))
                    .sum::<io::Result<usize>>()
                    .map(|edits| (edits, Vec::new())),
            };
            let mut walk = walk.lock().expect("no thread panics with it");
            walk.busy -= 1;
            let (more, tasks) = done?;
            edits += more;
            walk.open.extend(tasks);
        }
        Ok(edits)
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        let join =
            |other: thread::ScopedJoinHandle<'_, _>| other.join().expect("it has not panicked");
        others.into_iter().map(join).chain([own]).sum()
    })
}

/// What is still to be done, and how many threads may find more.
struct Walk {
    open: Vec<Task>,
    busy: usize,
}

enum Task {
    Folder(PathBuf),
    Files(Vec<PathBuf>),
}

/// The next task; `None` when all is done.
fn next(walk: &Mutex<Walk>) -> Option<Task> {
    loop {
        let mut walk = walk.lock().expect("no thread panics with it");
        if let Some(task) = walk.open.pop() {
            walk.busy += 1;
            return Some(task);
        }
        if walk.busy == 0 {
            return None;
        }
        drop(walk);
        thread::yield_now();
    }
}

/// The regular files below a folder.
pub(crate) fn files(root: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut folders, mut files) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    Ok(files)
}

/// The folders in a folder, and its YAML files, in shares.
fn list(folder: &Path) -> io::Result<Vec<Task>> {
    const SHARE: usize = 64;
    let (mut tasks, mut files) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            tasks.push(Task::Folder(entry.path()));
        } else if kind.is_file() && is_yaml(entry.file_name().as_encoded_bytes()) {
            files.push(entry.path());
        }
    }
    tasks.extend(files.chunks(SHARE).map(|files| Task::Files(files.to_vec())));
    Ok(tasks)
}

fn is_yaml(name: &[u8]) -> bool {
    name.ends_with(b".yaml") || name.ends_with(b".yml")
}

fn update_file(
    path: &Path,
    setter: &str,
    value: &str,
    write: Write,
    buffer: &mut Vec<u8>,
) -> io::Result<usize> {
    let length = read(path, buffer)?;
    let before = &buffer[..length];
    let Some((edits, after)) = updated(before, setter, value) else {
        return Ok(0);
    };
    write(path, before, &after)?;
    Ok(edits)
}

/// Reads a regular file into the start of the buffer; how long it is.
///
/// Such a file is read short at its end only, so most need one call; memory is that of the largest.
fn read(path: &Path, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let mut file = File::open(path)?;
    let mut length = 0;
    loop {
        let read = file.read(&mut buffer[length..])?;
        length += read;
        if length < buffer.len() {
            return Ok(length);
        }
        buffer.resize(buffer.len() * 2, 0);
    }
}

/// Truncates the file and writes all of it, as the peer does.
pub(crate) fn truncating(path: &Path, _before: &[u8], after: &[u8]) -> io::Result<()> {
    fs::write(path, after)
}

/// Writes what differs, from the first byte on that does: not atomic, as the peer's writing is not.
pub(crate) fn in_place(path: &Path, before: &[u8], after: &[u8]) -> io::Result<()> {
    let same = before
        .iter()
        .zip(after)
        .take_while(|(old, new)| old == new)
        .count();
    let mut file = File::options().write(true).open(path)?;
    file.seek(SeekFrom::Start(same as u64))?;
    file.write_all(&after[same..])?;
    if after.len() < before.len() {
        file.set_len(after.len() as u64)?;
    }
    Ok(())
}

/// The number of edits and the new text, when there is any.
pub(crate) fn updated(text: &[u8], setter: &str, value: &str) -> Option<(usize, Vec<u8>)> {
    let plan = plan_of(text, setter, value)?;
    let edits = plan.edits().len();
    (edits > 0).then(|| {
        (
            edits,
            plan.apply().expect("the generated manifests can be edited"),
        )
    })
}

fn plan_of<'a>(text: &'a [u8], setter: &str, value: &str) -> Option<FilePlan<'a>> {
    let syntax = Syntax::flux();
    if !may_hold_marker(text, &syntax) {
        return None;
    }
    let decide = |marker: &Marker, _old: &str| {
        if marker.setter() == setter {
            Decision::Set(value.to_owned())
        } else {
            Decision::Unknown { nearest: None }
        }
    };
    Some(plan(text, &syntax, decide).expect("the generated manifests parse"))
}
