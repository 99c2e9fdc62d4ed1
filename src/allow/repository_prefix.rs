//! Git repositories, by URLs that mean the same wherever they are read.

/// A URL of a Git repository, or what lies below one.
#[derive(Clone, Debug)]
pub(super) struct RepositoryPrefix(Normal);

/// A URL taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Normal {
    scheme: &'static str,
    /// Lower-case, with a port that is not the scheme's own.
    host: String,
    path: Vec<String>,
}

impl RepositoryPrefix {
    pub(super) fn new(url: &str) -> Result<Self, String> {
        // It is not repeated: it may hold a password.
        let wrong = || {
            "a repository on the list is no plain URL; write scheme, host and path, without a password, a query or .."
                .to_owned()
        };
        normal(url).map(Self).ok_or_else(wrong)
    }

    /// Whether a repository is this one, or lies below it.
    pub(super) fn takes(&self, url: &str) -> bool {
        normal(url).is_some_and(|asked| {
            let ours = &self.0;
            asked.scheme == ours.scheme
                && asked.host == ours.host
                && asked.path.starts_with(&ours.path)
        })
    }
}

/// One text for all spellings of a URL that surely are one repository: the text itself where that is not sure.
pub(crate) fn normal_url(url: &str) -> String {
    match normal(url) {
        Some(normal) => format!(
            "{}://{}/{}",
            normal.scheme,
            normal.host,
            normal.path.join("/")
        ),
        None => url.to_owned(),
    }
}

/// Where a repository surely is, by whatever scheme it is reached: `host/path`, or a path of this machine. Nothing where
/// that is not sure.
pub(crate) fn repository_place(url: &str) -> Option<String> {
    let Normal { host, path, .. } = normal(url)?;
    let home = path.first().is_some_and(|first| first == "~");
    let path = path[usize::from(home)..].join("/");
    Some(format!("{host}/{path}"))
}

/// Nothing for what one reader may take for another place than the next.
fn normal(url: &str) -> Option<Normal> {
    let is_odd =
        |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '?' | '#' | '%');
    if url.contains(is_odd) {
        return None;
    }
    match url.split_once("://") {
        Some((scheme, rest)) => with_scheme(&scheme.to_ascii_lowercase(), rest),
        None if url.starts_with('/') => Some(Normal {
            scheme: "file",
            host: String::new(),
            path: segments(url)?,
        }),
        None => of_scp(url),
    }
}

fn with_scheme(scheme: &str, rest: &str) -> Option<Normal> {
    let (scheme, port) = match scheme {
        "https" => ("https", "443"),
        "http" => ("http", "80"),
        "ssh" | "git+ssh" | "ssh+git" => ("ssh", "22"),
        "git" => ("git", "9418"),
        "file" => ("file", ""),
        _ => return None,
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Some(Normal {
        scheme,
        host: match scheme {
            "file" if authority.is_empty() => String::new(),
            "file" => return None,
            scheme => host(authority, scheme == "ssh", port)?,
        },
        path: segments(path)?,
    })
}

/// `user@host:path`, whose path begins in the home of the user: no path from the root is that.
fn of_scp(url: &str) -> Option<Normal> {
    let (authority, path) = url.split_once(':')?;
    if authority.contains(['/', '[']) {
        return None;
    }
    let mut segments = segments(path)?;
    if !path.starts_with('/') {
        segments.insert(0, "~".to_owned());
    }
    Some(Normal {
        scheme: "ssh",
        host: host(authority, true, "22")?,
        path: segments,
    })
}

/// A user is the same for all in SSH, and nowhere else.
fn host(authority: &str, may_have_user: bool, default_port: &str) -> Option<String> {
    let host = match authority.split_once('@') {
        Some((user, host)) if may_have_user && !user.contains(':') => host,
        Some(_) => return None,
        None => authority,
    };
    if host.is_empty() || host.contains('@') {
        return None;
    }
    let host = host.to_ascii_lowercase();
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (host.as_str(), None),
    };
    let in_brackets = name.starts_with('[') && name.ends_with(']');
    if name.contains(['[', ']', ':']) && !in_brackets {
        return None;
    }
    let is_number = |port: &str| port.bytes().all(|b| b.is_ascii_digit());
    match port {
        Some(port) if !is_number(port) || name.is_empty() => None,
        Some(port) if port.is_empty() || port == default_port => Some(name.to_owned()),
        _ => Some(host.clone()),
    }
}

