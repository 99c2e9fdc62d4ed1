//! `git fetch`.

use std::fs;

use super::process::Finished;
use super::program::{Arguments, GitProgram, succeeded};
use super::text::own_lines;
use crate::error::{Error, ErrorKind};
use crate::object_id::ObjectId;
use crate::reference::Ref;
use crate::transport::{Call, Destination, Fetched};

/// Brings the ref. `depth` are the options that say how much of it.
pub(super) fn fetch(
    git: &GitProgram,
    call: Call<'_>,
    reference: &Ref,
    into: &Destination<'_>,
    depth: &[&str],
) -> Result<Fetched, Error> {
    let action = format!("fetch {reference} from");
    let fixed = [
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-recurse-submodules",
        "--no-show-forced-updates",
    ];
    let mut rest: Vec<String> = fixed
        .iter()
        .chain(depth)
        .map(|&option| option.to_owned())
        .collect();
    rest.extend(["--".to_owned(), call.remote.location().as_str().to_owned()]);
    rest.push(format!("+{}:{}", reference.full_name(), into.name));
    let arguments = Arguments {
        repository: Some(into.repository),
        subcommand: "fetch",
        rest,
    };
    let finished = git.run(call, &action, &arguments)?;
    if has_other_hash(&finished) {
        return Ok(Fetched::OtherHash);
    }
    succeeded(finished, &action, call.remote).map_err(|error| error.on(reference))?;
    read_ref(into).map(Fetched::Object)
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
