//! Dates, held against what Go 1.26 and Sprig 3.3 answer with `TZ=UTC`.

use tagwright_message::{ErrorKind, Template};

use crate::support::empty;

fn render(source: &str) -> Result<String, (ErrorKind, String)> {
    let outcome = Template::go(source).and_then(|t| t.render_text(&empty()));
    outcome.map_err(|e| (e.kind(), e.to_string()))
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let wrong = cases.iter().filter_map(|(call, expected)| {
        let found = render(&format!("{{{{ {call} }}}}"));
        (found.as_deref() != Ok(*expected)).then(|| format!("{call}\n  {found:?}\n"))
    });
    let wrong: String = wrong.collect();
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn dates_are_read_by_layouts() {
    check(&[
        (
            "toDate \"2006-01-02\" \"2017-12-31\"",
            "2017-12-31 00:00:00 +0000 UTC",
        ),
        (
            "toDate \"2006-01-02\" \"2023-02-29\"",
            "0001-01-01 00:00:00 +0000 UTC",
        ),
        (
            "mustToDate \"2006-01-02\" \"2024-02-29\"",
            "2024-02-29 00:00:00 +0000 UTC",
        ),
        (
            "toDate \"2006-01-02T15:04:05Z07:00\" \"2020-05-06T07:08:09.25+02:30\"",
            "2020-05-06 07:08:09.25 +0230 +0230",
        ),
        (
            "toDate \"Mon Jan _2 15:04:05 MST 2006\" \"tue mar  3 23:59:07 CEST 2023\"",
            "2023-03-03 23:59:07 +0000 CEST",
        ),
        (
            "toDate \"Mon Jan _2 15:04:05 MST 2006\" \"Wed Mar  3 23:59:07 GMT+3 2024\"",
            "2024-03-04 02:59:07 +0300 GMT+3",
        ),
        (
            "toDate \"02 Jan 06 3:04PM\" \"31 Mar 69 12:04AM\"",
            "1969-03-31 00:04:00 +0000 UTC",
        ),
        (
            "toDate \"2006 002\" \"2024 366\"",
            "2024-12-31 00:00:00 +0000 UTC",
        ),
        (
            "toDate \"2006 __2 January\" \"2023  60 March\"",
            "2023-03-01 00:00:00 +0000 UTC",
        ),
        (
            "toDate \"15:04:05,000 -07:00:00\" \"01:02:03,456 -00:00:30\"",
            "0000-01-01 01:02:03.456 +0000 +0000",
        ),
    ]);
}

#[test]
fn methods_and_functions_of_times() {
    let given = |call: &str| {
        format!(
            "with toDate \"2006-01-02 15:04:05\" \"2024-02-29 13:04:05\" }}}}{{{{ {call} }}}}{{{{ end"
        )
    };
    let cases = [
        (
            ".Format \"Monday, _2 Jan 2006 3:04PM .000\"",
            "Thursday, 29 Feb 2024 1:04PM .000",
        ),
        (
            ".Format \"Month Janx __2 002 _2006 Z07:00 -07\"",
            "Month Janx  60 060 _2024 Z +00",
        ),
        (
            "printf \"%v %d %v %d\" .Month .Month .Weekday .Weekday",
            "February 2 Thursday 4",
        ),
        (
            "printf \"%t %#v\" .Month .",
            "%!t(time.Month=2) time.Date(2024, time.February, 29, 13, 4, 5, 0, time.Local)",
        ),
        (
            "printf \"%20s|%q\" .Month .Weekday",
            "            February|\"Thursday\"",
        ),
        (
            "list .Year .Day .YearDay .Hour .Minute .Second .Nanosecond",
            "[2024 29 60 13 4 5 0]",
        ),
        (
            "list .Unix .UnixMilli .UnixNano",
            "[1709211845 1709211845000 1709211845000000000]",
        ),
        (".AddDate 1 0 0", "2025-03-01 13:04:05 +0000 UTC"),
        (".AddDate 0 -2 3.0", "2024-01-01 13:04:05 +0000 UTC"),
        (". | unixEpoch", "1709211845"),
        (
            "mustDateModify \"-1h30m\" .",
            "2024-02-29 11:34:05 +0000 UTC",
        ),
        ("(. | must_date_modify \"24h\").Before .", "false"),
        ("(. | mustDateModify \"24h\").Sub .", "24h0m0s"),
        ("((. | mustDateModify \"36h\").Sub .).Hours", "36"),
        (".Truncate 3600000000000", "2024-02-29 13:00:00 +0000 UTC"),
        (".Round 3600000000000", "2024-02-29 13:00:00 +0000 UTC"),
        (
            "list (eq . .) (eq . .UTC) (.Equal .UTC) (eq .Month 2) (lt .Weekday 5)",
            "[true false true true true]",
        ),
        (
            "toJson (dict \"t\" . \"m\" .Month)",
            "{\"m\":2,\"t\":\"2024-02-29T13:04:05Z\"}",
        ),
        (
            "list (typeOf .) (kindOf .) (typeOf .Month) (kindOf .Month)",
            "[time.Time struct time.Month int]",
        ),
        (
            "list (add .Month 1) (int .Weekday) (index (list 0 1 2 3 9) .Weekday)",
            "[3 4 9]",
        ),
        ("range .Month }}{{ . }} {{ end", "%!Month(0) January "),
        (".IsZero", "false"),
    ];
    let cases = cases.map(|(call, expected)| (given(call), expected));
    let cases: Vec<(&str, &str)> = cases.iter().map(|(c, e)| (c.as_str(), *e)).collect();
    check(&cases);
}

#[test]
fn errors_of_dates() {
    use ErrorKind::{ArgumentCount, Function, Type, UnknownName};
    let cases = [
        (
            "{{ mustToDate \"2006-01-02\" \"2017-13-01\" }}",
            Function,
            "mustToDate: the date does not fit its layout at \"01\" at line 1, column 4; layouts spell the time 2006-01-02 15:04:05",
        ),
        (
            "{{ mustToDate \"2006\" \"2017 \" }}",
            Function,
            "mustToDate: the date goes on after its layout ends at line 1, column 4",
        ),
        (
            "{{ mustToDate \"2006-01-02\" \"2017-02-30\" }}",
            Function,
            "mustToDate: there is no such day in the month or year of the date at line 1, column 4",
        ),
        (
            "{{ mustDateModify \"x\" (toDate \"\" \"\") }}",
            Function,
            "mustDateModify: invalid length of time at line 1, column 4; lengths of time look like 1h15m30.5s or -90m",
        ),
        (
            "{{ (toDate \"\" \"\").AddDate 0 9223372036854775807 0 }}",
            Function,
            "the date is more than 1000000 years away at line 1, column 4",
        ),
        (
            "{{ unixEpoch 1 }}",
            Type,
            "expected time.Time, found another constant at line 1, column 14",
        ),
        (
            "{{ (toDate \"\" \"\").Format }}",
            ArgumentCount,
            "Format takes 1 arguments, found 0 at line 1, column 18",
        ),
        (
            "{{ (toDate \"\" \"\").Year 1 }}",
            ArgumentCount,
            "Year takes no arguments at line 1, column 4",
        ),
        (
            "{{ (toDate \"\" \"\").Yaer }}",
            UnknownName,
            "there is no field \"Yaer\" in time.Time at line 1, column 18; did you mean \"Year\"?",
        ),
        (
            "{{ durationRound (toDate \"\" \"\") }}",
            Function,
            "durationRound: the time since a date would depend on the clock at line 1, column 4",
        ),
        (
            "{{ printf \"%d\" (toDate \"\" \"\") }}",
            Function,
            "printf: %d of a time.Time would print what Go keeps in memory at line 1, column 4; print it with %v or %s",
        ),
        (
            "{{ printf \"%#v\" (semver \"1.2.3\") }}",
            Function,
            "printf: %#v of a *semver.Version would print what Go keeps in memory at line 1, column 4; print it with %v or %s",
        ),
        (
            "{{ printf \"%p\" (list 1) }}",
            Function,
            "printf: %p of a []interface {} would print what Go keeps in memory at line 1, column 4; print it with %v or %s",
        ),
    ];
    let wrong = cases.iter().filter_map(|(source, kind, text)| {
        let expected = Err((*kind, (*text).to_owned()));
        let found = render(source);
        (found != expected).then(|| format!("{source}\n  {found:?}\n"))
    });
    let wrong: String = wrong.collect();
    assert!(wrong.is_empty(), "{wrong}");
}
