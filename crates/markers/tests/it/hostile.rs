//! Inputs made to hurt: an answer or an error, never a panic, never more than a moment.

use tagwright_markers::{
    Edit, ErrorKind, FilePlan, Insertion, Marker, OutcomeKind, Setters, Syntax, find, mark, plan,
    plan_all,
};

const M: &str = "# {\"$imagepolicy\": \"s\"}";

#[track_caller]
fn refused(text: &str) {
    let error = find(text.as_bytes(), &Syntax::flux()).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Syntax | ErrorKind::TooDeep),
        "{error}"
    );
    assert!(error.to_string().len() < 200, "{error}");
    assert!(!error.render(text).is_empty());
}

#[test]
fn deep_nesting() {
    for opening in ["[", "{a: ", "- ", "? "] {
        refused(&format!("{M}\n{}", opening.repeat(100_000)));
    }
}

/// Each document begins anew: what that costs must not grow with what is left of the text.
#[test]
fn many_documents_that_are_read_in_full() {
    for document in ["---\n", "---\n&a b\n", "---\na: &a b\nc: *a\n"] {
        let text = format!("a: b {M}\n{}", document.repeat(20_000));
        let setters = Setters::from([("s", "new")]);
        let planned = plan(text.as_bytes(), &Syntax::flux(), setters.decide()).unwrap();
        let after = planned.apply().unwrap();
        assert_eq!(after.len(), text.len() + 2);
    }
}

#[test]
fn a_field_path_is_bounded() {
    let nested = |level: usize| format!("{}{}:\n", " ".repeat(level), "k".repeat(1000));
    let keys: Vec<String> = (0..200).map(nested).collect();
    let text = format!("{}{}x: y {M}\n", keys.concat(), " ".repeat(200));
    let field = find(text.as_bytes(), &Syntax::flux()).unwrap()[0]
        .field()
        .to_owned();
    assert!(field.len() < 4096 && field.ends_with('…'), "{field}");
}

/// All markers of an object share what it is called, and that is bounded.
#[test]
fn an_object_is_not_copied_for_each_marker() {
    let name = "ü".repeat(100_000);
    let items = format!("- image: a:1 {M}\n").repeat(100);
    let text = format!("metadata:\n  name: {name}\nlist:\n{items}");
    let syntax = Syntax::flux();
    let setters = Setters::from([("s", "a:2")]);
    let planned = plan(text.as_bytes(), &syntax, setters.decide()).unwrap();
    let unmarked = text.replace(M, "");
    let marked = mark(unmarked.as_bytes(), &syntax, |_| Some("s".to_owned())).unwrap();
    let edits = planned.edits().iter().map(Edit::object);
    let insertions = marked.insertions().iter().map(Insertion::object);
    for objects in [edits.collect::<Vec<_>>(), insertions.collect()] {
        assert_eq!(objects.len(), 100);
        let name = objects[0].name();
        assert!(name.len() < 2048 && name.ends_with('…'), "{name}");
        assert!(
            objects
                .iter()
                .all(|object| std::ptr::eq(object.name(), name))
        );
    }
}

#[test]
fn an_alias_bomb_is_not_expanded() {
    let level = |level| {
        format!(
            "a{level}: &a{level} [{}]\n",
            format!("*a{},", level - 1).repeat(10)
        )
    };
    let levels: Vec<String> = (1..100).map(level).collect();
    let text = format!("a0: &a0 [x, x]\nm: x {M}\n{}", levels.concat());
    assert_eq!(find(text.as_bytes(), &Syntax::flux()).unwrap().len(), 1);
}

#[test]
fn a_million_looks_like_markers_on_one_line() {
    let text = format!("a: \"{}\"\n", "{'$imagepolicy' ".repeat(50_000));
    let planned = plan(text.as_bytes(), &Syntax::flux(), Setters::new().decide()).unwrap();
    assert_eq!(planned.outcomes().len(), 50_000);
    let last = planned.outcomes().last().unwrap();
    assert_eq!((last.line(), last.column()), (1, 4 + 16 * 49_999 + 3));
}

