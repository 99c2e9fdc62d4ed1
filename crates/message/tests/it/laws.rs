//! Laws that hold for every template.

use proptest::prelude::*;
use tagwright_message::{Automation, Change, Data, Error, Image, Message, Object, Template};

use crate::support::data;

#[test]
fn public_types_are_send_and_sync() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Template>();
    check::<Message>();
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
    fn a_message_stays_itself(text in any::<String>()) {
        if let Ok(message) = Message::new(&text) {
            prop_assert_eq!(&Message::new(message.as_str()).unwrap(), &message);
            prop_assert!(!message.subject().trim().is_empty());
        }
    }
}
