//! The `WWW-Authenticate` header field as RFC 9110 defines it (section 11).

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

use super::parameter;

/// One way of authentication that a server offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    pub(crate) fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self
            .parameters
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// All challenges of an answer. A field that cannot be read is left out: the others may do.
pub(crate) fn all(headers: &HeaderMap) -> Vec<Challenge> {
    let fields = headers.get_all(WWW_AUTHENTICATE).into_iter();
    fields
        .filter_map(|field| parse(field.to_str().ok()?))
        .flatten()
        .collect()
}

/// The challenges of one field. A comma separates both challenges and parameters: what follows one is a
/// parameter when it has an `=`, else the next scheme.
fn parse(text: &str) -> Option<Vec<Challenge>> {
    let mut challenges: Vec<Challenge> = Vec::new();
    let mut rest = skip_separators(text);
    while !rest.is_empty() {
        let (token, after) = parameter::split_token(rest);
        if token.is_empty() {
            return None;
        }
        if after.trim_start().starts_with('=') {
            let (name, value, after) = parameter::parse(rest)?;
            challenges
                .last_mut()?
                .parameters
                .push((name.to_owned(), value));
            rest = skip_separators(after);
        } else {
            challenges.push(Challenge {
                scheme: token.to_owned(),
                parameters: Vec::new(),
            });
            rest = skip_separators(skip_token68(after));
        }
    }
    Some(challenges)
}

fn skip_separators(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', ','])
}

/// Passes over what `Negotiate` and its like carry instead of parameters: base64, and nothing else up to the
/// next comma.
fn skip_token68(text: &str) -> &str {
    let data = text.trim_start_matches([' ', '\t']);
    let (data, rest) = data.split_at(data.find([',', ' ', '\t']).unwrap_or(data.len()));
    let rest = rest.trim_start_matches([' ', '\t']);
    let ends = rest.is_empty() || rest.starts_with(',');
    if ends && is_token68(data) { rest } else { text }
}

fn is_token68(text: &str) -> bool {
    let data = text.trim_end_matches('=');
    !data.is_empty()
        && data
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._~+/".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(fields: &[&str]) -> Vec<String> {
        let headers: HeaderMap = fields
            .iter()
            .map(|f| (WWW_AUTHENTICATE, f.parse().unwrap()))
            .collect();
        all(&headers)
            .into_iter()
            .map(|c| format!("{} {:?}", c.scheme, c.parameters))
            .collect()
    }

    #[track_caller]
    fn check(fields: &[&str], expected: &[&str]) {
        assert_eq!(shown(fields), expected);
    }

    #[test]
    fn what_registries_send() {
        check(
            &[
                r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push""#,
            ],
            &[
                r#"Bearer [("realm", "https://auth.docker.io/token"), ("service", "registry.docker.io"), ("scope", "repository:a/b:pull,push")]"#,
            ],
        );
        check(
            &[r#"Basic realm="Registry Realm""#],
            &[r#"Basic [("realm", "Registry Realm")]"#],
        );
        check(&["basic"], &["basic []"]);
        check(
            &["BEARER realm=https://x/t , service = s"],
            &[r#"BEARER [("realm", "https://x/t"), ("service", "s")]"#],
        );
    }

    #[test]
    fn several_challenges_in_one_field_and_in_several() {
        let expected = [
            r#"Bearer [("realm", "r, \"q\"")]"#,
            r#"Basic [("realm", "b")]"#,
        ];
        check(&[r#"Bearer realm="r, \"q\"", Basic realm="b""#], &expected);
        check(
            &[r#"Bearer realm="r, \"q\"""#, r#", Basic realm="b","#],
            &expected,
        );
        check(
            &["Negotiate YII+/a==, Basic realm=b"],
            &["Negotiate []", r#"Basic [("realm", "b")]"#],
        );
        check(
            &["Negotiate, NTLM, Basic realm=b"],
            &["Negotiate []", "NTLM []", r#"Basic [("realm", "b")]"#],
        );
    }

    #[test]
    fn a_field_that_cannot_be_read_does_not_hide_the_others() {
        check(
            &[r#"Bearer realm="unclosed"#, "Basic realm=b"],
            &[r#"Basic [("realm", "b")]"#],
        );
        check(&["realm=x"], &[]);
        check(&["\"\""], &[]);
        check(&["", ", ,"], &[]);
    }

    #[test]
    fn a_long_field_is_read_in_one_pass() {
        for piece in [
            "a ",
            "a, ",
            "a=b, ",
            "a=",
            "\"",
            "a  =",
            ", ",
            "a x=\"\\\"\", ",
        ] {
            let text = piece.repeat(400_000 / piece.len());
            let start = text.len();
            // What takes the square of the length would not come back.
            assert!(
                parse(&text).is_none_or(|challenges| challenges.len() <= start),
                "{piece:?}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn parameters_are_read_back(pairs in proptest::collection::vec(("[a-z]{1,5}", "[ -~]{0,9}"), 1..5)) {
            let quote = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
            let written: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}=\"{}\"", quote(value))).collect();
            let text = format!("Bearer {}, Basic realm=x", written.join(" , "));
            let challenges = parse(&text).unwrap();
            proptest::prop_assert_eq!(challenges.len(), 2);
            proptest::prop_assert_eq!(&challenges[0].parameters, &pairs);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[ -~]{0,40}") {
            let _ = parse(&text);
        }
    }

    #[test]
    fn names_are_read_in_any_case() {
        let headers = HeaderMap::from_iter([(WWW_AUTHENTICATE, "bearer Realm=x".parse().unwrap())]);
        let challenge = &all(&headers)[0];
        assert!(challenge.is("Bearer"));
        assert_eq!(challenge.parameter("realm"), Some("x"));
        assert_eq!(challenge.parameter("service"), None);
    }
}
