//! Passwords and tokens where none belong: in URLs and images.

/// What of a URL may let somebody in, for a message that does not show it.
///
/// A user name of SSH is none: it is the same for all.
pub(crate) fn login(url: &str) -> Option<&'static str> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    // Some readers of URLs pass over slashes too many.
    let rest = rest.trim_start_matches('/');
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if has_colon(user) || !scheme.is_empty() && is_half_a_login(host) {
        Some("a password")
    } else if !user.is_empty() && !is_ssh(scheme) && !is_organization(user, rest) {
        Some("a user name, which may be a token")
    } else if rest.contains('?') {
        Some("a query, which may be a token")
    } else {
        None
    }
}

/// Git itself writes `git@host:path` without a scheme.
fn is_ssh(scheme: &str) -> bool {
    scheme.is_empty() || scheme.to_ascii_lowercase().ends_with("ssh")
}

/// Azure DevOps offers URLs with the organization as user, and names it again in the path.
fn is_organization(user: &str, rest: &str) -> bool {
    rest.split('/').nth(1) == Some(user)
}

fn has_colon(user: &str) -> bool {
    user.contains(':') || user.to_ascii_lowercase().contains("%3a")
}

/// The port is no number when a password holds a slash: the rest of it, and the
/// host, are taken for the path.
fn is_half_a_login(host: &str) -> bool {
    let port = host.rsplit_once(':').map_or("", |(_, port)| port);
    let number = port.bytes().all(|byte| byte.is_ascii_digit());
    !number && !host.starts_with('[') && !host.contains("${")
}

/// Whether an image has an `@` that no digest follows.
pub(crate) fn is_login(image: &str) -> bool {
    image
        .rsplit_once('@')
        .is_some_and(|(before, digest)| before.contains('@') || !is_digest(digest))
}

/// An algorithm and a number, of any length.
fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, number)| {
        let named = ["sha256", "sha384", "sha512", "blake3"].contains(&algorithm);
        named && number.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}
