//! The name of a Secret.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// `NS/NAME`, or `NAME` in the namespace that kubectl takes.
#[derive(Clone, Debug)]
pub(crate) struct SecretName {
    namespace: String,
    name: String,
}

impl SecretName {
    pub(crate) fn parts(&self) -> (&str, &str) {
        (&self.namespace, &self.name)
    }
}

impl FromStr for SecretName {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let (namespace, name) = text.split_once('/').unwrap_or(("default", text));
        Ok(Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}
