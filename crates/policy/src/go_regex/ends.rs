//! What a text has to start and to end with to match at all.

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, Look};

use crate::text::{leading, trailing};

/// More beginnings or ends than these cost more than they save.
const MAX_ENDS: usize = 8;

/// The starts and the ends, one of which whatever matches has. Empty where
/// none are known. A comparison of eight bytes keeps most tags of a list from
/// the regex: the usual filter by its start, the usual exclusion, `\.sig$`, by
/// its end.
#[derive(Clone, Debug)]
pub(super) struct Ends {
    first: Vec<Bytes>,
    last: Vec<Bytes>,
}

/// Eight bytes or fewer at one end of a text.
#[derive(Clone, Copy, Debug)]
struct Bytes {
    bytes: u64,
    mask: u64,
}

impl Ends {
    /// `translated` is in the syntax of `regex`.
    pub(super) fn of(translated: &str) -> Self {
        let Ok(hir) = regex_syntax::parse(translated) else {
            return Ends {
                first: Vec::new(),
                last: Vec::new(),
            };
        };
        Ends {
            first: firsts(&hir),
            last: lasts(&hir),
        }
    }

    /// False where `text` cannot match.
    #[inline]
    pub(super) fn may_match(&self, text: &str) -> bool {
        may_have(&self.first, leading, text) && may_have(&self.last, trailing, text)
    }
}

#[inline]
fn may_have(wanted: &[Bytes], end: fn(&str) -> u64, text: &str) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let end = end(text);
    wanted.iter().any(|one| end & one.mask == one.bytes)
}

impl Bytes {
    /// The start of a text, as [`leading`] gives it.
    fn first(literal: &[u8]) -> Self {
        let bytes = literal.iter().zip(1..=8);
        Bytes::new(bytes.map(|(byte, place)| (*byte, 64 - 8 * place)))
    }

    /// The end of a text, as [`trailing`] gives it.
    fn last(literal: &[u8]) -> Self {
        let bytes = literal.iter().rev().zip(0..8);
        Bytes::new(bytes.map(|(byte, place)| (*byte, 8 * place)))
    }

    fn new(shifted: impl Iterator<Item = (u8, u32)>) -> Self {
        shifted.fold(Bytes { bytes: 0, mask: 0 }, |end, (byte, shift)| Bytes {
            bytes: end.bytes | u64::from(byte) << shift,
            mask: end.mask | 0xff << shift,
        })
    }
}

fn firsts(hir: &Hir) -> Vec<Bytes> {
    if !hir.properties().look_set_prefix().contains(Look::Start) {
        return Vec::new();
    }
    literals(hir, ExtractKind::Prefix, Bytes::first)
}

fn lasts(hir: &Hir) -> Vec<Bytes> {
    if !hir.properties().look_set_suffix().contains(Look::End) {
        return Vec::new();
    }
    literals(hir, ExtractKind::Suffix, Bytes::last)
}

fn literals(hir: &Hir, kind: ExtractKind, end: fn(&[u8]) -> Bytes) -> Vec<Bytes> {
    let sequence = Extractor::new().kind(kind).extract(hir);
    let literals = sequence.literals().unwrap_or_default();
    if literals.len() > MAX_ENDS {
        return Vec::new();
    }
    literals.iter().map(|one| end(one.as_bytes())).collect()
}
