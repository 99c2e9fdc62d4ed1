//! `git push`.

use std::path::Path;

use super::failure;
use super::process::Finished;
use super::program::{Arguments, GitProgram};
use super::text::{clean, own_lines, server_lines};
use crate::error::{Error, ErrorKind};
use crate::remote::Remote;
use crate::transport::{Call, Lease, Move, MoveReport, PushReport, PushRequest};

const ACTION: &str = "push to";

pub(super) fn push(
    git: &GitProgram,
    call: Call<'_>,
    repository: &Path,
    request: &PushRequest,
) -> Result<PushReport, Error> {
    let arguments = Arguments {
        repository: Some(repository),
        setting: None,
        subcommand: "push",
        rest: arguments(call.remote, request),
        input: String::new(),
    };
    let finished = git.run(call, ACTION, &arguments)?;
    if request.atomic && lacks_atomic(&finished) {
        return Ok(PushReport {
            lacks_atomic: true,
            ..PushReport::default()
        });
    }
    report(&finished, call.remote, request)
}

fn arguments(remote: &Remote, request: &PushRequest) -> Vec<String> {
    let fixed = [
        "--porcelain",
        "--no-verify",
        "--no-signed",
        "--recurse-submodules=no",
    ];
    let mut rest: Vec<String> = fixed.map(str::to_owned).to_vec();
    rest.extend(request.atomic.then(|| "--atomic".to_owned()));
    rest.extend(request.dry_run.then(|| "--dry-run".to_owned()));
    rest.extend(request.moves.iter().filter_map(lease));
    rest.extend(
        request
            .options
            .iter()
            .map(|option| format!("--push-option={option}")),
    );
    rest.extend(["--".to_owned(), remote.location().as_str().to_owned()]);
    rest.extend(
        request
            .moves
            .iter()
            .map(|one| format!("{}:{}", one.id, one.to)),
    );
    rest
}

/// An empty id says that the ref must not be there.
fn lease(one: &Move) -> Option<String> {
    match one.lease {
        Lease::FastForward => None,
        Lease::Seen(seen) => {
            let seen = seen.map(|id| id.to_string()).unwrap_or_default();
            Some(format!("--force-with-lease={}:{seen}", one.to))
        }
    }
}

fn lacks_atomic(finished: &Finished) -> bool {
    let stderr = String::from_utf8_lossy(&finished.stderr);
    !finished.status.success()
        && own_lines(&stderr).any(|line| line.contains("does not support --atomic"))
}

/// A push that failed before the server spoke of the refs is an error; a refused ref is an answer.
fn report(
    finished: &Finished,
    remote: &Remote,
    request: &PushRequest,
) -> Result<PushReport, Error> {
    let secrets = remote.secrets();
    let moves: Vec<MoveReport> = String::from_utf8_lossy(&finished.stdout)
        .lines()
        .filter_map(parse)
        .collect();
    let refused = moves.iter().any(|one| one.refused.is_some());
    if !finished.status.success() && (!refused || moves.iter().any(is_unheard)) {
        return unauthorized(finished, remote, request).ok_or_else(|| broken_off(finished, remote));
    }
    let message = clean(
        &server_lines(&String::from_utf8_lossy(&finished.stderr)),
        &secrets,
    );
    let cleaned = |one: MoveReport| MoveReport {
        refused: one.refused.map(|text| clean(&text, &secrets)),
        ..one
    };
    Ok(PushReport {
        moves: moves.into_iter().map(cleaned).collect(),
        message,
        lacks_atomic: false,
    })
}

/// What `git` says of a ref when the server took the commit in and went silent.
fn is_unheard(one: &MoveReport) -> bool {
    let refused = one.refused.as_deref();
    refused.is_some_and(|text| text.contains("remote failed to report status"))
}

/// What `git` says when the server, or something in front of it, broke off after the commit was sent.
const BROKEN_OFF: &[&str] = &[
    "rpc failed",
    "hung up unexpectedly",
    "unexpected disconnect",
    "early eof",
];

fn broken_off(finished: &Finished, remote: &Remote) -> Error {
    let error = failure::explain(ACTION, remote, finished);
    let stderr = String::from_utf8_lossy(&finished.stderr).to_lowercase();
    let broke = || own_lines(&stderr).any(|line| BROKEN_OFF.iter().any(|says| line.contains(says)));
    match error.kind() {
        ErrorKind::GitFailed => error.unclear(),
        ErrorKind::Unreachable if broke() => error.unclear(),
        // A server that says what it refuses may be told to have hung up as well.
        _ => error,
    }
}

/// Servers that may be read but not written by these credentials say so before they hear of refs.
const READ_ONLY: &[&str] = &[
    "returned error: 403",
    "marked as read only",
    "write access",
    "not allowed to push",
    "not authorized",
];

fn unauthorized(finished: &Finished, remote: &Remote, request: &PushRequest) -> Option<PushReport> {
    let stderr = String::from_utf8_lossy(&finished.stderr);
    let says = |line: &&str| {
        READ_ONLY
            .iter()
            .any(|phrase| line.to_lowercase().contains(phrase))
    };
    let line = own_lines(&stderr).find(says)?;
    let refused = Some(clean(line, &remote.secrets()));
    let to = request.moves.first()?.to.clone();
    let message = clean(&server_lines(&stderr), &remote.secrets());
    Some(PushReport {
        moves: vec![MoveReport {
            to,
            refused,
            unchanged: false,
        }],
        message,
        lacks_atomic: false,
    })
}

/// `<flag>\t<from>:<to>\t<summary> (<reason>)`; the flag `!` says that the ref was refused, `=` that it was there
/// already.
fn parse(line: &str) -> Option<MoveReport> {
    let mut fields = line.splitn(3, '\t');
    let (flag, names, summary) = (fields.next()?, fields.next()?, fields.next()?);
    let to = names.split_once(':')?.1.to_owned();
    Some(MoveReport {
        to,
        refused: (flag == "!").then(|| summary.to_owned()),
        unchanged: flag == "=",
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn lines_of_the_porcelain() {
        let ok = parse(" \t1234:refs/heads/main\t1234..5678").unwrap();
        assert_eq!((ok.to.as_str(), ok.refused), ("refs/heads/main", None));
        let no = parse("!\t1234:refs/heads/main\t[remote rejected] (pre-receive hook declined)")
            .unwrap();
        assert_eq!(
            no.refused.as_deref(),
            Some("[remote rejected] (pre-receive hook declined)")
        );
        assert!(parse("To file:///srv/x.git").is_none());
        assert!(parse("Done").is_none());
    }
}
