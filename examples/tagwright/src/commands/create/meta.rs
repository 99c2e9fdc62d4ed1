//! What every object has.

use std::time::Duration;

use clap::Args;
use tagwright::manifests::{Metadata, parse_duration};

use super::labels::{Label, label};

#[derive(Debug, Args)]
pub(super) struct Meta {
    /// The object's name
    #[arg(value_parser = name)]
    name: String,
    /// The object's namespace
    #[arg(short, long, default_value = "flux-system", value_parser = name)]
    namespace: String,
    /// Labels of the object; several with commas between them
    #[arg(long = "label", value_name = "NAME=VALUE", value_delimiter = ',', value_parser = label)]
    labels: Vec<Label>,
    /// Taken for flux's sake: the manifest is printed always
    #[arg(long)]
    export: bool,
}

impl Meta {
    pub(super) fn metadata(&self) -> Metadata {
        let mut metadata = Metadata::default();
        metadata.name.clone_from(&self.name);
        metadata.namespace = Some(self.namespace.clone());
        let labels = self.labels.iter().cloned();
        metadata.labels = labels.map(|label| (label.name, label.value)).collect();
        metadata
    }
}

/// A label of RFC 1123.
fn name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let sound = text.chars().all(plain) && !text.starts_with('-') && !text.ends_with('-');
    if text.is_empty() || text.len() > 63 || !sound {
        return Err(
            "a name has at most 63 lower-case letters, digits and '-', which begin and end with none of '-'"
                .to_owned(),
        );
    }
    Ok(text.to_owned())
}

/// As Go writes it.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let nanoseconds = parse_duration(text).map_err(|error| error.to_string())?;
    match u64::try_from(nanoseconds) {
        Ok(nanoseconds) if nanoseconds > 0 => Ok(Duration::from_nanos(nanoseconds)),
        _ => Err("it is not more than nothing; write for example 5m".to_owned()),
    }
}
