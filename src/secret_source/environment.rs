//! Secrets in variables of the environment.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;

use tagwright_manifests::{Secret, SecretKey};

use super::name::are_names;
use super::{SecretError, SecretFuture, SecretSource, read};

/// Secrets in variables of the environment, as a pipeline has them.
///
/// The key `bearerToken` of the Secret `flux-system/deploy-key` is `TAGWRIGHT_SECRET__FLUX_SYSTEM__DEPLOY_KEY__BEARERTOKEN`:
/// between its parts stand two underscores, letters are upper-case, everything but letters and digits is one underscore,
/// and none stands at the beginning (`.dockerconfigjson` is `DOCKERCONFIGJSON`). Without the key, the variable holds the
/// Secret as YAML or JSON (`TAGWRIGHT_SECRET__FLUX_SYSTEM__DEPLOY_KEY`), whose keys give way to those of variables of
/// their own. An empty variable is none. A name with a dot or with two hyphens in a row has no variable: it would be that
/// of another one.
///
/// The environment of a process can be read by other processes of its user, and is handed on to those that it starts.
/// Where files are at hand, [`MountedSecrets`](super::MountedSecrets) serves better.
#[derive(Clone)]
pub struct SecretVariables {
    variable: Arc<Variable>,
}

/// The value of a variable, if there is one.
type Variable = dyn Fn(&str) -> Option<OsString> + Send + Sync;

impl SecretVariables {
    /// The environment of this process, as it is when a Secret is asked for.
    pub fn from_environment() -> Self {
        Self::from_variables(|name| env::var_os(name))
    }

    /// As [`from_environment`](Self::from_environment), with `variable` for the values of variables.
    ///
    /// ```
    /// use tagwright::SecretVariables;
    ///
    /// let secrets = SecretVariables::from_variables(|name| match name {
    ///     "TAGWRIGHT_SECRET__FLUX_SYSTEM__DEPLOY_KEY__BEARERTOKEN" => Some("a token".into()),
    ///     _ => None,
    /// });
    /// ```
    pub fn from_variables(
        variable: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static,
    ) -> Self {
        Self {
            variable: Arc::new(variable),
        }
    }

    fn find(&self, namespace: &str, name: &str) -> Result<Option<Secret>, SecretError> {
        let Some(variable) = variable(namespace, name) else {
            return Ok(None);
        };
        let mut found = match self.text(&variable)? {
            Some(manifest) => read::one(manifest.as_bytes(), &variable, namespace, name)?,
            None => None,
        };
        for key in SecretKey::ALL {
            if let Some(value) = self.text(&format!("{variable}__{}", upper(key.as_str())))? {
                let secret = found.unwrap_or_else(|| Secret::new(namespace, name));
                found = Some(secret.with(*key, value));
            }
        }
        Ok(found)
    }

    fn text(&self, variable: &str) -> Result<Option<String>, SecretError> {
        let Some(value) = (self.variable)(variable).filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        let text = value.into_string().ok();
        let text = text.filter(|text| text.len() <= read::LONGEST);
        text.map(Some).ok_or_else(|| {
            SecretError::new(format!(
                "the variable {variable} is no text of at most {} bytes; correct it",
                read::LONGEST
            ))
        })
    }
}

/// The variable of a Secret. No two Secrets have one variable, nor a key of the one that of the other.
fn variable(namespace: &str, name: &str) -> Option<String> {
    let is_clear = |text: &str| !text.contains("--") && !text.contains('.');
    let clear = are_names(namespace, name) && is_clear(namespace) && is_clear(name);
    clear.then(|| format!("TAGWRIGHT_SECRET__{}__{}", upper(namespace), upper(name)))
}

fn upper(text: &str) -> String {
    let written = |c: char| match c.to_ascii_uppercase() {
        c if c.is_ascii_alphanumeric() => c,
        _ => '_',
    };
    text.trim_start_matches('.').chars().map(written).collect()
}

impl SecretSource for SecretVariables {
    fn get<'a>(&'a self, namespace: &'a str, name: &'a str) -> SecretFuture<'a> {
        Box::pin(std::future::ready(self.find(namespace, name)))
    }
}

impl fmt::Debug for SecretVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretVariables")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_variable_is_of_one_secret_or_key() {
        let mut all = HashSet::new();
        let names = ["a", "a-b", "b", "a-b-c", "b-c", "c"];
        for (namespace, name) in names.iter().flat_map(|a| names.iter().map(move |b| (a, b))) {
            let variable = variable(namespace, name).expect("the names are clear");
            for key in SecretKey::ALL {
                let key = format!("{variable}__{}", upper(key.as_str()));
                assert!(all.insert(key.clone()), "{key}");
            }
            assert!(all.insert(variable.clone()), "{variable}");
        }
    }

    #[test]
    fn names_that_could_be_others_have_none() {
        for name in ["a--b", "a.b", "..", "A", ""] {
            assert_eq!(variable("flux-system", name), None, "{name}");
        }
    }
}
