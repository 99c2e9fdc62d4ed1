//! `commit`: how to commit.

use std::collections::BTreeMap;

use super::secret_ref;
use crate::fields::Fields;
use crate::flux::{KEY_TYPES, SigningKeyType};
use crate::{ObjectRef, Subject};

/// How commits are made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Commit {
    /// `author.name`.
    pub author_name: Option<String>,
    /// `author.email`.
    pub author_email: String,
    /// `message`: a template, not parsed; `None` is the default message.
    pub message: Option<String>,
    /// `messageSyntax` of the template; `None` is that of the dialect.
    pub message_syntax: Option<MessageSyntax>,
    /// `messageValues` that the template sees.
    pub message_values: BTreeMap<String, String>,
    /// `signingKey.secret`.
    pub signing_key: Option<ObjectRef>,
    /// `signingKey.type`, of [`signing_key`](Self::signing_key).
    pub signing_key_type: SigningKeyType,
    /// `trailers` to add, by their names, as `Tagwright-Policy`.
    pub trailers: Vec<String>,
}

/// The language of a message template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessageSyntax {
    /// `go`: Go's, as Flux has it.
    Go,
    /// `fleet`: Go's, as Fleet has it.
    Fleet,
    /// `jinja`: tagwright's own.
    Jinja,
}

const SYNTAXES: &[(&str, MessageSyntax)] = &[
    ("go", MessageSyntax::Go),
    ("fleet", MessageSyntax::Fleet),
    ("jinja", MessageSyntax::Jinja),
];

pub(super) fn read(mut fields: Fields<'_>) -> Commit {
    let (author_name, author_email) = author(&mut fields).unwrap_or_default();
    let message_syntax = fields.one_of("messageSyntax", SYNTAXES);
    let (signing_key, signing_key_type) = fields
        .fields("signingKey")
        .map(signing_key)
        .unwrap_or_default();
    let found = Commit {
        author_name,
        author_email,
        message: message(&mut fields, message_syntax),
        message_syntax,
        message_values: fields.text_map("messageValues"),
        signing_key,
        signing_key_type,
        trailers: fields.texts("trailers").unwrap_or_default(),
    };
    fields.finish();
    found
}

fn author(commit: &mut Fields<'_>) -> Option<(Option<String>, String)> {
    let mut author = commit.required_fields("author", "{email: bot@example.com}")?;
    let name = author.text("name");
    let email = author.required_text("email", "bot@example.com");
    author.finish();
    Some((name, email))
}

/// Judged where it is the dialect's own: a judge knows that one.
fn message(commit: &mut Fields<'_>, syntax: Option<MessageSyntax>) -> Option<String> {
    let message = commit.text("message")?;
    if syntax.is_none() {
        commit.judge("message", Subject::Template(&message));
    }
    Some(message)
}

fn signing_key(mut fields: Fields<'_>) -> (Option<ObjectRef>, SigningKeyType) {
    if fields.get("secret").is_none() {
        fields.missing("secret", "flux-system/signing-key");
    }
    let found = (
        secret_ref(&mut fields, "secret"),
        fields.one_of("type", KEY_TYPES).unwrap_or_default(),
    );
    fields.finish();
    found
}