/// The names of a path, without the `.git` at its end; nothing when it does not go straight down.
fn segments(path: &str) -> Option<Vec<String>> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() {
        return Some(Vec::new());
    }
    let bare = path.strip_suffix(".git");
    // Of `x.git.git` nobody knows whether it is `x.git`.
    let is_sure = |bare: &&str| !bare.ends_with('/') && !bare.ends_with(".git");
    let path = bare.filter(is_sure).unwrap_or(path);
    let segments: Vec<String> = path.split('/').map(str::to_owned).collect();
    let goes_down = |segment: &String| !matches!(segment.as_str(), "" | "." | "..");
    segments.iter().all(goes_down).then_some(segments)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn takes(prefix: &str, url: &str) -> bool {
        RepositoryPrefix::new(prefix)
            .expect("the prefix is one")
            .takes(url)
    }

    #[test]
    fn spellings_of_one_repository_are_one() {
        for (prefix, url) in [
            (
                "https://git.example.com/team",
                "https://git.example.com/team/fleet.git",
            ),
            (
                "https://git.example.com/team/",
                "https://GIT.example.com:443/team/fleet/",
            ),
            (
                "https://git.example.com/team/fleet",
                "https://git.example.com/team/fleet.git",
            ),
            (
                "https://git.example.com/team/fleet.git",
                "https://git.example.com/team/fleet",
            ),
            (
                "https://git.example.com",
                "https://git.example.com/any/thing",
            ),
            ("ssh://git@github.com/org", "ssh://github.com:22/org/app"),
            ("git@github.com:org/", "git@github.com:org/app.git"),
            ("git@host:/srv/git", "ssh://me@host/srv/git/app"),
            ("/srv/git", "file:///srv/git/app.git"),
            ("https://[::1]:8443/x", "https://[::1]:8443/x/y"),
        ] {
            assert!(takes(prefix, url), "{prefix} {url}");
        }
    }

    #[test]
    fn another_place_is_no_spelling() {
        for (prefix, url) in [
            (
                "https://git.example.com/team",
                "https://git.example.com/team-b/fleet",
            ),
            (
                "https://git.example.com/team",
                "https://git.example.com/other/team/fleet",
            ),
            (
                "https://git.example.com/team",
                "https://git.example.com/team/../other",
            ),
            (
                "https://git.example.com/team",
                "https://git.example.com/team/%2e%2e/other",
            ),
            (
                "https://git.example.com/team",
                "https://git.example.com//team/fleet",
            ),
            (
                "https://git.example.com/team",
                "https://git.example.com/team\\..\\other",
            ),
            (
                "https://git.example.com",
                "https://git.example.com@evil.com/team",
            ),
            (
                "https://git.example.com",
                "https://git.example.com:x@evil.com/team",
            ),
            (
                "https://git.example.com",
                "https://git.example.com.evil.com/team",
            ),
            (
                "https://git.example.com",
                "https://git.example.com:8443/team",
            ),
            (
                "https://git.example.com",
                "https://evil.com/git.example.com",
            ),
            (
                "https://git.example.com",
                "https://evil.com?git.example.com/",
            ),
            (
                "https://git.example.com",
                "https://evil.com#git.example.com/",
            ),
            ("https://git.example.com", "http://git.example.com/team"),
            ("https://git.example.com", "https:///git.example.com/team"),
            ("https://git.example.com", "git.example.com:team"),
            ("https://git.example.com", ""),
            ("ssh://git@github.com/org", "git@github.com:org/app"),
            (
                "ssh://git@github.com/org",
                "ssh://git@github.com@evil.com/org/app",
            ),
            ("ssh://git@github.com/org", "ssh://git:x@github.com/org/app"),
            ("/srv/git", "/srv/git/../other"),
            ("/srv/git", "file://evil/srv/git/app"),
            ("/srv/git", "srv/git"),
            ("/srv/git", "ext::sh -c id"),
        ] {
            assert!(!takes(prefix, url), "{prefix} {url}");
        }
    }

    /// Found by the law below: the second colon was left for a port.
    #[test]
    fn a_host_has_one_port() {
        for odd in ["https://host::", "https://host:1:443/x", "https://[::1]]/x"] {
            assert_eq!(normal_url(odd), odd);
        }
        assert_eq!(normal_url("https://[::1]:443/x"), "https://[::1]/x");
    }

    /// Taken off once only, `.git` would have to be taken off again.
    #[test]
    fn a_suffix_twice_stays() {
        let twice = "https://git.example.com/team.git.git";
        assert_eq!(normal_url(twice), twice);
        assert_eq!(
            normal_url("https://git.example.com/team.git"),
            "https://git.example.com/team"
        );
    }

    #[test]
    fn an_entry_is_checked() {
        for bad in [
            "",
            "ghcr.io",
            "https://",
            "https://a:b@c/d",
            "https://c/../d",
            "ftp://c/d",
            "https://c/d?x",
        ] {
            assert!(RepositoryPrefix::new(bad).is_err(), "{bad}");
        }
    }

    /// Texts as an attacker puts them together.
    fn hostile() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            Just("https://"),
            Just("ssh://"),
            Just("http://"),
            Just("git.example.com"),
            Just("GIT.example.com"),
            Just("evil.com"),
            Just("@"),
            Just(":"),
            Just(":443"),
            Just("/"),
            Just("//"),
            Just("team"),
            Just("team-b"),
            Just(".."),
            Just("."),
            Just("%2e"),
            Just("%2f"),
            Just("\\"),
            Just("?"),
            Just("#"),
            Just(".git"),
            Just("user"),
            Just(" "),
            Just("\u{0}"),
            Just("\u{ff0f}"),
            Just("["),
            Just("]"),
        ];
        proptest::collection::vec(part, 0..9).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        /// By the rules of RFC 3986 the host of what is taken is ours, and its path goes straight down from ours.
        #[test]
        fn what_is_taken_lies_below(tail in hostile()) {
            for url in [tail.clone(), format!("https://git.example.com{tail}"), format!("https://git.example.com/team{tail}")] {
                if !takes("https://git.example.com/team", &url) {
                    continue;
                }
                let (scheme, rest) = url.split_once("://").expect("a scheme");
                let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
                prop_assert_eq!(scheme, "https");
                prop_assert!(!authority.contains('@'));
                let host = authority.to_ascii_lowercase();
                prop_assert!(["git.example.com", "git.example.com:443", "git.example.com:"].contains(&host.as_str()), "{}", url);
                let names: Vec<&str> = path.split('/').collect();
                prop_assert!(["team", "team.git"].contains(&names[1]), "{}", url);
                prop_assert!(!names.iter().any(|name| [".", ".."].contains(name)));
                prop_assert!(!path.contains(['\\', '%', '?', '#']));
            }
        }

        /// Normal texts of equal repositories are equal, and a normal text is its own.
        #[test]
        fn a_normal_url_is_its_own(text in hostile()) {
            let once = normal_url(&text);
            prop_assert_eq!(normal_url(&once), once);
        }
    }
}
