use std::net::Ipv6Addr;

use crate::error::{Error, Kind};

/// Docker Hub, as its API is reached and as go-containerregistry spells it.
pub(crate) const DOCKER_HUB: &str = "index.docker.io";

/// The name people write for it.
pub(crate) const DOCKER_HUB_ALIAS: &str = "docker.io";

/// The canonical spelling of a registry host: Docker Hub for none and for its alias, else as written.
pub(crate) fn canonical(host: &str) -> &str {
    if host.is_empty() || host == DOCKER_HUB_ALIAS {
        DOCKER_HUB
    } else {
        host
    }
}

/// The host of a registry, and the path behind it if there is one, of what people write for them: without scheme and
/// user information, and without the `/v1/` or `/v2/` that docker writes after hosts. Elsewhere these are names.
pub(crate) fn key(name: &str) -> String {
    let name = name.split_once("://").map_or(name, |(_, rest)| rest);
    let name = name.rsplit('@').next().unwrap_or_default();
    match name.trim_end_matches('/').split_once('/') {
        None => canonical(name.trim_end_matches('/')).to_owned(),
        Some((registry, "v1" | "v2")) => canonical(registry).to_owned(),
        Some((registry, path)) => format!("{}/{path}", canonical(registry)),
    }
}

/// Checks the registry part of `source`, its first `host.len()` bytes.
///
/// This takes what Go's `net/url` takes as an authority without user information, escapes and zones,
/// since that is what go-containerregistry asks: letters, digits, the sub-delimiters of RFC 3986,
/// `<`, `>`, `"`, any non-ASCII character, and a port of digits, which may be empty.
pub(crate) fn check(source: &str, host: &str) -> Result<(), Error> {
    if let Some((at, character)) = host.char_indices().find(|(_, c)| !is_host_character(*c)) {
        let found = format!("unexpected character {character:?} in the registry host");
        return Err(malformed(found).at(source, at..at + character.len_utf8()));
    }
    if let Some(literal) = host.strip_prefix('[') {
        return check_bracketed(source, literal);
    }
    if let Some(at) = host.find('[') {
        return Err(malformed("an unexpected '[' in the registry host").at(source, at..at + 1));
    }
    match host.rfind(':') {
        Some(colon) => check_port(source, colon, &host[colon..]),
        None => Ok(()),
    }
}

fn check_bracketed(source: &str, literal: &str) -> Result<(), Error> {
    let Some((address, port)) = literal
        .rsplit_once(']')
        .filter(|(address, _)| is_ipv6(address))
    else {
        let found = "brackets that hold no IPv6 address in the registry host";
        return Err(malformed(found).at(source, 0..literal.len() + 1));
    };
    if port.is_empty() {
        Ok(())
    } else {
        check_port(source, address.len() + 2, port)
    }
}

/// `port` starts at byte `at` of `source`.
fn check_port(source: &str, at: usize, port: &str) -> Result<(), Error> {
    match port.strip_prefix(':') {
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => Ok(()),
        _ => Err(malformed("a port that is no number in the registry host")
            .at(source, at..at + port.len())),
    }
}

fn is_ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok()
}

fn is_host_character(character: char) -> bool {
    !character.is_ascii()
        || character.is_ascii_alphanumeric()
        || "!\"$&'()*+,-.:;<=>[]_~".contains(character)
}

fn malformed(found: impl Into<String>) -> Error {
    Error::new(
        Kind::Reference,
        found,
        "write it as a host name or an address, IPv6 in brackets, with a port of digits if it needs one",
    )
}