/// Where each marker would go must not depend on how much of the line is left.
#[test]
fn many_images_on_one_line() {
    let text = format!("c: [{}]\n", "{image: 'a:1'},".repeat(80_000));
    let planned = mark(text.as_bytes(), &Syntax::flux(), |_| Some("s".to_owned())).unwrap();
    assert_eq!(planned.outcomes().len(), 80_000);
    assert!(planned.is_unchanged());
}

#[test]
fn many_unknown_setters() {
    let known: Setters = (0..200)
        .map(|number| (format!("known-{number}"), "x"))
        .collect();
    let lines: Vec<String> = (0..20_000)
        .map(|number| format!("- x # {{\"$imagepolicy\": \"konwn-{number}\"}}\n"))
        .collect();
    let text = lines.concat();
    let planned = plan(text.as_bytes(), &Syntax::flux(), known.decide()).unwrap();
    assert_eq!(planned.outcomes().len(), 20_000);
    let first = OutcomeKind::UnknownSetter {
        nearest: Some("known-0".to_owned()),
    };
    assert_eq!(planned.outcomes()[0].kind(), &first);
}

/// The budget of the look-ups is that of the setters, not of a file's plan.
#[test]
fn many_files_of_unknown_setters() {
    let name = |letter, number| format!("{}{letter}{number:04}", "x".repeat(50));
    let known: Setters = (0..4000).map(|number| (name("a", number), "v")).collect();
    let file = |file| {
        let lines = (0..20).map(|line| {
            let setter = name("bcd", file * 20 + line);
            format!("- x # {{\"$imagepolicy\": \"{setter}\"}}\n")
        });
        (file, lines.collect::<String>())
    };
    let files: Vec<_> = (0..16).map(file).collect();
    let plans = plan_all(&files, &Syntax::flux(), |_| known.decide());
    let nearest = plans.iter().flatten().flat_map(FilePlan::outcomes);
    let nearest = nearest.filter(|outcome| {
        matches!(
            outcome.kind(),
            OutcomeKind::UnknownSetter { nearest: Some(_) }
        )
    });
    let count = nearest.count();
    assert!((1..20).contains(&count), "{count}");
}

#[test]
fn many_markers_alone_on_their_lines() {
    let text = format!("a:\n{}- x\n", format!("{M}\n").repeat(50_000));
    let planned = plan(text.as_bytes(), &Syntax::flux(), Setters::new().decide()).unwrap();
    assert_eq!(planned.outcomes().len(), 50_000);
}

#[test]
fn odd_values_stay_strings() {
    for value in [
        "",
        "\0",
        "\u{85}\u{2028}\u{feff}",
        "a\nb: c",
        "'",
        "\"",
        "\\",
        "- x",
        "#",
        "{{ x }}",
        "\u{10ffff}",
    ] {
        for text in [
            format!("a: x {M}\n"),
            format!("a: 'x' {M}\n"),
            format!("a: \"x\" {M}\n"),
            format!("a: [x {M}\n ]\n"),
        ] {
            let setters = Setters::from([("s", value)]);
            let after = plan(text.as_bytes(), &Syntax::flux(), setters.decide())
                .unwrap()
                .apply()
                .unwrap();
            let found = find(&after, &Syntax::flux()).unwrap();
            assert_eq!(found[0].value(), Some(value), "{text}");
        }
    }
}

#[test]
fn an_item_of_a_typed_list_is_not_copied_for_each_marker() {
    let items = format!("  - image: a:1 {M}\n").repeat(100);
    let text = format!("kind: DeploymentList\nitems:\n- list:\n{items}");
    let found = find(text.as_bytes(), &Syntax::flux()).unwrap();
    let kind = found[0].object().kind();
    let is_shared = |marker: &Marker| std::ptr::eq(marker.object().kind(), kind);
    assert_eq!(kind, "Deployment");
    assert_eq!(found.len(), 100);
    assert!(found.iter().all(is_shared));
}
