//! The container `openssh-key-v1` (OpenSSH's PROTOCOL.key), opened here as far as `ssh-key` 0.6 stumbles: the number of an
//! ECDSA key is written without its leading zeros, which every second key on P-521 has, and is read back at full length
//! only. What comes out is an unencrypted container with the zeros in their place.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ssh_key::{Cipher, Kdf};

const MAGIC: &[u8] = b"openssh-key-v1\0";
const BEGIN: &str = "-----BEGIN OPENSSH PRIVATE KEY-----";
const END: &str = "-----END OPENSSH PRIVATE KEY-----";
/// The private part ends at a multiple of this.
const BLOCK: usize = 8;

/// The parts of a container with one key.
pub(super) struct Container {
    public: Vec<u8>,
    private: Vec<u8>,
    tag: Vec<u8>,
}

impl Container {
    /// `None` when the text is none, or holds more than one key.
    pub(super) fn parse(text: &str) -> Option<Container> {
        let (_, body) = text.split_once(BEGIN)?;
        let (body, _) = body.split_once(END)?;
        let body: String = body.split_ascii_whitespace().collect();
        let bytes = STANDARD.decode(body).ok()?;
        let mut rest = bytes.strip_prefix(MAGIC)?;
        for _name_and_options in 0..3 {
            take(&mut rest)?;
        }
        let (count, mut rest) = rest.split_first_chunk::<4>()?;
        let (public, private) = (take(&mut rest)?, take(&mut rest)?);
        (*count == 1_u32.to_be_bytes()).then(|| Container {
            public: public.to_vec(),
            private: private.to_vec(),
            tag: rest.to_vec(),
        })
    }

    /// Opens the private part. A wrong passphrase mostly shows in [`Container::open`] only.
    pub(super) fn decrypt(&mut self, cipher: Cipher, kdf: &Kdf, passphrase: &str) -> Option<()> {
        let (key, iv) = kdf.derive_key_and_iv(cipher, passphrase).ok()?;
        let tag = match self.tag.as_slice() {
            [] => None,
            tag => Some(tag.try_into().ok()?),
        };
        cipher.decrypt(&key, &iv, &mut self.private, tag).ok()
    }

    /// The bytes of the same key in a container without encryption.
    pub(super) fn open(&self) -> Option<Vec<u8>> {
        let mut rest = self.private.as_slice();
        let (checks, tail) = rest.split_at_checked(8)?;
        if checks[..4] != checks[4..] {
            return None;
        }
        rest = tail;
        let mut private = checks.to_vec();
        let name = take(&mut rest)?;
        put(&mut private, name);
        let mut curve = None;
        // The last is the comment; what follows it is padding, by the block of the cipher that was.
        for _ in 0..=numbers_of(name) {
            let part = take(&mut rest)?;
            match curve {
                // The third of an ECDSA key is its secret number.
                Some((curve, 1)) => put(&mut private, &at_full_length(part, curve)?),
                _ => put(&mut private, part),
            }
            curve = match curve {
                None if name.starts_with(b"ecdsa-sha2-") => Some((part, 0)),
                Some((curve, index)) => Some((curve, index + 1)),
                None => None,
            };
        }
        let missing = private.len().next_multiple_of(BLOCK) - private.len();
        private.extend((1..).take(missing));
        let mut bytes = MAGIC.to_vec();
        for part in [b"none".as_slice(), b"none", b""] {
            put(&mut bytes, part);
        }
        bytes.extend(1_u32.to_be_bytes());
        put(&mut bytes, &self.public);
        put(&mut bytes, &private);
        Some(bytes)
    }
}

/// How many parts stand between the name of a key's type and the comment.
fn numbers_of(name: &[u8]) -> usize {
    match name {
        b"ssh-ed25519" => 2,
        b"ssh-rsa" => 6,
        b"ssh-dss" => 5,
        _ => 3,
    }
}

/// A number as big as the curve's, with one more zero where it would be negative.
fn at_full_length(number: &[u8], curve: &[u8]) -> Option<Vec<u8>> {
    let length: usize = match curve {
        b"nistp256" => 32,
        b"nistp384" => 48,
        b"nistp521" => 66,
        _ => return None,
    };
    let start = number.iter().take_while(|&&byte| byte == 0).count();
    let digits = &number[start..];
    let negative = digits.len() == length && digits[0] >= 0x80;
    let zeros = length.checked_sub(digits.len())? + usize::from(negative);
    Some([vec![0; zeros], digits.to_vec()].concat())
}

/// A string: its length in four bytes, and its bytes.
fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, tail) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (bytes, tail) = tail.split_at_checked(length)?;
    *rest = tail;
    Some(bytes)
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    let length = u32::try_from(part.len()).expect("a part of a text of at most 4 GiB");
    bytes.extend(length.to_be_bytes());
    bytes.extend_from_slice(part);
}

#[cfg(test)]
mod tests {
    use super::at_full_length;

    #[test]
    fn numbers_get_their_zeros_back() {
        let short = at_full_length(&[7; 65], b"nistp521").unwrap();
        assert_eq!((short.len(), short[0], short[1]), (66, 0, 7));
        let high = at_full_length(&[0x80; 32], b"nistp256").unwrap();
        assert_eq!((high.len(), high[0]), (33, 0));
        assert_eq!(at_full_length(&[7; 33], b"nistp256"), None);
        assert_eq!(at_full_length(&[7; 32], b"nistp192"), None);
    }
}
