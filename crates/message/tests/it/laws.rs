//! Laws that hold for every template.

use proptest::prelude::*;
use tagwright_message::{
    Automation, Change, Data, Error, Image, Lint, Message, Object, Template, Trailer,
};

use crate::support::data;

#[test]
fn public_types_are_send_and_sync() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Template>();
    check::<Message>();
    check::<(Lint, Trailer)>();
    check::<Error>();
    check::<(Automation, Change, Data, Image, Object)>();
}

/// Pieces that look like templates, so that parsers are led astray.
fn source() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{{",
        "}}",
        "{%",
        "%}",
        "{{-",
        "-}}",
        " ",
        "\n",
        "(",
        ")",
        "|",
        ".",
        ",",
        "$",
        "$x",
        ":=",
        "=",
        "\"",
        "`",
        "'a'",
        "1",
        "-1.5",
        "0x",
        "if ",
        "range ",
        "with ",
        "else ",
        "end",
        "define ",
        "block ",
        "template ",
        "\"t\"",
        "break",
        "continue",
        "printf ",
        "\"%*d\"",
        "index ",
        ".Values",
        ".Changed.Changes",
        ".Updated",
        "list ",
        "dict ",
        "repeat ",
        "trunc ",
        "nil",
        "true",
        "changes",
        "for x in ",
        "set x = ",
        "endfor",
        "endif",
        "é",
        "/*",
        "*/",
    ]);
    let piece =
        prop_oneof![4 => piece.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// An action with a function and arguments that may not fit it.
fn action() -> impl Strategy<Value = String> {
    let functions = [
        "printf",
        "print",
        "index",
        "len",
        "slice",
        "substr",
        "trunc",
        "replace",
        "join",
        "splitn",
        "dig",
        "set",
        "list",
        "dict",
        "round",
        "untilStep",
        "seq",
        "chunk",
        "eq",
        "lt",
        "html",
        "js",
        "default",
        "without",
        "toStrings",
        "base",
    ];
    let args = [
        "0",
        "1",
        "-1",
        "9223372036854775807",
        "-9223372036854775808",
        "1.5",
        "\"\"",
        "\"aé\"",
        "\"%-5.3q%[9]d%*v\"",
        "nil",
        "true",
        ".",
        ".Values",
        ".Changed.Objects",
        "(list 1 \"a\" nil)",
        "(dict \"a\" (dict))",
        "$",
    ];
    let args = prop::collection::vec(prop::sample::select(args.to_vec()), 0..5);
    (prop::sample::select(functions.to_vec()), args)
        .prop_map(|(f, a)| format!("{{{{ {f} {} }}}}", a.join(" ")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn text_without_actions_is_unchanged(text in any::<String>()) {
        prop_assume!(!text.contains("{{"));
        prop_assert_eq!(Template::go(&text).unwrap().render_text(&data()).unwrap(), text);
    }

    #[test]
    fn text_without_statements_is_unchanged(text in "([^{\r]*[^{\r\n])?") {
        prop_assert_eq!(Template::jinja(&text).unwrap().render_text(&data()).unwrap(), text);
    }

    #[test]
    fn no_source_makes_a_parser_or_a_render_panic(source in source()) {
        for template in [Template::go(&source), Template::jinja(&source)].into_iter().flatten() {
            let (once, twice) = (template.render_text(&data()), template.render_text(&data()));
            prop_assert_eq!(format!("{once:?}"), format!("{twice:?}"));
        }
    }

    #[test]
    fn no_arguments_make_a_function_panic(source in action()) {
        let template = Template::go(&source).unwrap();
        let (once, twice) = (template.render_text(&data()), template.render_text(&data()));
        prop_assert_eq!(format!("{once:?}"), format!("{twice:?}"));
    }

    #[test]
    fn errors_are_one_line_and_can_be_drawn(source in source()) {
        if let Err(error) = Template::go(&source).and_then(|t| t.render_text(&data())) {
            let text = error.to_string();
            prop_assert!(!text.contains('\n') && !text.ends_with('.'), "{}", text);
            prop_assert!(error.span().is_none_or(|span| source.get(span).is_some()), "{error:?}");
            prop_assert!(!error.render(&source).is_empty());
        }
    }

    #[test]
    fn a_message_stays_itself(text in prop_oneof![any::<String>(), "[ab \t\r\n]{0,12}"]) {
        if let Ok(message) = Message::new(&text) {
            prop_assert_eq!(&Message::new(message.as_str()).unwrap(), &message);
            prop_assert!(!message.subject().trim().is_empty());
        }
    }

    #[test]
    fn fleet_escapes_all_that_an_action_prints(text in "[^`\\x00]*") {
        let template = Template::fleet(&format!("{{{{ `{text}` }}}}")).unwrap();
        let printed = template.render_text(&data()).unwrap();
        prop_assert!(!printed.contains(['<', '>', '"', '\'', '+']));
        let back = [("&lt;", "<"), ("&gt;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#43;", "+"), ("&amp;", "&")];
        let back = back.iter().fold(printed, |text, (escaped, c)| text.replace(escaped, c));
        // Go drops carriage returns from raw strings.
        prop_assert_eq!(back, text.replace('\r', ""));
    }

    #[test]
    fn no_source_makes_fleet_panic(source in source(), html in "[<>!a-z =\"'/-]{0,20}") {
        for source in [format!("{html}{source}"), format!("{source}{html}")] {
            let read = [Template::fleet(&source), Template::fleet_with_data(&source)];
            for template in read.into_iter().flatten() {
                let (once, twice) = (template.render_text(&data()), template.render_text(&data()));
                prop_assert_eq!(format!("{once:?}"), format!("{twice:?}"));
            }
        }
    }

    #[test]
    fn no_pattern_makes_a_function_panic(
        pattern in "[ab()\\[\\]|*+?.^$\\\\dQE{}1,:i<>P-]{0,12}",
        text in "[ab1é ]{0,8}",
        with in "[$a{}1_]{0,6}",
    ) {
        let calls = [
            format!("regexMatch `{pattern}` `{text}`"),
            format!("regexFindAll `{pattern}` `{text}` 3"),
            format!("regexReplaceAll `{pattern}` `{text}` `{with}`"),
            format!("regexSplit `{pattern}` `{text}` -1"),
            format!("regexReplaceAllLiteral (regexQuoteMeta `{pattern}`) `{pattern}` ``"),
        ];
        for call in &calls {
            let template = Template::go(&format!("{{{{ {call} }}}}")).unwrap();
            let found = template.render_text(&data());
            prop_assert_eq!(format!("{found:?}"), format!("{:?}", template.render_text(&data())));
        }
        // A quoted pattern matches itself, and all of it.
        let quoted = Template::go(&format!("{{{{ {} }}}}", calls[4])).unwrap();
        prop_assert_eq!(quoted.render_text(&data()).unwrap(), "");
    }

    #[test]
    fn a_trailer_ends_the_message_and_is_said_once(text in "[a-z:# \n()-]{1,60}", value in "[a-z]{1,5}") {
        if let Ok(message) = Message::new(&text) {
            let trailer = Trailer::new("Key", &value).unwrap();
            let longer = message.with_trailer(&trailer);
            prop_assert!(longer.as_str().starts_with(message.as_str()));
            prop_assert_eq!(longer.subject(), message.subject());
            prop_assert_eq!(longer.trailers().last().cloned(), Some(trailer.clone()));
            prop_assert_eq!(longer.with_trailer(&trailer), longer);
        }
    }
}
