use std::{
    collections::HashMap,
    fmt,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{
    answer::Answer,
    request::{Sent, parameter},
};

/// The name that the registry gives itself in its challenges.
const SERVICE: &str = "testkit";

/// What the registry wants of a client. Credentials are held as `user:password`.
#[derive(Clone)]
pub(super) enum Auth {
    Open,
    Basic(String),
    Token(TokenAuth),
}

#[derive(Clone)]
pub(super) struct TokenAuth {
    /// Who gets a token; none gives it to anyone.
    credential: Option<String>,
    pub(super) lifetime: Duration,
    pub(super) realm: Option<String>,
}

impl TokenAuth {
    pub(super) fn new(credential: Option<String>) -> Self {
        Self {
            credential,
            lifetime: Duration::from_secs(300),
            realm: None,
        }
    }

    /// The token service: a token for `scope`, for whoever may have one.
    pub(super) fn grant(&self, tokens: &mut Tokens, sent: &Sent, query: Option<&str>) -> Answer {
        let allowed = match &self.credential {
            Some(credential) => *sent == Sent::Basic(credential.clone()),
            None => *sent == Sent::None,
        };
        if !allowed {
            return unauthorized("Basic realm=\"testkit\"");
        }
        let token = tokens.issue(parameter(query, "scope").unwrap_or_default(), self.lifetime);
        Answer::json(
            200,
            &json!({ "token": token, "expires_in": self.lifetime.as_secs() }),
        )
    }

    fn challenge(&self, address: &str, scope: Option<&str>) -> String {
        let own = || format!("http://{address}/token");
        let realm = self.realm.clone().unwrap_or_else(own);
        let scope = scope
            .map(|scope| format!(",scope=\"{scope}\""))
            .unwrap_or_default();
        format!("Bearer realm=\"{realm}\",service=\"{SERVICE}\"{scope}")
    }
}

impl Auth {
    /// The same for another credential.
    pub(super) fn with(&self, credential: &str) -> Self {
        match self {
            Self::Open => Self::Open,
            Self::Basic(_) => Self::Basic(credential.to_owned()),
            Self::Token(auth) => Self::Token(TokenAuth {
                credential: Some(credential.to_owned()),
                ..auth.clone()
            }),
        }
    }

    /// The answer to a request that may not have what `scope` names; none when it may.
    pub(super) fn refusal(
        &self,
        tokens: &Tokens,
        sent: &Sent,
        scope: Option<&str>,
        address: &str,
    ) -> Option<Answer> {
        match (self, sent) {
            (Self::Open, _) => None,
            (Self::Basic(want), Sent::Basic(got)) if want == got => None,
            (Self::Basic(_), _) => Some(unauthorized("Basic realm=\"testkit\"")),
            (Self::Token(_), Sent::Bearer(token)) if tokens.covers(token, scope) => None,
            (Self::Token(auth), _) => Some(unauthorized(&auth.challenge(address, scope))),
        }
    }
}

fn unauthorized(challenge: &str) -> Answer {
    let answer = Answer::error(401, "UNAUTHORIZED", "authentication required", &json!(null));
    answer.header("www-authenticate", challenge)
}

/// The tokens that have been given out.
#[derive(Default)]
pub(super) struct Tokens {
    issued: usize,
    valid: HashMap<String, Grant>,
}

struct Grant {
    scope: String,
    expires: Instant,
}

impl Tokens {
    pub(super) fn revoke(&mut self) {
        self.valid.clear();
    }

    fn issue(&mut self, scope: String, lifetime: Duration) -> String {
        self.issued += 1;
        let token = format!("testkit-token-{}", self.issued);
        let expires = Instant::now() + lifetime;
        self.valid.insert(token.clone(), Grant { scope, expires });
        token
    }

    fn covers(&self, token: &str, scope: Option<&str>) -> bool {
        let Some(grant) = self.valid.get(token) else {
            return false;
        };
        let in_scope = scope.is_none_or(|scope| grant.scope.split(' ').any(|s| s == scope));
        in_scope && Instant::now() < grant.expires
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "Open",
            Self::Basic(_) => "Basic",
            Self::Token(_) => "Token",
        })
    }
}
