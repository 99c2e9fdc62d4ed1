//! Sprig's `urlParse` and `urlJoin`, by Go's `net/url`.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use super::Param::{Dict as D, Text as T};
use super::{Answer, Call, Function};
use crate::go::fault::Fault;
use crate::go::text::Text;
use crate::go::types::Type;
use crate::go::value::{Dict, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("urlParse", &[T], |call| {
        let text = call.text(0);
        let url = Url::parse(text.bytes()).ok_or_else(|| Fault::function("invalid URL"))?;
        Ok(url.into_dict())
    }),
    Function::fixed("urlJoin", &[D], join),
];

/// The parts of a URL, percent signs resolved where Go resolves them.
#[derive(Default)]
struct Url {
    scheme: Vec<u8>,
    opaque: Vec<u8>,
    user: Option<User>,
    host: Vec<u8>,
    path: Vec<u8>,
    query: Vec<u8>,
    fragment: Vec<u8>,
}

struct User {
    name: Vec<u8>,
    password: Option<Vec<u8>>,
}

/// Where bytes stand, which decides of those that are escaped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    User,
    Host,
    Fragment,
}

impl Url {
    fn parse(text: &[u8]) -> Option<Self> {
        let (rest, fragment) = cut(text, b'#');
        let mut url = Url::parse_front(rest)?;
        url.fragment = unescape(fragment, Part::Fragment)?;
        Some(url)
    }

    fn parse_front(text: &[u8]) -> Option<Self> {
        let mut url = Url::default();
        if text.iter().any(u8::is_ascii_control) {
            return None;
        }
        let (scheme, rest) = scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (mut rest, query) = cut(rest, b'?');
        url.query = query.to_vec();
        if !rest.starts_with(b"/") {
            if !url.scheme.is_empty() {
                url.opaque = rest.to_vec();
                return Some(url);
            }
            // "a:b" could be taken for a scheme.
            if cut(rest, b'/').0.contains(&b':') {
                return None;
            }
        }
        let has_authority = !url.scheme.is_empty() || !rest.starts_with(b"///");
        if let Some(authority) = rest.strip_prefix(b"//").filter(|_| has_authority) {
            let end = authority.iter().position(|byte| *byte == b'/');
            let (authority, path) = authority.split_at(end.unwrap_or(authority.len()));
            url.authority(authority)?;
            rest = path;
        }
        url.path = unescape(rest, Part::Path)?;
        Some(url)
    }

    fn authority(&mut self, authority: &[u8]) -> Option<()> {
        let at = authority.iter().rposition(|byte| *byte == b'@');
        self.host = host(&self.scheme, &authority[at.map_or(0, |at| at + 1)..])?;
        self.user = match at {
            Some(at) => Some(User::parse(&authority[..at])?),
            None => None,
        };
        Some(())
    }

    /// The host without its port and brackets.
    fn hostname(&self) -> &[u8] {
        let colon = self.host.iter().rposition(|byte| *byte == b':');
        let end = colon.filter(|at| is_port(&self.host[*at..]));
        let host = &self.host[..end.unwrap_or(self.host.len())];
        let inner = host.strip_prefix(b"[").and_then(|h| h.strip_suffix(b"]"));
        inner.unwrap_or(host)
    }

    fn into_dict(self) -> Value {
        let user = self.user.as_ref().map(User::text).unwrap_or_default();
        let hostname = self.hostname().to_vec();
        let entries = [
            ("scheme", self.scheme),
            ("host", self.host),
            ("hostname", hostname),
            ("path", self.path),
            ("query", self.query),
            ("opaque", self.opaque),
            ("fragment", self.fragment),
            ("userinfo", user),
        ];
        let entries = entries.map(|(key, value)| (Text::from(key), Value::text(value)));
        Value::dict(Type::Any, BTreeMap::from(entries))
    }

    fn text(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend(&self.scheme);
            out.push(b':');
        }
        if self.opaque.is_empty() {
            self.push_location(&mut out);
        } else {
            out.extend(&self.opaque);
        }
        if !self.query.is_empty() {
            out.push(b'?');
            out.extend(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(escape(&self.fragment, Part::Fragment));
        }
        out
    }

    fn push_location(&self, out: &mut Vec<u8>) {
        let has_authority = !self.host.is_empty() || self.user.is_some();
        if has_authority || !(self.scheme.is_empty() || self.path.is_empty()) {
            out.extend(b"//");
        }
        if let Some(user) = &self.user {
            out.extend(user.text());
            out.push(b'@');
        }
        out.extend(escape(&self.host, Part::Host));
        if !self.path.is_empty() && self.path[0] != b'/' && !self.host.is_empty() {
            out.push(b'/');
        }
        // "a:b" would be taken for a scheme.
        if out.is_empty() && cut(&self.path, b'/').0.contains(&b':') {
            out.extend(b"./");
        }
        match self.path.as_slice() {
            b"*" => out.push(b'*'),
            path => out.extend(escape(path, Part::Path)),
        }
    }
}

