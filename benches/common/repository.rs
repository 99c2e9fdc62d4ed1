//! A repository of 10,000 files, and one update of it.

use std::ops::ControlFlow;

use tagwright_gitwrite::{
    Change, CommitSpec, Committed, Content, Control, Error, Push, PushOutcome, Signature, Snapshot,
    TreePath,
};
use tagwright_markers::{Syntax, may_hold_marker};
use tagwright_testkit::git::BareRepository;

use super::tree::{self, File};

/// The size up to which files are read, far above any of the tree's.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// How many commits lead to the files as they are.
const COMMITS: usize = 500;
/// What stood at the image before.
const BEFORE: &str = "ghcr.io/stefanprodan/podinfo:6.4.1";

/// A bare repository of these files, packed, that serves partial clones too. Its first commit has them with an older
/// image, each of the others updates some, and the last leaves them as they are given.
pub(crate) fn bare(files: impl Iterator<Item = File>) -> BareRepository {
    let files: Vec<File> = files.collect();
    let repository = BareRepository::new();
    repository.fast_import(&history(&files));
    repository.git(&["repack", "-adq"]);
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    repository
}

fn history(files: &[File]) -> Vec<u8> {
    let mut stream = Vec::new();
    let old = files
        .iter()
        .map(|file| (&file.path, file.text.replace(tree::OLD, BEFORE)));
    commit(&mut stream, 0, old);
    let updates = COMMITS - 1;
    for number in 0..updates {
        let part = &files[number * files.len() / updates..(number + 1) * files.len() / updates];
        let new = part.iter().map(|file| (&file.path, file.text.clone()));
        commit(&mut stream, number + 1, new);
    }
    stream
}

/// A commit for `git fast-import`, on top of the one before.
fn commit<'a>(
    stream: &mut Vec<u8>,
    number: usize,
    files: impl Iterator<Item = (&'a String, String)>,
) {
    let time = 1_700_000_000 + 3600 * number;
    stream.extend_from_slice(
        format!("commit refs/heads/main\ncommitter bench <bench@example.com> {time} +0000\ndata 6\nupdate\n")
            .as_bytes(),
    );
    for (path, text) in files {
        let head = format!("M 100644 inline {path}\ndata {}\n", text.len());
        stream.extend_from_slice(head.as_bytes());
        stream.extend_from_slice(text.as_bytes());
        stream.push(b'\n');
    }
}

/// Reads every manifest and counts those that may hold a marker.
pub(crate) fn marked_files(snapshot: &Snapshot) -> Result<usize, Error> {
    let syntax = Syntax::flux();
    let mut marked = 0;
    snapshot.visit(
        |path| path.ends_with(".yaml"),
        MAX_BYTES,
        |entry| {
            marked += usize::from(
                matches!(entry.content, Content::Bytes(bytes) if may_hold_marker(bytes, &syntax)),
            );
            ControlFlow::Continue(())
        },
        &Control::new(),
    )?;
    Ok(marked)
}

/// Commits one file and pushes to `main`.
pub(crate) fn change(snapshot: &Snapshot, file: &str, content: Vec<u8>) -> Result<(), Error> {
    let change = Change::write(TreePath::new(file)?, content);
    let author = Signature::new("bench", "bench@example.com")?;
    let spec = CommitSpec::new(author, "Update from image update automation")?;
    let Committed::Commit(commit) = snapshot.commit(&[change], &spec)? else {
        panic!("the new content differs from the old");
    };
    let outcome = commit.push(&Push::to_branch("main")?, &Control::new())?;
    assert!(matches!(outcome, PushOutcome::Pushed { .. }), "{outcome:?}");
    Ok(())
}

/// The first file of the tree at its `revision`-th update: never the same twice.
pub(crate) fn content(revision: usize) -> Vec<u8> {
    let image = tree::OLD.replace("6.5.0", &format!("7.0.{revision}"));
    tree::manifest(0, true)
        .replace(tree::OLD, &image)
        .into_bytes()
}
