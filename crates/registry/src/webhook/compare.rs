use ring::{digest, hmac};

/// Whether both are the same, in a time that says nothing about where they differ or how long `expected` is.
pub(super) fn is_same(given: &[u8], expected: &[u8]) -> bool {
    // What is compared byte by byte are the codes of both under one key, which nobody can choose.
    let key = digest::digest(&digest::SHA256, expected);
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_ref());
    hmac::verify(&key, given, hmac::sign(&key, expected).as_ref()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn only_the_same_is_the_same() {
        assert!(is_same(b"", b"") && is_same(b"token", b"token"));
        for given in [&b""[..], b"toke", b"token ", b"Token", b"tokem"] {
            assert!(!is_same(given, b"token"));
        }
    }
}
