//! One entry of a file with credentials, as docker, podman and Kubernetes write it.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::credential::Credential;
use crate::error::{Error, Kind};
use crate::secret::Secret;

/// With its padding or without, as the kubelet takes it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// More than any file that is really one.
pub(crate) const FILE_BYTES: usize = 4 * 1024 * 1024;

/// No `Debug`: it is a secret.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Login {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
    registrytoken: Option<String>,
}

/// Reads a file, of which an error says the place and never the text.
pub(crate) fn parse<T: DeserializeOwned>(json: &[u8], what: &str) -> Result<T, Error> {
    if json.len() > FILE_BYTES {
        return Err(broken(format!("{what} of more than 4 MiB")));
    }
    serde_json::from_slice(json).map_err(|error| unreadable(json, what, &error))
}

/// Where reading stopped; not why, since that may quote the file.
fn unreadable(json: &[u8], what: &str, error: &serde_json::Error) -> Error {
    let error_line = error.line().saturating_sub(1);
    let Ok(text) = std::str::from_utf8(json) else {
        return broken(format!("{what} that is not UTF-8"));
    };
    let start: usize = text
        .split_inclusive('\n')
        .take(error_line)
        .map(str::len)
        .sum();
    let mut at = (start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    broken(format!("{what} that is not what docker writes")).at(text, at..at)
}

/// The credential of an entry, anonymous when it holds none. `registry` is the key, as an error may show it.
pub(crate) fn credential(registry: &str, login: Login) -> Result<Credential, Error> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    if let Some(token) = given(login.registrytoken) {
        return Ok(Credential::Bearer(Secret::new(token)));
    }
    if let Some(token) = given(login.identitytoken) {
        return Ok(Credential::IdentityToken(Secret::new(token)));
    }
    if let Some(encoded) = given(login.auth) {
        return decode(&encoded).ok_or_else(|| {
            broken(format!(
                "an 'auth' for '{}' that is not base64 of user and password",
                shown(registry)
            ))
        });
    }
    Ok(match (given(login.username), given(login.password)) {
        (Some(username), Some(password)) => Credential::basic(username, password),
        _ => Credential::Anonymous,
    })
}

fn decode(encoded: &str) -> Option<Credential> {
    let text = String::from_utf8(BASE64.decode(encoded.trim()).ok()?).ok()?;
    let (username, password) = text.split_once(':')?;
    // Docker itself wrote a trailing NUL at a time, and still takes it off.
    Some(Credential::basic(username, password.trim_end_matches('\0')))
}

/// A name out of a file as an error may show it: no user information, no control characters, short.
pub(crate) fn shown(name: &str) -> String {
    let name = name.rsplit('@').next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(100).collect()
}

fn broken(found: impl Into<String>) -> Error {
    Error::new(
        Kind::Config,
        found,
        "log in again with docker, or repair the file",
    )
}
