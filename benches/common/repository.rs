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

/// A bare repository of these files, packed, that serves partial clones too.
pub(crate) fn bare(files: impl Iterator<Item = File>) -> BareRepository {
    let files: Vec<File> = files.collect();
    let contents: Vec<(&str, &[u8])> = files
        .iter()
        .map(|file| (file.path.as_str(), file.text.as_bytes()))
        .collect();
    let repository = BareRepository::new();
    repository.commit("main", &contents, "add the services");
    repository.git(&["repack", "-adq"]);
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    repository
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
