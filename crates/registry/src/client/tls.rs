use std::sync::{Arc, OnceLock};

use rustls::client::WantsClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::Verifier;

use crate::error::{Error, Kind};

/// Whom the client trusts, and what it shows of itself: PEM files. No `Debug`: there is a private key.
#[derive(Clone)]
pub(crate) struct Tls {
    pub(crate) roots: Vec<Vec<u8>>,
    pub(crate) system_roots: bool,
    pub(crate) identity: Option<Identity>,
}

#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) certificate: Vec<u8>,
    pub(crate) key: Vec<u8>,
}

impl Default for Tls {
    fn default() -> Self {
        Self {
            roots: Vec::new(),
            system_roots: true,
            identity: None,
        }
    }
}

impl Tls {
    /// A TLS configuration of our own, so that no process-wide crypto provider is installed or needed.
    pub(crate) fn config(&self) -> Result<ClientConfig, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| unusable("TLS cannot be set up"))?;
        let builder = self.trust(builder)?;
        let mut config = match &self.identity {
            Some(identity) => identity.show(builder)?,
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    fn trust(
        &self,
        builder: ConfigBuilder<ClientConfig, WantsVerifier>,
    ) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, Error> {
        let mut roots = Vec::new();
        for pem in &self.roots {
            roots.extend(certificates(pem, "root")?);
        }
        if !self.system_roots && roots.is_empty() {
            return Err(unusable("no root certificate at all"));
        }
        let provider = builder.crypto_provider();
        let verifier = match (self.system_roots, roots.is_empty()) {
            (false, _) => None,
            (true, true) => system(provider),
            (true, false) => verifier(roots.clone(), provider),
        };
        Ok(match verifier {
            Some(verifier) => builder
                .dangerous()
                .with_custom_certificate_verifier(verifier),
            // Those of the system are not wanted, or there are none, as in an empty container. With no root at all
            // plain HTTP still works, and TLS says that the issuer is unknown.
            None => builder.with_root_certificates(only(roots)?),
        })
    }
}

impl Identity {
    fn show(
        &self,
        builder: ConfigBuilder<ClientConfig, WantsClientCert>,
    ) -> Result<ClientConfig, Error> {
        let chain = certificates(&self.certificate, "client")?;
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| self.no_key())?;
        let shown = builder.with_client_auth_cert(chain, key);
        shown.map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => Error::new(
                Kind::Config,
                "a client certificate that does not belong to its key",
                "give the key with which the certificate was asked for",
            ),
            _ => no_key("a client key that cannot be used"),
        })
    }

    fn no_key(&self) -> Error {
        let encrypted = b"ENCRYPTED";
        let is_encrypted = self
            .key
            .windows(encrypted.len())
            .any(|text| text == encrypted);
        no_key(if is_encrypted {
            "a client key that is encrypted"
        } else {
            "a client key file without a private key"
        })
    }
}

fn no_key(found: &str) -> Error {
    let hint = "give a PEM file with a 'BEGIN PRIVATE KEY' block, not encrypted";
    Error::new(Kind::Config, found, hint)
}

/// The system's roots, read once in a process: a client for each of many hosts and Secrets would read them all again.
fn system(provider: &Arc<CryptoProvider>) -> Option<Arc<Verifier>> {
    static SYSTEM: OnceLock<Arc<Verifier>> = OnceLock::new();
    if let Some(known) = SYSTEM.get() {
        return Some(Arc::clone(known));
    }
    let read = verifier(Vec::new(), provider)?;
    Some(Arc::clone(SYSTEM.get_or_init(|| read)))
}

fn verifier(
    roots: Vec<CertificateDer<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Option<Arc<Verifier>> {
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(provider));
    verifier.ok().map(Arc::new)
}

/// The given roots and nothing else.
fn only(certificates: Vec<CertificateDer<'static>>) -> Result<RootCertStore, Error> {
    let mut store = RootCertStore::empty();
    for certificate in certificates {
        store
            .add(certificate)
            .map_err(|_| unusable("a root certificate that cannot be used"))?;
    }
    Ok(store)
}

/// The certificates of a PEM file, at least one; `whose` stands in errors.
fn certificates(pem: &[u8], whose: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let broken = |_| unusable(&format!("a {whose} certificate file that is broken"));
    let certificates = CertificateDer::pem_slice_iter(pem)
        .map(|certificate| certificate.map_err(broken))
        .collect::<Result<Vec<_>, _>>()?;
    if certificates.is_empty() {
        return Err(unusable(&format!(
            "a {whose} certificate file without a certificate"
        )));
    }
    Ok(certificates)
}

fn unusable(found: &str) -> Error {
    Error::new(
        Kind::Config,
        found,
        "give a PEM file with 'BEGIN CERTIFICATE' blocks",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roots_of_the_system_are_read_once() {
        let provider = || Arc::new(rustls::crypto::ring::default_provider());
        // A machine may have none.
        if let (Some(one), Some(other)) = (system(&provider()), system(&provider())) {
            assert!(Arc::ptr_eq(&one, &other));
        }
    }
}