impl User {
    fn parse(text: &[u8]) -> Option<Self> {
        let is_valid =
            |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
        if !text.iter().all(is_valid) {
            return None;
        }
        let (name, password) = cut(text, b':');
        let password = text.contains(&b':').then_some(password);
        Some(User {
            name: unescape(name, Part::User)?,
            password: match password {
                Some(password) => Some(unescape(password, Part::User)?),
                None => None,
            },
        })
    }

    fn text(&self) -> Vec<u8> {
        let mut out = escape(&self.name, Part::User);
        if let Some(password) = &self.password {
            out.push(b':');
            out.extend(escape(password, Part::User));
        }
        out
    }
}

/// What stands before a byte and after it.
fn cut(text: &[u8], at: u8) -> (&[u8], &[u8]) {
    match text.iter().position(|byte| *byte == at) {
        Some(place) => (&text[..place], &text[place + 1..]),
        None => (text, b""),
    }
}

/// `https` and what follows its colon; a colon in front is refused.
fn scheme(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let end = text.iter().take_while(|byte| is_scheme(byte)).count();
    match (text.first(), text.get(end)) {
        (Some(b':'), _) => None,
        (Some(first), Some(b':')) if first.is_ascii_alphabetic() => {
            Some((&text[..end], &text[end + 1..]))
        }
        _ => Some((b"", text)),
    }
}

/// `:` and digits, or nothing.
fn is_port(text: &[u8]) -> bool {
    match text {
        [] => true,
        [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

fn host(scheme: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    match text.iter().rposition(|byte| *byte == b'[') {
        Some(0) => return literal(text),
        Some(_) => return None,
        None => {}
    }
    let first = text.iter().position(|byte| *byte == b':');
    let last = text.iter().rposition(|byte| *byte == b':');
    let is_strict = scheme == b"http" || scheme == b"https";
    let port = if is_strict { first } else { last };
    if port.is_some_and(|at| !is_port(&text[at..])) {
        return None;
    }
    unescape(text, Part::Host)
}

/// `[::1]:80`, with a zone `[fe80::1%25eth0]`.
fn literal(text: &[u8]) -> Option<Vec<u8>> {
    let close = text.iter().rposition(|byte| *byte == b']')?;
    if !is_port(&text[close + 1..]) {
        return None;
    }
    let host = unescape(&text[..close], Part::Host)?;
    let (address, zone) = cut(&host[1..], b'%');
    let address = std::str::from_utf8(address).ok()?;
    address.parse::<Ipv6Addr>().ok()?;
    if host.contains(&b'%') && zone.is_empty() {
        return None;
    }
    Some([&host, &text[close..]].concat())
}

fn is_kept(byte: u8, part: Part) -> bool {
    let reserved: &[u8] = match part {
        Part::Path => b"$&+,/:;=@",
        Part::User => b"$&+,;=",
        Part::Host => b"!$&'()*+,;=:[]<>\"",
        Part::Fragment => b"$&+,/:;=?@!()*",
    };
    byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) || reserved.contains(&byte)
}

fn escape(bytes: &[u8], part: Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        if is_kept(*byte, part) {
            out.push(*byte);
        } else {
            out.extend(format!("%{byte:02X}").bytes());
        }
    }
    out
}

/// Resolves percent signs; of a host only those of bytes beyond ASCII.
fn unescape(bytes: &[u8], part: Part) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let resolved = u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
            if part == Part::Host && resolved.is_ascii() && resolved != b'%' {
                return None;
            }
            out.push(resolved);
            rest = &after[2..];
        } else if part == Part::Host && byte.is_ascii() && !is_kept(*byte, part) {
            return None;
        } else {
            out.push(*byte);
        }
    }
    Some(out)
}

fn join(call: &mut Call<'_>) -> Answer {
    let dict = call.dict(0);
    let user = entry(&dict, "userinfo")?;
    let user = match user.as_slice() {
        b"" => None,
        user => {
            let url = Url::parse(&[b"proto://", user, b"@host"].concat());
            let url = url.ok_or_else(|| Fault::function("invalid userinfo"))?;
            url.user
        }
    };
    let url = Url {
        user,
        scheme: entry(&dict, "scheme")?,
        opaque: entry(&dict, "opaque")?,
        host: entry(&dict, "host")?,
        path: entry(&dict, "path")?,
        query: entry(&dict, "query")?,
        fragment: entry(&dict, "fragment")?,
    };
    Ok(Value::text(url.text()))
}

fn entry(dict: &Dict, key: &str) -> Result<Vec<u8>, Fault> {
    match dict.entries.borrow().get(key.as_bytes()) {
        None => Ok(Vec::new()),
        Some(Value::Text(text)) => Ok(text.bytes().to_vec()),
        Some(_) => Err(Fault::function(format!("\"{key}\" is no string"))),
    }
}
