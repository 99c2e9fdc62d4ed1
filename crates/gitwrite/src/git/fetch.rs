//! `git fetch`.

use std::fs;
use std::path::Path;

use super::process::Finished;
use super::program::{Arguments, GitProgram, succeeded};
use super::text::own_lines;
use crate::error::{Error, ErrorKind};
use crate::news::COMMITS;
use crate::object_id::ObjectId;
use crate::reference::Ref;
use crate::repository::PROMISOR;
use crate::transport::{Call, Destination, Extent, Fetched};

/// What every fetch is told: nothing but what is asked for comes, and nothing but it is written.
const FIXED: [&str; 5] = [
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-recurse-submodules",
    "--no-show-forced-updates",
];

/// Brings the ref.
pub(super) fn fetch(
    git: &GitProgram,
    call: Call<'_>,
    reference: &Ref,
    into: &Destination<'_>,
    extent: Extent,
) -> Result<Fetched, Error> {
    let action = format!("fetch {reference} from");
    let mut rest: Vec<String> = FIXED.map(str::to_owned).to_vec();
    let depth = match extent {
        Extent::News { depth, .. } => depth,
        Extent::Snapshot | Extent::Whole => 1,
    };
    rest.push(format!("--depth={depth}"));
    match filter(call, extent) {
        Some(filter) => rest.extend([
            format!("--filter={filter}"),
            "--".to_owned(),
            PROMISOR.to_owned(),
        ]),
        // A URL has no promise kept to it, so nothing is left out.
        None => rest.extend(["--".to_owned(), call.remote.location().as_str().to_owned()]),
    }
    rest.push(format!("+{}:{}", reference.full_name(), into.name));
    let arguments = Arguments {
        repository: Some(into.repository),
        // A tip of the repository that is borrowed from ends its history there, not here.
        setting: matches!(extent, Extent::News { .. })
            .then_some("core.alternateRefsPrefixes=refs/none"),
        subcommand: "fetch",
        rest,
        input: String::new(),
    };
    let finished = git.run(call, &action, &arguments)?;
    if has_other_hash(&finished) {
        return Ok(Fetched::OtherHash);
    }
    succeeded(finished, &action, call.remote).map_err(|error| error.on(reference))?;
    read_ref(into).map(Fetched::Object)
}

fn filter(call: Call<'_>, extent: Extent) -> Option<String> {
    match extent {
        Extent::Whole => None,
        Extent::News { commits_only, .. } if commits_only => Some(COMMITS.to_owned()),
        Extent::Snapshot | Extent::News { .. } => call.remote.blobs_wanted().filter(),
    }
}

/// Brings blobs by their ids, told on standard input, as `git` itself does for what was left out.
pub(super) fn fetch_blobs(
    git: &GitProgram,
    call: Call<'_>,
    repository: &Path,
    ids: &[ObjectId],
) -> Result<(), Error> {
    const ACTION: &str = "fetch files from";
    let mut rest: Vec<String> = FIXED.map(str::to_owned).to_vec();
    rest.extend(["--filter=blob:none", "--stdin", "--", PROMISOR].map(str::to_owned));
    let input = ids
        .iter()
        .fold(String::new(), |text, id| text + &format!("{id}\n"));
    let arguments = Arguments {
        repository: Some(repository),
        // Told of the commit that is here, the server would take its files for here, too.
        setting: Some("fetch.negotiationAlgorithm=noop"),
        subcommand: "fetch",
        rest,
        input,
    };
    succeeded(git.run(call, ACTION, &arguments)?, ACTION, call.remote).map(drop)
}

fn has_other_hash(finished: &Finished) -> bool {
    let stderr = String::from_utf8_lossy(&finished.stderr);
    !finished.status.success()
        && own_lines(&stderr).any(|line| line.contains("mismatched algorithms"))
}

/// The repository is ours and new, so its refs are files.
fn read_ref(of: &Destination<'_>) -> Result<ObjectId, Error> {
    let text = fs::read_to_string(of.repository.join(of.name))
        .map_err(|e| Error::storage("read a fetched ref", e))?;
    text.trim_end().parse().map_err(|_| {
        Error::new(
            ErrorKind::Storage,
            "cannot read a fetched ref: it is no id; try again",
        )
    })
}
