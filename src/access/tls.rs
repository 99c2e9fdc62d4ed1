//! Certificates in a Secret.

use super::Lack;
use super::find::Found;

/// What a Secret holds of certificates, in PEM.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Certificates {
    pub(super) authority: Option<String>,
    /// A certificate of our own, and its key.
    pub(super) own: Option<(String, String)>,
}

impl Certificates {
    pub(super) fn of(found: &Found) -> Result<Self, Lack> {
        let secret = &found.secret;
        let text = |value, key| found.as_text(value, key).map(str::to_owned);
        let authority = secret.certificate_authority();
        let own = secret.client_certificate();
        Ok(Self {
            authority: authority.map(|pem| text(pem, "ca.crt")).transpose()?,
            own: own
                .map(|(certificate, key)| {
                    Ok((text(certificate, "tls.crt")?, text(key, "tls.key")?))
                })
                .transpose()?,
        })
    }

    /// Of a Secret that is there for its certificates alone.
    pub(super) fn required(found: &Found) -> Result<Self, Lack> {
        let certificates = Self::of(found)?;
        match certificates {
            Self {
                authority: None,
                own: None,
            } => Err(found.lacks("ca.crt, and no tls.crt with its tls.key")),
            certificates => Ok(certificates),
        }
    }
}
