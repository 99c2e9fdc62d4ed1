//! Updates a folder of manifests in place, as a program would that embeds `markers`: both cores walk the files.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread,
};

use tagwright_markers::{Decision, Syntax, may_hold_marker, plan};

/// Sets every scalar marked with `setter` below `root` and gives the number of edits.
pub(crate) fn update(root: &Path, setter: &str, value: &str) -> io::Result<usize> {
    let files = files(root)?;
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<usize> {
        let mut edits = 0;
        while let Some(file) = files.get(next.fetch_add(1, Relaxed)) {
            edits += update_file(file, setter, value)?;
        }
        Ok(edits)
    };
    thread::scope(|scope| {
        let other = scope.spawn(work);
        Ok(work()? + other.join().expect("the other thread reads files, too")?)
    })
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

fn update_file(file: &Path, setter: &str, value: &str) -> io::Result<usize> {
    let before = fs::read(file)?;
    let Some((edits, after)) = updated(&before, setter, value) else {
        return Ok(0);
    };
    fs::write(file, after)?;
    Ok(edits)
}

/// The number of edits and the new text, when there is any.
pub(crate) fn updated(text: &[u8], setter: &str, value: &str) -> Option<(usize, Vec<u8>)> {
    let syntax = Syntax::flux();
    if !may_hold_marker(text, &syntax) {
        return None;
    }
    let decide = |marker: &tagwright_markers::Marker, _old: &str| {
        if marker.setter() == setter {
            Decision::Set(value.to_owned())
        } else {
            Decision::Unknown { nearest: None }
        }
    };
    let plan = plan(text, &syntax, decide).expect("the generated manifests parse");
    let edits = plan.edits().len();
    (edits > 0).then(|| {
        (
            edits,
            plan.apply().expect("the generated manifests can be edited"),
        )
    })
}
