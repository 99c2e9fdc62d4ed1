mod acr;
mod cdevents;
mod docker_hub;
mod ecr;
mod gcr;
mod github;
mod harbor;
mod nexus;
mod package_url;
mod quay;

use serde::de::DeserializeOwned;

use super::envelope::Envelope;
use super::sender::Sender;
use super::trigger::Trigger;
use crate::error::{Error, Kind};

/// What a verified request triggers.
pub(super) fn read(sender: &Sender, request: &Envelope<'_>) -> Result<Vec<Trigger>, Error> {
    // The others send JSON, whatever type a proxy or curl calls it.
    let form = match sender {
        Sender::GitHub(_) => request.form(),
        _ => None,
    };
    let body = Body {
        sender: sender.name(),
        text: form.as_deref().unwrap_or(request.body),
    };
    match sender {
        // A push to a forge, or anything at all: it is enough that it came.
        Sender::Generic | Sender::GenericHmac(_) | Sender::GitLab(_) | Sender::Bitbucket(_) => {
            Ok(vec![Trigger::Any])
        }
        Sender::GitHub(_) => github::read(&body),
        Sender::DockerHub => docker_hub::read(&body),
        Sender::Harbor(_) => harbor::read(&body),
        Sender::Quay => quay::read(&body),
        Sender::Gcr(_) => gcr::read(&body),
        Sender::Nexus(_) => nexus::read(&body),
        Sender::Acr => acr::read(&body),
        Sender::Ecr => ecr::read(&body),
        Sender::CdEvents => cdevents::read(&body),
    }
}

/// The text of a payload, and whose it is.
struct Body<'a> {
    sender: &'static str,
    text: &'a [u8],
}

impl Body<'_> {
    fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.parse_part(self.text)
    }

    /// Serde's reader bounds the depth of what it keeps, and skips the rest without descending.
    fn parse_part<T: DeserializeOwned>(&self, text: &[u8]) -> Result<T, Error> {
        // Serde takes a list for a structure, too.
        if text.trim_ascii_start().first() != Some(&b'{') {
            return Err(self.malformed("that is no JSON object"));
        }
        serde_json::from_slice(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            self.malformed(&format!(
                "that cannot be read at line {line}, column {column}"
            ))
        })
    }

    fn unwanted(&self, event: &str, hint: &str) -> Error {
        let found = format!("a webhook of {} with the event '{event}'", self.sender);
        Error::new(Kind::UnwantedEvent, found, hint)
    }

    fn malformed(&self, what: &str) -> Error {
        let found = format!("a webhook of {} with a payload {what}", self.sender);
        Error::new(
            Kind::Payload,
            found,
            "check that this is what the sender sends",
        )
    }
}
