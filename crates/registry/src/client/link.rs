//! The `Link` header field as RFC 5988 (now RFC 8288) defines it.

use reqwest::header::{HeaderMap, LINK};

use super::parameter;

/// What the `Link` fields of an answer say about the next page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// There is none.
    End,
    /// Its target, as it was written.
    At(String),
    /// The field cannot be read.
    Malformed,
}

/// The target of the link whose relation is `next`.
///
/// A link without any relation counts as the next page when no other does: registries that leave it out
/// have nothing else to link to, and to ignore it would cut the list short.
pub(crate) fn next(headers: &HeaderMap) -> Next {
    let mut unnamed = None;
    for field in headers.get_all(LINK) {
        let Ok(text) = field.to_str() else {
            return Next::Malformed;
        };
        let Some(links) = parse(text) else {
            return Next::Malformed;
        };
        for link in links {
            match link.relations {
                Some(relations) if names_next(&relations) => return Next::At(link.target),
                Some(_) => {}
                None => unnamed = unnamed.or(Some(link.target)),
            }
        }
    }
    unnamed.map_or(Next::End, Next::At)
}

fn names_next(relations: &str) -> bool {
    relations
        .split_ascii_whitespace()
        .any(|relation| relation.eq_ignore_ascii_case("next"))
}

struct Link {
    target: String,
    relations: Option<String>,
}

/// All links of one field; none of them if one cannot be read.
fn parse(text: &str) -> Option<Vec<Link>> {
    let mut links = Vec::new();
    let mut rest = text.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let (link, after) = parse_link(rest)?;
        links.push(link);
        rest = after.trim_start_matches([' ', '\t', ',']);
    }
    Some(links)
}

fn parse_link(text: &str) -> Option<(Link, &str)> {
    let (target, mut rest) = text.strip_prefix('<')?.split_once('>')?;
    let mut relations = None;
    loop {
        rest = rest.trim_start();
        let Some(text) = rest.strip_prefix(';') else {
            break;
        };
        let (name, value, after) = parameter::parse(text.trim_start())?;
        // Only the first `rel` counts, says the standard.
        if name.eq_ignore_ascii_case("rel") && relations.is_none() {
            relations = Some(value);
        }
        rest = after;
    }
    let ended = rest.is_empty() || rest.starts_with(',');
    ended.then(|| {
        (
            Link {
                target: target.trim().to_owned(),
                relations,
            },
            rest,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fields: &[&str], expected: &Next) {
        let headers: HeaderMap = fields.iter().map(|f| (LINK, f.parse().unwrap())).collect();
        assert_eq!(next(&headers), *expected, "{fields:?}");
    }

    fn at(target: &str) -> Next {
        Next::At(target.to_owned())
    }

    #[test]
    fn what_registries_send() {
        check(&[], &Next::End);
        check(
            &[r#"</v2/a/tags/list?last=b&n=2>; rel="next""#],
            &at("/v2/a/tags/list?last=b&n=2"),
        );
        check(
            &["<https://r/v2/a/tags/list?n=2>; rel=next"],
            &at("https://r/v2/a/tags/list?n=2"),
        );
        check(&["<?cursor=a,b;c>;rel=next"], &at("?cursor=a,b;c"));
    }

    #[test]
    fn the_relation_is_found_among_others() {
        check(
            &[r#"</p>; rel="prev", </n>; title="a, \"b\""; rel="last Next", </l>; rel=last"#],
            &at("/n"),
        );
        check(&["</p>; rel=prev", "</n>; REL=NEXT"], &at("/n"));
        check(&[r#"</p>; rel="prev""#], &Next::End);
        check(&["</p>; rel=prev; rel=next"], &Next::End);
    }

    #[test]
    fn a_link_without_a_relation_is_the_next_page() {
        check(&["</n>"], &at("/n"));
        check(&["</a>; title=x, </n>; rel=next"], &at("/n"));
    }

    #[test]
    fn what_cannot_be_read_is_never_taken_for_the_end() {
        for field in [
            "/v2/a",
            "</v2/a",
            "</n> rel=next",
            "</n>; rel=\"next",
            "</n>; =next",
            "</p>; rel=prev, x",
        ] {
            check(&[field], &Next::Malformed);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_next_page_is_found_among_others(
            before in proptest::collection::vec("[!-;=?-~]{0,9}", 0..4),
            target in "[!-;=?-~]{1,20}",
        ) {
            let mut links: Vec<_> = before.iter().map(|link| format!("<{link}>; rel=prev; title=\"<,;>\"")).collect();
            links.push(format!("<{target}> ; rel = \"last next\""));
            let headers = HeaderMap::from_iter([(LINK, links.join(",").parse().unwrap())]);
            proptest::prop_assert_eq!(next(&headers), Next::At(target));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[ -~]{0,40}") {
            let _ = parse(&text);
        }
    }
}
