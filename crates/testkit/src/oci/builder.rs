use std::time::Duration;

use super::{
    auth::{Auth, TokenAuth},
    registry::Registry,
};

/// What a [`Registry`] asks of its clients and how it pages. Made by [`Registry::builder`].
#[derive(Debug, Clone)]
pub struct Builder {
    pub(super) auth: Auth,
    pub(super) page_limit: usize,
    pub(super) refuse_pages_over: Option<usize>,
    pub(super) absolute_links: bool,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            auth: Auth::Open,
            page_limit: 1000,
            refuse_pages_over: None,
            absolute_links: false,
        }
    }

    /// Wants this user and password with every request.
    pub fn basic_auth(&mut self, user: &str, password: &str) -> &mut Self {
        self.auth = Auth::Basic(credential(user, password));
        self
    }

    /// Wants a token, which its own `/token` gives for this user and password.
    pub fn token_auth(&mut self, user: &str, password: &str) -> &mut Self {
        self.auth = Auth::Token(TokenAuth::new(Some(credential(user, password))));
        self
    }

    /// Wants a token, which its own `/token` gives to anyone, as Docker Hub does for public images.
    pub fn anonymous_tokens(&mut self) -> &mut Self {
        self.auth = Auth::Token(TokenAuth::new(None));
        self
    }

    /// Tokens are good for this long, 5 minutes unless set.
    ///
    /// # Panics
    ///
    /// When the registry does not use tokens.
    #[track_caller]
    pub fn token_lifetime(&mut self, lifetime: Duration) -> &mut Self {
        self.tokens().lifetime = lifetime;
        self
    }

    /// Sends clients to this URL for their tokens instead of its own `/token`.
    ///
    /// # Panics
    ///
    /// When the registry does not use tokens.
    #[track_caller]
    pub fn token_realm(&mut self, url: &str) -> &mut Self {
        self.tokens().realm = Some(url.to_owned());
        self
    }

    /// Gives at most so many tags a page, however many are asked for; 1000 unless set.
    ///
    /// # Panics
    ///
    /// When it is 0: the listing would never end.
    #[track_caller]
    pub fn page_limit(&mut self, tags: usize) -> &mut Self {
        assert!(tags > 0, "a page holds at least one tag");
        self.page_limit = tags;
        self
    }

    /// Answers `400 PAGINATION_NUMBER_INVALID` when a page of more than so many tags is asked for.
    pub fn refuse_pages_over(&mut self, tags: usize) -> &mut Self {
        self.refuse_pages_over = Some(tags);
        self
    }

    /// Names host and port in `Link`, where CNCF distribution gives the path alone.
    pub fn absolute_links(&mut self) -> &mut Self {
        self.absolute_links = true;
        self
    }

    /// Starts it on a free loopback port.
    #[track_caller]
    pub fn start(&self) -> Registry {
        Registry::with(self.clone())
    }

    #[track_caller]
    fn tokens(&mut self) -> &mut TokenAuth {
        match &mut self.auth {
            Auth::Token(tokens) => tokens,
            _ => panic!("this registry uses no tokens: call token_auth or anonymous_tokens first"),
        }
    }
}

fn credential(user: &str, password: &str) -> String {
    format!("{user}:{password}")
}
