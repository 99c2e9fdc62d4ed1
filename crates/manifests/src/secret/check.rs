//! Whether a Secret has all of what it has a part of. No message holds a value.

use super::json::is_object;
use super::{Secret, SecretKey, SecretKind};
use crate::Severity;
use crate::fields::{Fields, join};

/// Says what is missing, and which names have newer ones.
pub(super) fn report(object: &mut Fields<'_>, secret: &Secret) {
    if secret.encryption.is_some() {
        return;
    }
    let place = Place::of(object);
    check_type(object, secret);
    check_docker_config(object, secret, place);
    check_pairs(object, secret, place);
    check_ssh(object, secret, place);
    check_github_app(object, secret, place);
    check_old_names(object, secret);
}

/// The map in which a missing key should stand.
#[derive(Clone, Copy)]
struct Place(&'static str);

impl Place {
    fn of(object: &mut Fields<'_>) -> Self {
        let plain = object.get("stringData").is_some();
        Self(if plain { "stringData" } else { "data" })
    }
}

/// What the API server demands of the types that Kubernetes knows.
const TYPES: &[(&str, &[SecretKey])] = &[
    (
        "kubernetes.io/dockerconfigjson",
        &[SecretKey::DockerConfigJson],
    ),
    ("kubernetes.io/dockercfg", &[SecretKey::DockerCfg]),
    ("kubernetes.io/ssh-auth", &[SecretKey::SshPrivateKey]),
    ("kubernetes.io/tls", &[SecretKey::TlsCrt, SecretKey::TlsKey]),
];

fn check_type(object: &mut Fields<'_>, secret: &Secret) {
    let Some(found) = &secret.secret_type else {
        return;
    };
    let Some((name, keys)) = TYPES.iter().find(|(name, _)| name == found) else {
        return;
    };
    let at = object.get("type").map_or(object.at(), |node| node.at);
    for key in *keys {
        if !present(object, *key) {
            let message = format!("{name} needs the key {}, which is not there", key.as_str());
            object.error(at, "type", message);
        }
    }
}

/// Whether a key is there, be its value as it may.
fn present(object: &mut Fields<'_>, key: SecretKey) -> bool {
    ["data", "stringData"].iter().any(|map| {
        let node = object.get(map);
        node.is_some_and(|node| node.get(key.as_str()).is_some())
    })
}

fn check_docker_config(object: &mut Fields<'_>, secret: &Secret, place: Place) {
    for key in [SecretKey::DockerConfigJson, SecretKey::DockerCfg] {
        let Some(value) = secret.values.get(&key) else {
            continue;
        };
        if !is_object(value.expose()) {
            let message = "no JSON; write the file config.json here, encoded once under data, \
                           or as it is under stringData";
            warn(object, place, key.as_str(), Severity::Error, message);
        }
    }
}

fn check_pairs(object: &mut Fields<'_>, secret: &Secret, place: Place) {
    let mut pairs = vec![(SecretKey::CertFile, SecretKey::KeyFile)];
    match secret.secret_type.as_deref() {
        // Said by the type already.
        Some("kubernetes.io/tls") => {}
        Some("kubernetes.io/basic-auth") => pairs.push((SecretKey::Username, SecretKey::Password)),
        // Other programs' Secrets often hold a password alone.
        _ => pairs.push((SecretKey::TlsCrt, SecretKey::TlsKey)),
    }
    for (left, right) in pairs {
        match (present(object, left), present(object, right)) {
            (true, false) => missing(object, place, left, right),
            (false, true) => missing(object, place, right, left),
            _ => {}
        }
    }
}

fn missing(object: &mut Fields<'_>, place: Place, given: SecretKey, missing: SecretKey) {
    let message = format!("missing; {} needs it", given.as_str());
    warn(object, place, missing.as_str(), Severity::Warning, &message);
}

/// A key that signs needs no hosts, so that this is a note.
fn check_ssh(object: &mut Fields<'_>, secret: &Secret, place: Place) {
    if secret.is(SecretKind::Ssh) && !present(object, SecretKey::KnownHosts) {
        let message = "missing; enough to sign commits, but SSH needs it to know the server: \
                       `ssh-keyscan github.com` prints such lines";
        let key = SecretKey::KnownHosts.as_str();
        warn(object, place, key, Severity::Note, message);
    }
}

fn check_github_app(object: &mut Fields<'_>, secret: &Secret, place: Place) {
    use SecretKey as Key;
    let names = [
        [
            Key::GithubAppId,
            Key::GithubAppPrivateKey,
            Key::GithubAppInstallationId,
        ],
        [
            Key::FleetGithubAppId,
            Key::FleetGithubAppPrivateKey,
            Key::FleetGithubAppInstallationId,
        ],
    ];
    for keys in names {
        let given = keys.map(|key| present(object, key));
        if !given.contains(&true) {
            continue;
        }
        for (key, given) in keys.into_iter().zip(given) {
            let owner = key == Key::GithubAppInstallationId
                && secret.get(Key::GithubAppInstallationOwner).is_some();
            if !given && !owner {
                let message = "missing; a GitHub App needs it";
                warn(object, place, key.as_str(), Severity::Warning, message);
            }
        }
    }
}

/// A note, since the Secret may be another program's.
fn check_old_names(object: &mut Fields<'_>, secret: &Secret) {
    let names = [
        (SecretKey::CaFile, SecretKey::CaCrt),
        (SecretKey::CertFile, SecretKey::TlsCrt),
        (SecretKey::KeyFile, SecretKey::TlsKey),
    ];
    for (old, new) in names {
        if secret.get(old).is_some() && secret.get(new).is_none() {
            let message = format!("an older name; write {}", new.as_str());
            let map = if has(object, "stringData", old) {
                "stringData"
            } else {
                "data"
            };
            warn(object, Place(map), old.as_str(), Severity::Note, &message);
        }
    }
}

fn has(object: &mut Fields<'_>, map: &'static str, key: SecretKey) -> bool {
    let node = object.get(map);
    node.is_some_and(|node| node.get(key.as_str()).is_some())
}

/// At the key where it is there, else at the map in which it should be.
fn warn(object: &mut Fields<'_>, place: Place, key: &str, severity: Severity, message: &str) {
    let map = object.get(place.0);
    let at = map.map_or(object.at(), |map| {
        map.get(key).map_or(map.at, |node| node.at)
    });
    let name = join(place.0, key);
    object.add_below(severity, at, &name, message.to_owned());
}
