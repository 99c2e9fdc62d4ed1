use std::fmt;
use std::time::SystemTime;

use super::envelope::Envelope;
use super::sender::Sender;
use super::trigger::Trigger;
use super::{payload, signature};
use crate::error::{Error, Kind};
use crate::secret::Secret;

/// Takes the webhooks of one [`Sender`]: verifies them, and reads what they trigger.
#[derive(Clone)]
pub struct Receiver {
    sender: Sender,
    events: Vec<String>,
    required: Vec<(String, Secret)>,
    body_limit: usize,
}

/// Configures a [`Receiver`].
#[derive(Clone, Debug)]
pub struct ReceiverBuilder(Receiver);

/// As much as Flux takes.
const BODY: usize = 3 * 1024 * 1024;

impl Receiver {
    /// A builder for webhooks of this sender: all events, bodies of 3 MiB.
    pub fn builder(sender: Sender) -> ReceiverBuilder {
        ReceiverBuilder(Self {
            sender,
            events: Vec::new(),
            required: Vec::new(),
            body_limit: BODY,
        })
    }

    /// How many bytes of a body are taken. A server need not read more.
    pub fn body_limit(&self) -> usize {
        self.body_limit
    }

    /// What a request triggers, one image or more, or all; `headers` are names in any case and values, of an
    /// `http::HeaderMap` those of `iter()` by `as_str()` and `as_bytes()`.
    ///
    /// A webhook that is verified always triggers something: one that names no image that can be read is for
    /// [all](Trigger::Any). Deletions trigger too, since they change what is there to select.
    ///
    /// # Errors
    ///
    /// [`Unverified`](crate::ErrorKind::Unverified) for a header that is missing, no signature, or not that of this
    /// body and secret (a server answers 401); [`UnwantedEvent`](crate::ErrorKind::UnwantedEvent) for an event that is
    /// not among those of the receiver, and for pulls of Harbor (200: nothing is wrong with the sender);
    /// [`Payload`](crate::ErrorKind::Payload) for broken JSON (400);
    /// [`LimitExceeded`](crate::ErrorKind::LimitExceeded) for a body over the limit (413).
    pub fn receive<'a>(
        &self,
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        body: &'a [u8],
    ) -> Result<Vec<Trigger>, Error> {
        self.receive_at(headers, body, SystemTime::now())
    }

    /// The same at a given time, which the token of a [`GoogleToken`](super::GoogleToken) must not have outlived.
    ///
    /// # Errors
    ///
    /// As for [`receive`](Self::receive).
    pub fn receive_at<'a>(
        &self,
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        body: &'a [u8],
        now: SystemTime,
    ) -> Result<Vec<Trigger>, Error> {
        self.check_size(body)?;
        let request = Envelope::new(headers, body, now);
        for (header, secret) in &self.required {
            signature::shown(&self.sender, secret, &request, header)?;
        }
        signature::verify(&self.sender, &request)?;
        self.check_event(&request)?;
        payload::read(&self.sender, &request)
    }

    fn check_size(&self, body: &[u8]) -> Result<(), Error> {
        if body.len() <= self.body_limit {
            return Ok(());
        }
        let (name, limit) = (self.sender.name(), self.body_limit);
        let found = format!("a webhook of {name} with more than {limit} bytes");
        Err(Error::new(
            Kind::LimitExceeded,
            found,
            "raise the limit if the sender can be trusted",
        ))
    }

    fn check_event(&self, request: &Envelope<'_>) -> Result<(), Error> {
        let Some(header) = self
            .sender
            .event_header()
            .filter(|_| !self.events.is_empty())
        else {
            return Ok(());
        };
        let event = request.text(header).unwrap_or_default();
        if self
            .events
            .iter()
            .any(|known| known.eq_ignore_ascii_case(event))
        {
            return Ok(());
        }
        let shown: String = event.chars().filter(|c| !c.is_control()).take(64).collect();
        let found = format!(
            "a webhook of {} with the event '{shown}'",
            self.sender.name()
        );
        let hint = format!("this receiver takes {} only", self.events.join(", "));
        Err(Error::new(Kind::UnwantedEvent, found, hint))
    }
}

impl ReceiverBuilder {
    /// Takes these events only, as the sender's header names them, in any case: `push` and `registry_package` of
    /// GitHub, `Push Hook` of GitLab, `repo:refs_changed` of Bitbucket, `rm:repository:component` of Nexus,
    /// `dev.cdevents.artifact.published.0.2.0` of `CDEvents`. All without it, and with an empty list.
    pub fn events<I>(&mut self, events: I) -> &mut Self
    where
        I: IntoIterator<Item: Into<String>>,
    {
        self.0.events = events.into_iter().map(Into::into).collect();
        self
    }

    /// Wants this value in this header, from a sender that cannot sign but can be told to send a header. May be
    /// called for several headers.
    pub fn require_header(&mut self, name: &str, value: Secret) -> &mut Self {
        self.0.required.push((name.to_owned(), value));
        self
    }

    /// Takes so many bytes of a body.
    pub fn body_limit(&mut self, bytes: usize) -> &mut Self {
        self.0.body_limit = bytes;
        self
    }

    /// Checks the configuration and makes the receiver.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config): an empty secret, with which everybody could sign; a token for an empty
    /// audience or of an empty email; events of a sender that names none in a header.
    pub fn build(&self) -> Result<Receiver, Error> {
        let name = self.0.sender.name();
        let mut secrets = self
            .0
            .sender
            .secret()
            .into_iter()
            .chain(self.0.required.iter().map(|(_, secret)| secret));
        if secrets.any(|secret| secret.expose().is_empty()) {
            let found = format!("an empty secret for webhooks of {name}");
            return Err(Error::new(
                Kind::Config,
                found,
                "give the one that the sender has",
            ));
        }
        if let Sender::Gcr(token) = &self.0.sender
            && !token.is_whole()
        {
            let found = "an empty audience or email for webhooks of GCR";
            return Err(Error::new(
                Kind::Config,
                found,
                "give those of the push subscription",
            ));
        }
        if !self.0.events.is_empty() && self.0.sender.event_header().is_none() {
            let found =
                format!("a list of events for webhooks of {name}, which names none in a header");
            return Err(Error::new(
                Kind::Config,
                found,
                "choose the events at the sender",
            ));
        }
        Ok(self.0.clone())
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("sender", &self.sender)
            .field("events", &self.events)
            .field("body_limit", &self.body_limit)
            .finish_non_exhaustive()
    }
}
