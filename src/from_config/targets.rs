//! `targets`: what is written, and how it is committed.

use std::collections::BTreeMap;

use config::{Branch, Commit, Config, MessageSyntax, Place, Target};
use message::Template;
use tagwright_manifests::config;
use tagwright_manifests::flux::Provider;
use tagwright_message as message;
use tagwright_policy::Dialect;

use super::policies::Configured;
use super::{dialect, guards, secret, subject};
use crate::access::GitWish;
use crate::automation::AutomationBuilder;
use crate::error::Error;
use crate::loader::{Asker, Loading};
use crate::objects::Refusal;
use crate::trailer::Trailer;

pub(super) async fn builder(
    config: &Config,
    target: &Target,
    policies: &BTreeMap<&str, Configured>,
    loading: &mut Loading<'_>,
) -> Result<AutomationBuilder, Refusal> {
    let mut builder = loading.builder();
    builder
        .name("", &target.name)
        .dialect(dialect(config))
        .guards(guards(&config.guards))
        .path(target.path.as_deref().unwrap_or_default());
    if let Some(interval) = target.interval {
        builder.interval(interval);
    }
    take(target, policies, &mut builder)?;
    let subject = subject("target", &target.name, &target.location);
    let asker = Asker {
        subject: &subject,
        namespace: "",
        referrer: "",
    };
    match &target.place {
        Place::Branch(_) if builder.directory.is_some() => {}
        Place::Branch(place) => branch(config, place, &asker, &mut builder, loading).await?,
        Place::Directory(path) => _ = builder.directory(path),
        other => {
            return Err(format!(
                "{other:?} is not supported yet; choose another place"
            ));
        }
    }
    // What only the whole shows is told where it stands, too.
    builder.build().map_err(|error| error.to_string())?;
    Ok(builder)
}

/// The policies that the target names, or all.
fn take(
    target: &Target,
    policies: &BTreeMap<&str, Configured>,
    builder: &mut AutomationBuilder,
) -> Result<(), Refusal> {
    let Some(names) = &target.policies else {
        for (name, policy) in policies {
            policy.add(name, builder);
        }
        return Ok(());
    };
    for name in names {
        let left_out = || format!("policies: the policy {name} is left out; correct it");
        policies
            .get(name.as_str())
            .ok_or_else(left_out)?
            .add(name, builder);
    }
    Ok(())
}

async fn branch(
    config: &Config,
    place: &Branch,
    asker: &Asker<'_>,
    builder: &mut AutomationBuilder,
    loading: &mut Loading<'_>,
) -> Result<(), Refusal> {
    if place.provider != Provider::Generic {
        return Err("provider: logins of Git servers by an identity of this machine are not made; remove it and name a secret".to_owned());
    }
    let wish = GitWish {
        url: place.repository.clone(),
        secret: secret(place.secret.as_ref()),
        proxy: secret(place.proxy_secret.as_ref()),
        ..GitWish::default()
    };
    let remote = loading.remote(asker, wish).await;
    builder.remote_source(remote.map_err(|error| format!("repository: {error}"))?);
    builder.branch(&place.branch);
    push(place, builder);
    if let Some(timeout) = place.timeout {
        builder.git_timeout(timeout);
    }
    commit(dialect(config), &place.commit, asker, builder, loading).await
}

/// As in Flux a refspec is pushed to besides the branch.
fn push(place: &Branch, builder: &mut AutomationBuilder) {
    let Some(push) = &place.push else {
        return;
    };
    if let Some(branch) = &push.branch {
        builder.push_branch(branch);
    }
    if let Some(template) = &place.branch_template {
        builder.branch_template(template);
    }
    if let Some(refspec) = &push.refspec {
        builder.refspec(refspec);
    }
    for (key, value) in &push.options {
        match value.as_str() {
            "" => builder.push_option(key),
            value => builder.push_option(&format!("{key}={value}")),
        };
    }
}

async fn commit(
    dialect: Dialect,
    commit: &Commit,
    asker: &Asker<'_>,
    builder: &mut AutomationBuilder,
    loading: &mut Loading<'_>,
) -> Result<(), Refusal> {
    let email = &commit.author_email;
    // Git wants a name, so the email address stands in for it, as in Flux.
    builder.author(commit.author_name.as_ref().unwrap_or(email), email);
    if let Some(source) = &commit.message {
        let template = template(dialect, commit.message_syntax, source);
        builder.message(template.map_err(|error| format!("commit.message: {error}"))?);
    }
    for (key, value) in &commit.message_values {
        builder.message_value(key, value);
    }
    if let Some(key) = secret(commit.signing_key.as_ref()) {
        let signer = loading.signer(asker, key, commit.signing_key_type).await;
        let signer = signer.map_err(|error| format!("commit.signingKey: {error}"))?;
        builder.signer_source(signer);
    }
    let trailers: Result<Vec<Trailer>, Error> =
        commit.trailers.iter().map(|one| one.parse()).collect();
    builder.trailers(trailers.map_err(|error| format!("commit.trailers: {error}"))?);
    Ok(())
}

fn template(
    dialect: Dialect,
    syntax: Option<MessageSyntax>,
    source: &str,
) -> Result<Template, message::Error> {
    let of_dialect = match dialect {
        Dialect::Flux => MessageSyntax::Go,
        Dialect::Fleet => MessageSyntax::Fleet,
    };
    match syntax.unwrap_or(of_dialect) {
        MessageSyntax::Jinja => Template::jinja(source),
        MessageSyntax::Fleet => Template::fleet(source),
        _ => Template::go(source),
    }
}
