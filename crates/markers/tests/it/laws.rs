//! Laws over generated texts, with another reader of YAML as the judge.

use proptest::{collection::vec, prelude::*, sample::select};
use tagwright_markers::{Decision, FilePlan, Marker, Syntax, find, plan};
use yaml_rust2::{Yaml, YamlLoader};

/// One line of a mapping: indentation of the nested ones, value, what follows it.
fn entry() -> impl Strategy<Value = String> {
    let value = select(vec![
        "old:1",
        "'a b'",
        "\"q\\\" é\"",
        "&x y",
        "!!str z",
        "5",
        "1.10",
        "~",
        "x#y",
        "http://h:1/p",
        "''",
        "ü 🚢",
    ]);
    let gap = select(vec![" ", "  ", "    "]);
    let comment = select(vec![
        "",
        " ",
        "# note",
        "# {\"$imagepolicy\": \"a\"}",
        "#{\"$imagepolicy\":\"b\"}",
        "#  {\"$imagepolicy\": \"c\"}  ",
        "# {\"$imagepolicy\": \"a\"",
        "# x {\"$imagepolicy\": \"a\"}",
    ]);
    (gap.clone(), value, gap, comment)
        .prop_map(|(before, value, gap, comment)| format!("{before}{value}{gap}{comment}"))
}

fn block() -> impl Strategy<Value = String> {
    let entry = || vec(entry(), 1..4);
    prop_oneof![
        entry().prop_map(|values| lines("", "k", ":", &values)),
        entry().prop_map(|values| format!("m:\n{}", lines("  ", "k", ":", &values))),
        entry().prop_map(|values| format!("s:\n{}", lines("", "-", "", &values))),
        entry().prop_map(|values| format!(
            "h:\n  # {{\"$imagepolicy\": \"b\"}}\n{}",
            lines("  ", "-", "", &values)
        )),
        entry().prop_map(|values| format!("l: |\n{}", lines("   ", "k", ":", &values))),
        Just(
            "f: [a, 'b', # {\"$imagepolicy\": \"a\"}\n  {k: c}] # {\"$imagepolicy\": \"b\"}\n"
                .to_owned()
        ),
        Just("# {\"$imagepolicy\": \"a\"}\n\n\n".to_owned()),
        Just("p: one\n  two # {\"$imagepolicy\": \"c\"}\n".to_owned()),
        block_scalar(),
        multi_line(),
        flow(),
        named(),
    ]
}

/// Every header of a block scalar, with what looks like a marker in its text and behind it.
fn block_scalar() -> impl Strategy<Value = String> {
    let header = (
        select(vec!["|", ">"]),
        select(vec!["", "-", "+", "2", "2-", "-2", "+2"]),
        select(vec!["", " # note", " # {\"$imagepolicy\": \"a\"}"]),
    );
    let line = select(vec![
        "one: two",
        "  \u{fc}",
        "",
        "# {\"$imagepolicy\": \"a\"}",
    ]);
    (header, vec(line, 0..4)).prop_map(|((style, mark, comment), lines)| {
        let text: Vec<String> = lines.iter().map(|line| format!("  {line}\n")).collect();
        let text = text.concat();
        format!("b: {style}{mark}{comment}\n  first\n{text}n: old # {{\"$imagepolicy\": \"a\"}}\n")
    })
}

/// Scalars over two lines in each style, the marker behind the last.
fn multi_line() -> impl Strategy<Value = String> {
    let scalar = select(vec!["one\n  two", "'one\n\n  it''s'", "\"one \\\n  two\""]);
    (scalar, marker()).prop_map(|(scalar, marker)| format!("q: {scalar} {marker}\n"))
}

/// Flow collections over one line and over many, with comments between.
fn flow() -> impl Strategy<Value = String> {
    let one = |(first, second, marker): (&str, &str, &str)| {
        format!("f: {{a: {first}, 'b': [{second}, x]}} {marker}\ng: [{second}] {marker}\n")
    };
    let many = |(first, second, marker): (&str, &str, &str)| {
        format!("f: [\n  {first}, {marker}\n  # note\n  {{k: {second}}} {marker}\n  ]\n")
    };
    let value = || select(vec!["old", "'a b'", "\"\u{fc}\"", "&f x", "!!str 5", "~"]);
    let parts = || (value(), value(), marker());
    prop_oneof![parts().prop_map(one), parts().prop_map(many)]
}

/// Keys that are quoted, anchored or spelled out, comments above and between.
fn named() -> impl Strategy<Value = String> {
    let key = select(vec![
        "\"q\\t\"",
        "'it''s'",
        "\u{fc} \u{1f6a2}",
        "&k key",
        "!!str t",
        "? c\n",
        "\"#\"",
        "a#b",
    ]);
    let above = select(vec!["", "# note\n", "\n", "  # {\"$imagepolicy\": \"a\"\n"]);
    (above, key, marker()).prop_map(|(above, key, marker)| format!("{above}{key}: old {marker}\n"))
}

fn marker() -> impl Strategy<Value = &'static str> {
    select(vec![
        "",
        "# note",
        "# {\"$imagepolicy\": \"a\"}",
        "#{\"$imagepolicy\": \"b\"}",
        "# {\"$imagepolicy\": \"c\"}",
    ])
}

fn lines(indent: &str, head: &str, tail: &str, values: &[String]) -> String {
    let number = |index| {
        if head == "-" {
            String::new()
        } else {
            format!("{index}")
        }
    };
    values
        .iter()
        .enumerate()
        .map(|(index, value)| format!("{indent}{head}{}{tail}{value}\n", number(index)))
        .collect::<Vec<_>>()
        .concat()
}

