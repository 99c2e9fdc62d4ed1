//! What a text has to start with to match at all.

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, Look};

use crate::text::leading;

/// More beginnings than these cost more than they save.
const MAX_PREFIXES: usize = 4;

/// The starts, one of which whatever matches has. Empty where none are known.
/// A comparison of eight bytes keeps most tags of a list from the regex.
#[derive(Clone, Debug)]
pub(super) struct Prefixes(Vec<Start>);

/// The first bytes of a text, eight at most.
#[derive(Clone, Copy, Debug)]
struct Start {
    bytes: u64,
    mask: u64,
}

impl Prefixes {
    /// `translated` is in the syntax of `regex`.
    pub(super) fn of(translated: &str) -> Self {
        let hir = regex_syntax::parse(translated).ok();
        Prefixes(
            hir.filter(is_anchored)
                .map_or(Vec::new(), |hir| starts(&hir)),
        )
    }

    /// False where `text` cannot match.
    #[inline]
    pub(super) fn may_start(&self, text: &str) -> bool {
        let leading = leading(text);
        let starts = |start: &Start| leading & start.mask == start.bytes;
        self.0.is_empty() || self.0.iter().any(starts)
    }
}

impl Start {
    fn new(literal: &[u8]) -> Self {
        let mut start = Start { bytes: 0, mask: 0 };
        for (byte, place) in literal.iter().zip(1..=8) {
            start.bytes |= u64::from(*byte) << (64 - 8 * place);
            start.mask |= 0xff << (64 - 8 * place);
        }
        start
    }
}

fn is_anchored(hir: &Hir) -> bool {
    hir.properties().look_set_prefix().contains(Look::Start)
}

fn starts(hir: &Hir) -> Vec<Start> {
    let sequence = Extractor::new().kind(ExtractKind::Prefix).extract(hir);
    let literals = sequence.literals().unwrap_or_default();
    if literals.len() > MAX_PREFIXES {
        return Vec::new();
    }
    let literals = literals.iter();
    literals
        .map(|literal| Start::new(literal.as_bytes()))
        .collect()
}
