//! Where a repository is.

use std::fmt;
use std::path::Path;

use crate::error::{Error, ErrorKind};

/// A checked URL that `git` takes as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RemoteUrl {
    scheme: Scheme,
    /// What `git` is given.
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    File,
    Git,
    Http,
    Https,
    Ssh,
}

impl Scheme {
    /// The name in a URL, which is also git's name for it in `protocol.<name>.allow`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Scheme::File => "file",
            Scheme::Git => "git",
            Scheme::Http => "http",
            Scheme::Https => "https",
            Scheme::Ssh => "ssh",
        }
    }
}

impl RemoteUrl {
    pub(crate) fn parse(text: &str) -> Result<RemoteUrl, Error> {
        if text.is_empty() || text.contains(|c: char| c.is_control()) {
            return Err(invalid(text, "it is empty or holds a control character"));
        }
        match text.split_once("://") {
            Some((scheme, rest)) => parse_url(text, scheme, rest),
            None => parse_bare(text),
        }
    }

    pub(crate) fn scheme(&self) -> Scheme {
        self.scheme
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// `https://host:port`, the part that a credential is good for.
    pub(crate) fn origin(&self) -> &str {
        let start = self.text.find("://").map_or(0, |at| at + 3);
        let end = self.text[start..]
            .find('/')
            .map_or(self.text.len(), |at| start + at);
        &self.text[..end]
    }
}

/// As it is: nothing that could be a secret is let into it.
impl fmt::Display for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn parse_url(text: &str, scheme: &str, rest: &str) -> Result<RemoteUrl, Error> {
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "file" => Scheme::File,
        "git" => Scheme::Git,
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        "ssh" | "git+ssh" | "ssh+git" => Scheme::Ssh,
        _ => {
            return Err(invalid(
                text,
                "expected file, git, http, https or ssh before '://'",
            ));
        }
    };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    match scheme {
        Scheme::File => check_file(text, authority)?,
        Scheme::Git | Scheme::Http | Scheme::Https => check_http(text, authority)?,
        Scheme::Ssh => check_ssh(text, authority)?,
    }
    if path.len() < 2 {
        return Err(invalid(text, "the path of the repository is missing"));
    }
    Ok(RemoteUrl {
        scheme,
        text: format!("{}://{rest}", scheme.name()),
    })
}

/// A path, or the form `user@host:path` that git knows besides URLs: a colon before the first slash.
fn parse_bare(text: &str) -> Result<RemoteUrl, Error> {
    if names_helper(text) {
        return Err(invalid(
            text,
            "git would run a program for the word before '::'; write a URL or a path",
        ));
    }
    match text.split_once(':') {
        Some((host, path)) if !host.contains('/') => {
            // `user:password@host:path`, of which git would take `user` for the host.
            let meant = path
                .split_once('@')
                .is_some_and(|(_, rest)| rest.contains(':'));
            check_ssh(text, if meant { text } else { host })?;
            if path.is_empty() || path.starts_with('-') {
                Err(invalid(text, "the path of the repository is missing"))
            } else {
                Ok(RemoteUrl {
                    scheme: Scheme::Ssh,
                    text: text.to_owned(),
                })
            }
        }
        _ => local_path(text),
    }
}

/// For `word::` git runs the program `git-remote-word`, and `ext::` runs any. The word is spelled as a scheme is, so
/// `[::1]:path` is a host.
fn names_helper(text: &str) -> bool {
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    text.split_once("::")
        .is_some_and(|(word, _)| word.chars().all(is_scheme))
}

fn local_path(text: &str) -> Result<RemoteUrl, Error> {
    let absolute = std::path::absolute(Path::new(text)).ok();
    let path = absolute
        .as_deref()
        .and_then(Path::to_str)
        .ok_or_else(|| invalid(text, "it is no path in UTF-8"))?;
    Ok(RemoteUrl {
        scheme: Scheme::File,
        text: path.to_owned(),
    })
}

fn check_file(text: &str, authority: &str) -> Result<(), Error> {
    if authority.is_empty() {
        Ok(())
    } else {
        Err(invalid(text, "expected an absolute path, 'file:///path'"))
    }
}

fn check_http(text: &str, authority: &str) -> Result<(), Error> {
    if authority.contains('@') {
        return Err(invalid(
            text,
            "credentials stand in it; hand them over apart from it",
        ));
    }
    // Some servers take a token there, and git would show it: in its arguments, and in its words.
    if text.contains(['?', '#']) {
        return Err(invalid(
            text,
            "a query or a fragment stands in it; hand credentials over apart from it",
        ));
    }
    check_host(text, authority)
}

fn check_ssh(text: &str, authority: &str) -> Result<(), Error> {
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if user.contains(':') {
        return Err(invalid(
            text,
            "a password stands in it; hand over a key, apart from it",
        ));
    }
    // ssh would take these for an option; git guards against it as well.
    if user.starts_with('-') {
        return Err(invalid(text, "the user begins with '-'"));
    }
    check_host(text, host)
}

/// The scheme and the authority of a proxy.
pub(crate) fn check_proxy(text: &str) -> Result<(String, String), Error> {
    let refuse = |why: &str| {
        let shown: String = without_secrets(text).chars().take(200).collect();
        let message = format!("invalid proxy URL {shown:?}: {why}");
        Err(Error::new(ErrorKind::InvalidUrl, message))
    };
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    if !["http", "https", "socks5", "socks5h"].contains(&scheme) {
        return refuse("expected http, https, socks5 or socks5h before '://'");
    }
    if rest.contains('@') {
        return refuse("credentials stand in it; hand them over apart from it");
    }
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    if check_host(text, authority).is_err() {
        return refuse("the host is missing or no name of one");
    }
    Ok((scheme.to_owned(), authority.to_owned()))
}

fn check_host(text: &str, host: &str) -> Result<(), Error> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_:[]%".contains(c);
    if !host.is_empty() && !host.starts_with(['-', ':']) && host.chars().all(allowed) {
        Ok(())
    } else {
        Err(invalid(text, "the host is missing or no name of one"))
    }
}

fn invalid(text: &str, why: &str) -> Error {
    let shown: String = without_secrets(text).chars().take(200).collect();
    Error::new(
        ErrorKind::InvalidUrl,
        format!("invalid repository URL {shown:?}: {why}"),
    )
}

/// The text without what stands before an `@`, and without a query. A password can hold a `?` itself, so with an `@`
/// behind it nothing can be told apart.
fn without_secrets(text: &str) -> String {
    let (scheme, rest) = text.split_at(text.find("://").map_or(0, |at| at + 3));
    let (shown, query) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    if query.contains('@') {
        return format!("{scheme}***");
    }
    match shown.rfind('@') {
        Some(at) => format!("{scheme}***{}", &shown[at..]),
        None => format!("{scheme}{shown}"),
    }
}