/// A stream of documents with unique top-level keys, in any line endings, with or without an end.
fn text() -> impl Strategy<Value = String> {
    (vec(vec(block(), 1..6), 1..3), any::<[bool; 4]>()).prop_map(
        |(documents, [crlf, bom, start, open])| {
            let documents: Vec<String> = documents.iter().map(|blocks| document(blocks)).collect();
            let mut text = documents.join("---\n");
            if start {
                text.insert_str(0, "---\n");
            }
            if open {
                text.pop();
            }
            if crlf {
                text = text.replace('\n', "\r\n");
            }
            if bom {
                text.insert(0, '\u{feff}');
            }
            text
        },
    )
}

/// Each block below a key of its own, so that no key occurs twice.
fn document(blocks: &[String]) -> String {
    let nested = |(index, block): (usize, &String)| {
        let lines: Vec<String> = block.lines().map(|line| format!("  {line}\n")).collect();
        format!("top{index}:\n{}  end: x\n", lines.concat())
    };
    blocks.iter().enumerate().map(nested).collect()
}

fn new_value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9./:@_-]{0,20}",
        select(vec![
            "1.20",
            "1e3",
            "0x10",
            "yes",
            "null",
            "2021-01-01",
            "1_000",
            "190:20:30",
            "2.0.0",
            ""
        ])
        .prop_map(str::to_owned),
        "\\PC{0,8}",
    ]
}

fn set<'a>(text: &'a str, value: &'a str) -> FilePlan<'a> {
    let decide = |marker: &Marker, _: &str| match marker.setter() {
        "a" => Decision::Set(value.to_owned()),
        "b" => Decision::Set("fixed:1".to_owned()),
        _ => Decision::Withhold("held".to_owned()),
    };
    plan(text.as_bytes(), &Syntax::flux(), decide).unwrap()
}

/// The text as the judge reads it; it takes no byte order mark, and no number for what is quoted.
fn judge(text: &str) -> Vec<Yaml> {
    YamlLoader::load_from_str(text.trim_start_matches('\u{feff}')).unwrap()
}

/// The scalars in order, each as a string when it is one.
fn scalars(yaml: &Yaml, found: &mut Vec<Yaml>) {
    match yaml {
        Yaml::Array(items) => items.iter().for_each(|item| scalars(item, found)),
        Yaml::Hash(entries) => entries.iter().for_each(|(key, value)| {
            scalars(key, found);
            scalars(value, found);
        }),
        scalar => found.push(scalar.clone()),
    }
}

fn all_scalars(text: &str) -> Vec<Yaml> {
    let mut found = Vec::new();
    for document in judge(text) {
        scalars(&document, &mut found);
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_decision_is_identity(text in text()) {
        let decide = |_: &Marker, _: &str| Decision::Unknown { nearest: None };
        let planned = plan(text.as_bytes(), &Syntax::flux(), decide).unwrap();
        prop_assert!(planned.is_unchanged());
        prop_assert_eq!(planned.apply().unwrap(), text.as_bytes());
    }

    #[test]
    fn applying_twice_is_applying_once(text in text(), value in new_value()) {
        let once = String::from_utf8(set(&text, &value).apply().unwrap()).unwrap();
        let again = set(&once, &value);
        prop_assert!(again.is_unchanged(), "{:?}", again.edits());
    }

    #[test]
    fn bytes_outside_the_edits_are_equal(text in text(), value in new_value()) {
        let planned = set(&text, &value);
        let spans: Vec<_> = planned.edits().iter().map(tagwright_markers::Edit::span).collect();
        let after = String::from_utf8(planned.apply().unwrap()).unwrap();
        let (mut rest, mut kept) = (after.as_str(), 0);
        for span in spans {
            let outside = &text[kept..span.start];
            prop_assert!(rest.starts_with(outside));
            // What was written ends where the comment behind the value begins again.
            let next = &text[span.end..];
            let line = next.split('\n').next().unwrap_or_default();
            rest = &rest[outside.len()..];
            let end = rest.find(line).unwrap();
            rest = &rest[end..];
            kept = span.end;
        }
        prop_assert_eq!(rest, &text[kept..]);
    }

    #[test]
    fn exactly_the_marked_scalars_differ(text in text(), value in new_value()) {
        let planned = set(&text, &value);
        let edits = planned.edits().to_vec();
        let after = String::from_utf8(planned.apply().unwrap()).unwrap();
        let (before, after) = (all_scalars(&text), all_scalars(&after));
        prop_assert_eq!(before.len(), after.len());
        let differing: Vec<_> = before.iter().zip(&after).filter(|(old, new)| old != new).collect();
        // An anchored value changes where it is repeated, too: none is repeated here.
        prop_assert_eq!(differing.len(), edits.len());
        for (edit, new) in edits.iter().zip(edits.iter().map(|edit| Yaml::String(edit.new().to_owned()))) {
            prop_assert!(after.contains(&new), "{} is no string after", edit.new());
        }
        for (_, new) in &differing {
            prop_assert!(edits.iter().any(|edit| Yaml::String(edit.new().to_owned()) == **new), "{new:?}");
        }
    }

    #[test]
    fn any_text_has_an_answer(text in "\\PC{0,60}", tail in "[ \\t\\r\\n#:{}\\[\\]\"'|>&*!a-]{0,60}") {
        let text = format!("{tail}\n{text} # {{\"$imagepolicy\": \"a\"}}\n{tail}");
        if find(text.as_bytes(), &Syntax::flux()).is_ok() {
            let _ = set(&text, "new").apply().unwrap();
        }
    }
}
