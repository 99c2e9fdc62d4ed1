use crate::secret::Secret;

/// How a client shows who it is to a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// Nothing is shown: what the registry gives to everyone.
    Anonymous,
    /// A user name and a password or an access token, for Basic authentication or to get a token with.
    Basic {
        /// The user name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A token that the registry takes as it is.
    Bearer(Secret),
    /// An `OAuth2` refresh token, which the registry's token server exchanges for an access token;
    /// `identitytoken` in docker's `config.json`.
    IdentityToken(Secret),
}

impl Credential {
    /// A user name and a password.
    pub fn basic(username: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::Basic {
            username: username.into(),
            password: password.into(),
        }
    }
}
