//! Certificates and keys as text: checked before a server is asked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, ErrorKind};

const CERTIFICATES: [&str; 3] = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];
const KEYS: [&str; 3] = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];

/// Fails unless one certificate at least stands in it, and all of them are whole. `what` names the text in the error.
pub(crate) fn check_certificates(what: &str, pem: &str) -> Result<(), Error> {
    let blocks = blocks(pem).map_err(|why| invalid(what, why))?;
    let mut certificates = blocks
        .iter()
        .filter(|block| CERTIFICATES.contains(&block.label))
        .peekable();
    if certificates.peek().is_none() {
        let why = "no certificate stands in it; hand over PEM with the line '-----BEGIN CERTIFICATE-----'";
        return Err(invalid(what, why));
    }
    if certificates.all(Block::is_der) {
        Ok(())
    } else {
        Err(invalid(
            what,
            "a certificate in it is damaged; copy the file again",
        ))
    }
}

/// Fails unless a private key stands in it that needs no passphrase.
pub(crate) fn check_key(what: &str, pem: &str) -> Result<(), Error> {
    let blocks = blocks(pem).map_err(|why| invalid(what, why))?;
    let is_encrypted =
        |block: &Block<'_>| block.label == "ENCRYPTED PRIVATE KEY" || block.has_headers;
    if blocks.iter().any(is_encrypted) {
        let why = "it is encrypted; decrypt it with 'openssl pkey' first";
        return Err(invalid(what, why));
    }
    match blocks.iter().find(|block| KEYS.contains(&block.label)) {
        Some(key) if key.is_der() => Ok(()),
        Some(_) => Err(invalid(what, "it is damaged; copy the file again")),
        None => {
            let why = "no private key stands in it; hand over PEM with the line '-----BEGIN PRIVATE KEY-----'";
            Err(invalid(what, why))
        }
    }
}

/// What stands between a line `-----BEGIN <label>-----` and its end.
struct Block<'a> {
    label: &'a str,
    /// `Proc-Type: 4,ENCRYPTED` and the like, as OpenSSL wrote encrypted keys once.
    has_headers: bool,
    body: String,
}

impl Block<'_> {
    /// One whole value of DER, a sequence. What else a certificate says is for the server's and `git`'s libraries to judge.
    fn is_der(&self) -> bool {
        let bytes = STANDARD.decode(&self.body).unwrap_or_default();
        let Some((&[0x30, first], rest)) = bytes.split_first_chunk() else {
            return false;
        };
        let (length, rest) = match usize::from(first) {
            short @ ..0x80 => (short, rest),
            long => match rest.split_at_checked(long - 0x80) {
                Some((digits, rest)) if digits.len() <= 4 => (big_endian(digits), rest),
                _ => return false,
            },
        };
        // What is trusted follows a trusted certificate.
        rest.len() == length || self.label == "TRUSTED CERTIFICATE" && rest.len() > length
    }
}

fn big_endian(digits: &[u8]) -> usize {
    digits
        .iter()
        .fold(0, |number, digit| number << 8 | usize::from(*digit))
}

/// The text between the blocks is anything, as `openssl x509 -text` writes it.
fn blocks(pem: &str) -> Result<Vec<Block<'_>>, &'static str> {
    const CUT: &str = "a line '-----END' is missing; copy the file again";
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for line in pem.lines().map(str::trim) {
        let begins = label(line, "-----BEGIN ");
        let ends = label(line, "-----END ");
        match &mut open {
            None => {
                open = begins.map(|label| Block {
                    label,
                    has_headers: false,
                    body: String::new(),
                });
            }
            Some(block) if ends == Some(block.label) => blocks.extend(open.take()),
            Some(_) if begins.is_some() || ends.is_some() => return Err(CUT),
            Some(block) if line.contains(':') => block.has_headers = true,
            Some(block) => block.body.push_str(line),
        }
    }
    if open.is_some() { Err(CUT) } else { Ok(blocks) }
}

fn label<'a>(line: &'a str, before: &str) -> Option<&'a str> {
    line.strip_prefix(before)?.strip_suffix("-----")
}

/// Nothing of the text is repeated: keys may stand in it.
fn invalid(what: &str, why: &str) -> Error {
    Error::new(
        ErrorKind::InvalidCertificate,
        format!("invalid {what}: {why}"),
    )
}
