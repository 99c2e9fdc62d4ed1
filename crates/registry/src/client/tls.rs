use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::error::{Error, Kind};

/// A TLS configuration of our own, so that no process-wide crypto provider is installed or needed.
pub(crate) fn config(pem_files: &[Vec<u8>]) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = certificates(pem_files)?;
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|_| unusable("TLS cannot be set up"))?;
    let builder = match Verifier::new_with_extra_roots(roots.iter().cloned(), Arc::clone(&provider))
    {
        Ok(verifier) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier)),
        Err(_) => builder.with_root_certificates(only(roots)?),
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The given roots and nothing else: the system has none, as in an empty container. With no root at all
/// plain HTTP still works, and TLS says that the issuer is unknown.
fn only(certificates: Vec<CertificateDer<'static>>) -> Result<RootCertStore, Error> {
    let mut store = RootCertStore::empty();
    for certificate in certificates {
        store
            .add(certificate)
            .map_err(|_| unusable("a root certificate that cannot be used"))?;
    }
    Ok(store)
}

fn certificates(pem_files: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut certificates = Vec::new();
    for pem in pem_files {
        let before = certificates.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            certificates
                .push(certificate.map_err(|_| unusable("a root certificate file that is broken"))?);
        }
        if certificates.len() == before {
            return Err(unusable("a root certificate file without a certificate"));
        }
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
