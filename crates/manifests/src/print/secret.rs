//! Secrets, for those who ask for them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::document;
use super::flux::metadata;
use super::tree::{Map, Tree};
use crate::secret::is_of_sops;
use crate::{Secret, SecretText};

impl Secret {
    /// The Secret as a YAML document, `---` before it, **its values readable**:
    /// those that are UTF-8 under `stringData`, as `flux create secret` prints
    /// them, others as base64 under `data`.
    ///
    /// `None` when it is encrypted, since its values are not here. No other
    /// method prints a value. Keys that are not read are missing.
    pub fn to_yaml_with_values(&self) -> Option<String> {
        if self.encryption.is_some() {
            return None;
        }
        let (texts, bytes): (Vec<_>, Vec<_>) = self
            .values()
            .map(|(key, value)| (key.as_str(), value))
            .partition(|(_, value)| is_text(value));
        let object = Map::new()
            .text("apiVersion", "v1")
            .text("kind", "Secret")
            .tree("metadata", metadata(&self.meta))
            .some_map("stringData", values(&texts, plain))
            .some_map("data", values(&bytes, encoded))
            .some_text("type", self.secret_type.as_deref());
        Some(document(object))
    }
}

/// As text, what looks like a value of SOPS would be refused.
fn is_text(value: &SecretText) -> bool {
    value.expose_str().is_some_and(|text| !is_of_sops(text))
}

fn values(values: &[(&str, &SecretText)], print: fn(&SecretText) -> String) -> Option<Map> {
    let entries = values
        .iter()
        .map(|(key, value)| ((*key).to_owned(), Tree::Text(print(value))));
    (!values.is_empty()).then(|| Map(entries.collect()))
}

fn plain(value: &SecretText) -> String {
    value.expose_str().unwrap_or_default().to_owned()
}

fn encoded(value: &SecretText) -> String {
    STANDARD.encode(value.expose())
}
