//! `git ls-remote`.

use super::program::{Arguments, GitProgram, succeeded};
use crate::error::{Error, ErrorKind};
use crate::transport::{Call, Listing};

const ACTION: &str = "list the refs of";

pub(super) fn list(git: &GitProgram, call: Call<'_>, names: &[String]) -> Result<Listing, Error> {
    let mut rest: Vec<String> = ["--quiet", "--symref", "--"].map(str::to_owned).to_vec();
    rest.push(call.remote.location().as_str().to_owned());
    // They are patterns to git, but no valid name holds a special character of one; tags are asked for by theirs.
    rest.extend(names.iter().cloned());
    let arguments = Arguments {
        repository: None,
        setting: None,
        subcommand: "ls-remote",
        rest,
        input: String::new(),
    };
    let finished = succeeded(git.run(call, ACTION, &arguments)?, ACTION, call.remote)?;
    let text = String::from_utf8_lossy(&finished.stdout);
    let listing = parse(&text).ok_or_else(|| malformed(call))?;
    Ok(only(listing, names))
}

/// The pattern `refs/heads/x` fits `refs/other/refs/heads/x` as well.
fn only(mut listing: Listing, names: &[String]) -> Listing {
    let is_meant = |found: &str, name: &String| match name.strip_suffix('*') {
        Some(prefix) => found.starts_with(prefix),
        None => found == name,
    };
    let meant = |found: &str| names.iter().any(|name| is_meant(found, name));
    listing.refs.retain(|(found, _)| meant(found));
    listing
}

/// Lines `<id>\t<name>`, and `ref: <target>\tHEAD`.
fn parse(text: &str) -> Option<Listing> {
    let mut listing = Listing::default();
    for line in text.lines() {
        let (left, name) = line.split_once('\t')?;
        match left.strip_prefix("ref: ") {
            Some(target) if name == "HEAD" => listing.head = Some(target.to_owned()),
            Some(_) => {}
            None => listing.refs.push((name.to_owned(), left.parse().ok()?)),
        }
    }
    Some(listing)
}

fn malformed(call: Call<'_>) -> Error {
    let url = call.remote.location();
    let message = format!(
        "cannot {ACTION} {url}: the list is malformed; check that the URL is that of a git server"
    );
    Error::new(ErrorKind::Unreachable, message).at(url)
}

#[cfg(test)]
mod tests {
    use super::{only, parse};

    #[test]
    fn head_peeled_tags_and_exact_names() {
        let id = "d670460b4b4aece5915caf5c68d12f560a9fe3e4";
        let text = format!(
            "ref: refs/heads/main\tHEAD\n{id}\tHEAD\n{id}\trefs/x/HEAD\n{id}\trefs/tags/v1^{{}}\n"
        );
        let listing = parse(&text).unwrap();
        assert_eq!(listing.head.as_deref(), Some("refs/heads/main"));
        assert!(listing.peeled("refs/tags/v1").is_some());
        assert_eq!(only(listing, &["HEAD".to_owned()]).refs.len(), 1);
    }

    #[test]
    fn what_is_no_list() {
        assert!(parse("<html>").is_none());
        assert!(parse("zz\trefs/heads/main").is_none());
    }
}
