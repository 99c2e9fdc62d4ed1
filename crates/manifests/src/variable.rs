//! Variables of Flux's substitution that nobody resolved.

/// Fields in which `${name}` means something else than in Flux's substitution.
pub(crate) const TEMPLATES: &[&str] = &[
    "expression",
    "extract",
    "filter",
    "ignore",
    "message",
    "messageTemplate",
    "resourceFilter",
];

pub(crate) const UNRESOLVED: &str = "holds a variable ${...} that is not resolved; \
                          read the output of `flux build` or `envsubst` instead";

/// Whether a text has a variable of Flux's substitution: `${name}`, or with a
/// default `${name:=value}`.
pub(crate) fn has_variable(text: &str) -> bool {
    text.match_indices("${").any(|(at, _)| {
        let name = text[at + 2..].chars().next();
        name.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
    })
}
