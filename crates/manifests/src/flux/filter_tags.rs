//! `filterTags`: which tags take part, and what of them is compared.

mod groups;

use groups::{groups, names};

use crate::fields::Fields;
use crate::quote::quoted;
use crate::yaml::Position;
use crate::{Severity, Subject};

/// `spec.filterTags`, neither part parsed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct FilterTags {
    /// A regular expression in Go's syntax; empty matches every tag.
    pub pattern: String,
    /// What of a tag is compared, as `$ts`; `None` is the whole tag.
    pub extract: Option<String>,
}

pub(crate) fn filter_tags(mut fields: Fields<'_>) -> FilterTags {
    let pattern = fields.text_at("pattern");
    let extract = fields.text_at("extract");
    let good = pattern.is_none_or(|(pattern, at)| {
        check_pattern(&fields, pattern, at);
        fields.judge("pattern", Subject::Pattern(pattern))
    });
    // Of a bad pattern nobody knows the groups.
    if let (Some((extract, at)), true) = (extract, good) {
        check_extract(&fields, pattern.map(|(text, _)| text), extract, at);
        let pattern = pattern.map_or("", |(text, _)| text);
        fields.judge("extract", Subject::Extract { extract, pattern });
    }
    fields.finish();
    let owned = |(text, _): (&str, Position)| text.to_owned();
    FilterTags {
        pattern: pattern.map(owned).unwrap_or_default(),
        extract: extract.map(owned),
    }
}

/// A backslash that was written twice stands for itself, and no tag has one.
fn check_pattern(fields: &Fields<'_>, pattern: &str, at: Position) {
    if pattern.contains("\\\\") {
        let message = "matches a backslash, which no tag has; write one backslash \
                       instead of two, as '\\d'";
        fields.add(Severity::Warning, at, "pattern", message.to_owned());
    }
}

fn check_extract(fields: &Fields<'_>, pattern: Option<&str>, extract: &str, at: Position) {
    let warn = |message: String| fields.add(Severity::Warning, at, "extract", message);
    let Some(pattern) = pattern else {
        return warn(
            "an extract needs a pattern; write for example `pattern: '^main-(?P<ts>[0-9]+)$'`"
                .to_owned(),
        );
    };
    let names = names(extract);
    if names.is_empty() {
        return warn(
            "names no group of the pattern, so that every tag is compared as this text; \
             write for example `$ts`"
                .to_owned(),
        );
    }
    let groups = groups(pattern);
    if let Some(name) = names.iter().find(|name| !groups.has(name)) {
        warn(missing_group(name));
    }
}

fn missing_group(name: &str) -> String {
    let way_out = match name.parse::<u64>() {
        Ok(_) => "count its groups".to_owned(),
        Err(_) => format!("write (?P<{}>...) in it", crate::quote::shown(name)),
    };
    let name = quoted(name);
    format!("the pattern has no group {name}, which is empty then; {way_out}")
}
