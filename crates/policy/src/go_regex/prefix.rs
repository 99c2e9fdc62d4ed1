//! What a text has to start with to match at all.

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, Look};

/// More beginnings than these cost more than they save.
const MAX_PREFIXES: usize = 4;

/// The texts, one of which stands at the start of whatever matches. Empty
/// where no such texts are known. A comparison of a few bytes keeps most tags
/// of a list from the regex.
#[derive(Clone, Debug)]
pub(super) struct Prefixes(Vec<Vec<u8>>);

impl Prefixes {
    /// `translated` is in the syntax of `regex`.
    pub(super) fn of(translated: &str) -> Self {
        let hir = regex_syntax::parse(translated).ok();
        Prefixes(
            hir.filter(is_anchored)
                .map_or(Vec::new(), |hir| beginnings(&hir)),
        )
    }

    #[inline]
    pub(super) fn may_start(&self, text: &str) -> bool {
        let starts = |prefix: &Vec<u8>| text.as_bytes().starts_with(prefix);
        self.0.is_empty() || self.0.iter().any(starts)
    }
}

fn is_anchored(hir: &Hir) -> bool {
    hir.properties().look_set_prefix().contains(Look::Start)
}

fn beginnings(hir: &Hir) -> Vec<Vec<u8>> {
    let sequence = Extractor::new().kind(ExtractKind::Prefix).extract(hir);
    let literals = sequence.literals().unwrap_or_default();
    if literals.len() > MAX_PREFIXES {
        return Vec::new();
    }
    let literals = literals.iter().map(|literal| literal.as_bytes().to_vec());
    literals.collect()
}
