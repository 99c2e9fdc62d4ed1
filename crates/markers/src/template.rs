//! The part of a value that a marker means.

/// Where the part stands in a template.
const PLACE: &str = "{value}";

/// A template, `--version={value}`: what stands before and behind the part, and never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    source: String,
    before: String,
    behind: String,
}

impl Template {
    /// Reads a template, or says what is wrong with it.
    pub(crate) fn parse(source: &str) -> Result<Self, String> {
        let (mut texts, mut text) = (Vec::new(), String::new());
        let mut rest = source;
        while let Some(at) = rest.find(['{', '}']) {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            rest = if let Some(behind) = rest.strip_prefix(PLACE) {
                texts.push(std::mem::take(&mut text));
                behind
            } else {
                text.push_str(&rest[..1]);
                rest.strip_prefix("{{")
                    .or_else(|| rest.strip_prefix("}}"))
                    .ok_or_else(|| {
                        "the template has a brace that is no part of `{value}`; \
                         write `{{` or `}}` for a brace"
                            .to_owned()
                    })?
            };
        }
        text.push_str(rest);
        match texts.len() {
            0 => Err("the template has no `{value}`".to_owned()),
            1 => Ok(Self {
                source: source.to_owned(),
                before: texts.remove(0),
                behind: text,
            }),
            _ => Err("the template has more than one `{value}`".to_owned()),
        }
    }

    /// As written.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// The part of `whole`, when it fits.
    pub(crate) fn part<'w>(&self, whole: &'w str) -> Option<&'w str> {
        let part = whole
            .strip_prefix(self.before.as_str())?
            .strip_suffix(self.behind.as_str())?;
        part.chars().all(is_part).then_some(part)
    }

    /// The value with `part` in its place, when it would be found there again.
    pub(crate) fn whole(&self, part: &str) -> Result<String, &'static str> {
        let whole = format!("{}{part}{}", self.before, self.behind);
        match self.part(&whole) {
            Some(_) => Ok(whole),
            None => Err(
                "the new value holds a character that ends a part of a value; \
                 letters, digits and `-_.:/@+~%` can stand there",
            ),
        }
    }
}

/// What images, tags, digests and versions are written with. All else may begin what the template
/// does not know of, as in `?ref=v1&depth=1`, and is never taken for a part of the value.
fn is_part(char: char) -> bool {
    char.is_alphanumeric() || "-_.:/@+~%".contains(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(template: &str, whole: &str, part: Option<&str>) {
        assert_eq!(Template::parse(template).unwrap().part(whole), part);
    }

    #[track_caller]
    fn broken(template: &str, reason: &str) {
        assert_eq!(Template::parse(template), Err(reason.to_owned()));
    }

    #[test]
    fn a_part_is_what_stands_between() {
        check("--version={value}", "--version=1.2.3", Some("1.2.3"));
        check("{value}-alpine", "1.2.3-alpine", Some("1.2.3"));
        check("<{value}>", "<>", Some(""));
        check("{value}", "a:1@sha256:00", Some("a:1@sha256:00"));
        check("{{{value}}}", "{1}", Some("1"));
        check("ü{value}ü", "ü1ü", Some("1"));
    }

    #[test]
    fn what_does_not_fit_is_no_part() {
        check("--version={value}", "--vesion=1", None);
        check("aXa{value}aXa", "aXaXa", None);
        check("x?ref={value}", "x?ref=v1&depth=1", None);
        check("{value}", "two words", None);
        check("{value}", "", Some(""));
    }

    #[test]
    fn broken_templates() {
        broken("--version=", "the template has no `{value}`");
        broken("", "the template has no `{value}`");
        broken("{{value}}", "the template has no `{value}`");
        broken(
            "{value}:{value}",
            "the template has more than one `{value}`",
        );
        let brace = "the template has a brace that is no part of `{value}`; \
                     write `{{` or `}}` for a brace";
        for template in ["{tag}", "{value", "{value}}", "{ value }", "${X}{value}"] {
            broken(template, brace);
        }
    }

    #[test]
    fn a_part_that_would_not_be_found_again_is_refused() {
        let template = Template::parse("?ref={value}").unwrap();
        assert_eq!(template.whole("v2").as_deref(), Ok("?ref=v2"));
        assert_eq!(
            template.whole("v2&x"),
            Err(
                "the new value holds a character that ends a part of a value; \
                 letters, digits and `-_.:/@+~%` can stand there"
            )
        );
    }
}
