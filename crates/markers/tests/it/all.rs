//! Many files in one call.

use tagwright_markers::{Decision, ErrorKind, Setters, Syntax, apply_all, plan, plan_all};

const M: &str = "# {\"$imagepolicy\": \"s\"}";

fn files(count: usize) -> Vec<(String, Vec<u8>)> {
    let text = |index: usize| match index % 5 {
        0 => format!("{{{{- if x }} {M}\n").into_bytes(),
        1 => format!("a: \u{ff}{index} {M}\n").into_bytes(),
        2 => [
            b"\xff\xfe".to_vec(),
            format!("a {M}")
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
        ]
        .concat(),
        3 => [b"a: \xff ", M.as_bytes()].concat(),
        _ => b"a: b\n".to_vec(),
    };
    (0..count)
        .map(|index| (format!("{index}.yaml"), text(index)))
        .collect()
}

#[test]
fn each_answer_is_that_of_its_file() {
    for count in [0, 1, 7, 8, 1000] {
        let files = files(count);
        let setters = Setters::from([("s", "new")]);
        let plans = plan_all(&files, &Syntax::flux(), |_| setters.decide());
        assert_eq!(plans.len(), count);
        for (found, (_, bytes)) in plans.iter().zip(&files) {
            let alone = plan(bytes, &Syntax::flux(), setters.decide());
            match (found, alone) {
                (Ok(found), Ok(alone)) => assert_eq!(found.edits(), alone.edits()),
                (found, alone) => assert_eq!(found.as_ref().err(), alone.err().as_ref()),
            }
        }
        let texts = apply_all(plans.into_iter().flatten().collect());
        let expected = |index: usize| match index % 5 {
            1 => Some(format!("a: new {M}\n").into_bytes()),
            4 => Some(b"a: b\n".to_vec()),
            _ => None,
        };
        let texts: Vec<Vec<u8>> = texts.into_iter().map(Result::unwrap).collect();
        assert_eq!(texts, (0..count).filter_map(expected).collect::<Vec<_>>());
    }
}

#[test]
fn the_decision_knows_the_file() {
    let text = format!("a: b {M}\n");
    let files = [("x", &text), ("y", &text)];
    let plans = plan_all(&files, &Syntax::flux(), |name| {
        let name = *name;
        move |_: &_, old: &str| Decision::Set(format!("{old}-{name}"))
    });
    let new = |index: usize| plans[index].as_ref().unwrap().edits()[0].new();
    assert_eq!((new(0), new(1)), ("b-x", "b-y"));
}

#[test]
fn an_error_names_its_place() {
    let files = files(5);
    let setters = Setters::new();
    let plans = plan_all(&files, &Syntax::flux(), |_| setters.decide());
    let kind = |index: usize| plans[index].as_ref().unwrap_err().kind();
    assert_eq!(
        [kind(0), kind(2), kind(3)],
        [ErrorKind::Syntax, ErrorKind::NotUtf8, ErrorKind::NotUtf8]
    );
    assert_eq!(plans[0].as_ref().unwrap_err().line(), Some(1));
    assert_eq!(plans[3].as_ref().unwrap_err().column(), Some(4));
}

#[test]
#[should_panic(expected = "no decision")]
fn a_panic_of_the_caller_is_the_callers() {
    let text = format!("a: b {M}\n");
    let files = vec![((), text); 100];
    let decide = |(): &()| |_: &_, _: &str| -> Decision { panic!("no decision") };
    let _ = plan_all(&files, &Syntax::flux(), decide);
}
