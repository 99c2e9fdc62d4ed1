//! One Secret, or one key of it, and the place where its value stands, in one text.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use tagwright_manifests::SecretKey;

use super::name::are_names;
use crate::automation::invalid;
use crate::error::Error;

/// Where a Secret stands, as a command line says it: never the value itself.
///
/// | written | what is taken from there |
/// |---|---|
/// | `NS/NAME=dir:PATH` | a file for each key, as Kubernetes mounts a Secret: `username`, `password`, `bearerToken`, `identity`, `known_hosts`, `ca.crt`, `.dockerconfigjson` and so on |
/// | `NS/NAME=file:PATH`, `NS/NAME=env:VARIABLE` | the whole Secret: its manifest in YAML or JSON, or docker's `config.json`, which is the key `.dockerconfigjson` |
/// | `NS/NAME:KEY=file:PATH`, `NS/NAME:KEY=env:VARIABLE` | the value of one key |
///
/// Without `NS/` the namespace is `default`.
///
/// ```
/// use tagwright::SecretEntry;
///
/// let entry: SecretEntry = "flux-system/deploy:password=env:GIT_TOKEN".parse()?;
/// assert_eq!(entry.to_string(), "flux-system/deploy:password=env:GIT_TOKEN");
/// # Ok::<(), tagwright::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretEntry {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) key: Option<SecretKey>,
    pub(super) place: Place,
}

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Variable(String),
    File(PathBuf),
    Directory(PathBuf),
}

const FORM: &str = "write NAMESPACE/NAME=env:VARIABLE, file:PATH or dir:PATH";

/// # Errors
///
/// Of kind [`Configuration`](crate::ErrorKind::Configuration): a text without `=`; a place of another form, such as the
/// value itself, which is then not repeated; a name that Kubernetes does not take; a key that is not known; one key of a
/// whole directory.
impl FromStr for SecretEntry {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (what, place) = text
            .split_once('=')
            .ok_or_else(|| invalid(format!("a Secret has no '=' behind its name; {FORM}")))?;
        let (full_name, key) = match what.split_once(':') {
            Some((name, key)) => (name, Some(key)),
            None => (what, None),
        };
        let (namespace, name) = full_name.split_once('/').unwrap_or(("default", full_name));
        if !are_names(namespace, name) {
            return Err(invalid(format!(
                "'{full_name}' is no name of a Secret; {FORM}"
            )));
        }
        let key = key.map(|key| known_key(full_name, key)).transpose()?;
        let place = place_of(full_name, place)?;
        if let (Some(key), Place::Directory(_)) = (key, &place) {
            let key = key.as_str();
            return Err(invalid(format!(
                "the key {key} of the Secret {full_name} is one value, and dir: is a whole Secret; write file:PATH/{key}"
            )));
        }
        Ok(Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            key,
            place,
        })
    }
}

fn known_key(secret: &str, key: &str) -> Result<SecretKey, Error> {
    SecretKey::from_name(key).ok_or_else(|| {
        let known: Vec<&str> = SecretKey::ALL.iter().map(|key| key.as_str()).collect();
        let known = known.join(", ");
        invalid(format!(
            "the Secret {secret} has no key '{key}'; known are {known}"
        ))
    })
}

fn place_of(secret: &str, place: &str) -> Result<Place, Error> {
    match place.split_once(':') {
        Some((_, "")) => Err(invalid(format!(
            "the place of the Secret {secret} is empty; {FORM}"
        ))),
        Some(("env", variable)) => Ok(Place::Variable(variable.to_owned())),
        Some(("file", path)) => Ok(Place::File(path.into())),
        Some(("dir", path)) => Ok(Place::Directory(path.into())),
        // It may be the value, which every user of this machine sees in the list of processes.
        _ => Err(invalid(format!(
            "the Secret {secret} is given by no place; {FORM}, never the value itself"
        ))),
    }
}

/// As it is written, with the namespace.
impl fmt::Display for SecretEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            namespace, name, ..
        } = self;
        write!(f, "{namespace}/{name}")?;
        if let Some(key) = self.key {
            write!(f, ":{}", key.as_str())?;
        }
        write!(f, "={}", self.place)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Directory(path) => write!(f, "dir:{}", path.display()),
        }
    }
}
