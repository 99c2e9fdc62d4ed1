//! A payload is read or refused: an image that is triggered reads back from its name, and nobody passes without the
//! secret.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright_registry::webhook::{Receiver, Sender, Trigger};
use tagwright_registry::{ErrorKind, Repository, Secret};

fuzz_target!(|input: (u8, Option<String>, Vec<u8>)| {
    let (sender, header, body) = input;
    let secret = || Secret::new("a secret that no input holds");
    let (sender, signs) = match sender % 12 {
        0 => (Sender::DockerHub, false),
        1 => (Sender::Quay, false),
        2 => (Sender::Acr, false),
        3 => (Sender::Ecr, false),
        4 => (Sender::CdEvents, false),
        5 => (Sender::Generic, false),
        6 => (Sender::GenericHmac(secret()), true),
        7 => (Sender::GitHub(secret()), true),
        8 => (Sender::GitLab(secret()), true),
        9 => (Sender::Bitbucket(secret()), true),
        10 => (Sender::Harbor(secret()), true),
        _ => (Sender::Nexus(secret()), true),
    };
    // The one header that the sender's proof stands in, whichever it is.
    let names = [
        "X-Signature",
        "X-Hub-Signature",
        "X-Gitlab-Token",
        "Authorization",
        "X-Nexus-Webhook-Signature",
    ];
    let value = header.unwrap_or_default();
    let headers = names.map(|name| (name, value.as_bytes()));
    let receiver = Receiver::builder(sender).build().expect("a receiver");
    match receiver.receive(headers, &body) {
        Ok(triggers) => {
            assert!(!signs && !triggers.is_empty());
            triggers.iter().for_each(check);
        }
        Err(error) if signs => assert_eq!(error.kind(), ErrorKind::Unverified),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Payload),
    }
});

fn check(trigger: &Trigger) {
    if let Trigger::Image { repository, .. } = trigger {
        let name = repository.to_string();
        // The `library/` of Docker Hub does not count for the length of what is written.
        if repository.path().len() <= 255 {
            assert_eq!(name.parse::<Repository>().ok().as_ref(), Some(repository));
        }
    }
}
