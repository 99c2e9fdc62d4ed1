//! Both readers give the same steps.

use std::fmt::Write as _;

use proptest::{collection::vec, prelude::*, sample::select};

use super::{difference::difference, quick::Quick};

/// How many documents from the start the quick reader reads.
fn quickly(text: &str) -> usize {
    let mut quick = Quick::new(text, 255);
    let (mut at, mut count) = (0, 0);
    while let Some(next) = quick.document(at).filter(|_| at < text.len()) {
        (at, count) = (next, count + 1);
    }
    count
}

#[test]
fn common_documents_are_read_quickly() {
    for text in [
        "# a\n\na: b # c\nc:\n  d: 'e' # f\n  \"g\":   h i\n# j\n",
        "---\na:\n- b\n- c: d\n  e: [f, {g: h}]\n- - i\n  - j\n-\n- k",
        "a: |\n  b\n\n  c\nd:\n  - >-\n    e\n    f\n  - g\n",
        "a: \"b\\n\\\"c\\\"\"\r\nd: 'it''s'\r\n",
        "--- # a\nb:\n  # c\n  d: {}\ne: []\nf: --g=h\ni: -1\nj: http://k:1/l#m\n",
        "\u{fc}: \u{1f6a2}\n",
    ] {
        assert_eq!(quickly(text), 1, "{text}");
        assert_eq!(difference(text), None);
    }
    assert_eq!(quickly("a: b\n---\nc: d\n---\n# e\nf: g"), 3);
}

#[test]
fn a_key_behind_the_end_of_a_document_is_no_key() {
    for text in ["... a: b\n", "a: b\n... c: d\n", "--- # e\n... a: b\n"] {
        assert_eq!(difference(text), None);
    }
}

#[test]
fn the_recorded_texts_agree() {
    let cases = concat!(
        include_str!("../../testdata/setters.jsonl"),
        include_str!("../../testdata/fleet-setters.jsonl")
    );
    let texts = cases.lines().map(|line| {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        case["text"].as_str().unwrap().to_owned()
    });
    let differences: Vec<String> = texts.filter_map(|text| difference(&text)).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_document_that_is_read_in_full_leaves_the_next_to_the_quick_reader() {
    for odd in [
        "a: &x b\nc: *x\n",
        "a: b\n  c\n",
        "%YAML 1.2\n---\na: b\n",
        "a:\tb\n",
    ] {
        let text = format!("{odd}---\nd: e\n---\n{odd}...\n---\nf: g\n---\nh: *i\n");
        assert_eq!(difference(&text), None);
    }
}

/// Parts of lines, each apart by a line break.
const INDENTS: &str = "\n\n \n  \n  \n    \n      \n\t";
const DASHES: &str = "\n\n\n- \n- - \n-   \n-\n? \n-\t";
const KEYS: &str = "\na:\nb: \nc:  \nd e: \n\"f\": \n'g': \nh : \n- i: \nj#k: \n<<: \nl:m\n\"n\":\n\
    \"o\\t\": \n{p: q}: \n&r s: \n\u{fc}: \n#t: \nu\t: ";
const VALUES: &str = "\n\na\nb c\nd:e\nf#g\n'h'\n'i''j'\n\"k\"\n\"l\\\"m\"\n\"n\no'\n|\n>-\n|+\n|2\n| \n\
    [p, q]\n[r, ]\n[s t, u: v]\n{w: x}\n{y: z, }\n{\"a\":b}\n{a: [b, 'c']}\n[\n}\n{}\n[]\n[[]\n\
    &d e\n*d\n!f g\n!!str h\n~\nnull\n-1\n- i\n-\n--\n---\n...\n? j\n:k\n@l\n%m\nn: o\np:\n`q\nr\ts\n\
    \u{1f6a2}\n\u{85}\n\u{2028}\n\u{feff}\n1.5\n[a:b]\n[a:/b]\n[-a]\n[http://b:1/c]\n(d)\na, b\na] b\n\
    \\e\n+f\n=\n<g\n~h\na\u{a0}b\n'i' j\n\"k\"l\n[m] n\n[n]#o\n'p'#q";
const TAILS: &str = "\n\n\n \n # a\n  #b\n#c\n\t\n\t# d\n #";
const OTHERS: &str =
    "\n   \n# x\n  # y\n      # z\n---\n--- # a\n--- b\n...\n... a: b\n%YAML 1.2\n---c\n--- |\n\t";

fn one_of(parts: &'static str) -> impl Strategy<Value = &'static str> {
    select(parts.split('\n').collect::<Vec<_>>())
}

fn line() -> impl Strategy<Value = String> {
    let parts = [INDENTS, DASHES, KEYS, VALUES, TAILS].map(one_of);
    prop_oneof![
        10 => parts.prop_map(|parts| parts.concat()),
        1 => one_of(OTHERS).prop_map(str::to_owned),
    ]
}

/// Lines in an order that might have been meant: most of such texts are YAML.
fn nested() -> impl Strategy<Value = String> {
    let value = select(vec![
        "a",
        "b c",
        "'d'",
        "\"e\\n\"",
        "[f, g]",
        "{h: i}",
        "",
        "~",
        "|\n_x\n\n_ y\n",
        ">-\n_x\n_y\n",
        "*a",
        "&a b",
        "c\n_d",
        "--e",
        "# f",
        "'g' # h",
    ]);
    let shape = (0_usize..4, any::<bool>(), any::<bool>(), value, 0_usize..3);
    vec(shape, 1..14).prop_map(|lines| {
        let (mut text, mut depth) = (String::new(), 0);
        for (index, (wanted, is_item, opens, value, blank)) in lines.into_iter().enumerate() {
            depth = wanted.min(depth);
            let indent = "  ".repeat(depth);
            let head = if is_item {
                "- ".to_owned()
            } else {
                String::new()
            };
            let value = if opens { "" } else { value };
            let value = value.replace('_', &format!("{indent}   "));
            let _ = writeln!(text, "{indent}{head}k{index}: {value}");
            text += ["", "\n", "  # c\n"][blank];
            depth += usize::from(opens) + usize::from(is_item);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(1000)))]

    #[test]
    fn any_lines_agree(lines in vec(line(), 1..8), crlf in any::<bool>(), open in any::<bool>()) {
        let mut text = lines.join(if crlf { "\r\n" } else { "\n" });
        if !open {
            text.push('\n');
        }
        prop_assert_eq!(difference(&text), None);
    }

    #[test]
    fn nested_lines_agree(text in nested(), more in nested(), bom in any::<bool>()) {
        let bom = if bom { "\u{feff}" } else { "" };
        prop_assert_eq!(difference(&format!("{bom}{text}---\n{more}")), None);
    }
}
