//! Every function of Sprig: built, or refused by name with the reason.

use tagwright_message::{ErrorKind, Template};

use crate::support::data;

/// The names of Sprig 3.3's `TxtFuncMap`.
const NAMES: &str = "\
    abbrev abbrevboth add add1 add1f addf adler32sum ago all any append atoi b32dec b32enc b64dec \
    b64enc base bcrypt biggest buildCustomCert camelcase cat ceil chunk clean coalesce compact concat \
    contains date dateInZone dateModify date_in_zone date_modify decryptAES deepCopy deepEqual default \
    derivePassword dict dig dir div divf duration durationRound empty encryptAES env expandenv ext fail \
    first float64 floor fromJson genCA genCAWithKey genPrivateKey genSelfSignedCert \
    genSelfSignedCertWithKey genSignedCert genSignedCertWithKey get getHostByName has hasKey hasPrefix \
    hasSuffix hello htmlDate htmlDateInZone htpasswd indent initial initials int int64 isAbs join \
    kebabcase keys kindIs kindOf last list lower max maxf merge mergeOverwrite min minf mod mul mulf \
    mustAppend mustChunk mustCompact mustDateModify mustDeepCopy mustFirst mustFromJson mustHas \
    mustInitial mustLast mustMerge mustMergeOverwrite mustPrepend mustPush mustRegexFind \
    mustRegexFindAll mustRegexMatch mustRegexReplaceAll mustRegexReplaceAllLiteral mustRegexSplit \
    mustRest mustReverse mustSlice mustToDate mustToJson mustToPrettyJson mustToRawJson mustUniq \
    mustWithout must_date_modify nindent nospace now omit osBase osClean osDir osExt osIsAbs pick pluck \
    plural prepend push quote randAlpha randAlphaNum randAscii randBytes randInt randNumeric regexFind \
    regexFindAll regexMatch regexQuoteMeta regexReplaceAll regexReplaceAllLiteral regexSplit repeat \
    replace rest reverse round semver semverCompare seq set sha1sum sha256sum sha512sum shuffle slice \
    snakecase sortAlpha split splitList splitn squote sub subf substr swapcase ternary title toDate \
    toDecimal toJson toPrettyJson toRawJson toString toStrings trim trimAll trimPrefix trimSuffix \
    trimall trunc tuple typeIs typeIsLike typeOf uniq unixEpoch unset until untilStep untitle upper \
    urlJoin urlParse uuidv4 values without wrap wrapWith";

/// Those that are refused; each has a reason.
const REFUSED: &str = "\
    ago bcrypt buildCustomCert date dateInZone dateModify date_in_zone date_modify decryptAES \
    derivePassword encryptAES env expandenv genCA genCAWithKey genPrivateKey genSelfSignedCert \
    genSelfSignedCertWithKey genSignedCert genSignedCertWithKey getHostByName htmlDate htmlDateInZone \
    htpasswd now randAlpha randAlphaNum randAscii randBytes \
    randInt randNumeric shuffle uuidv4";

#[test]
fn every_name_is_built_or_refused() {
    let refused: Vec<&str> = REFUSED.split_whitespace().collect();
    for name in NAMES.split_whitespace() {
        // A function that is named and not called is found when the template is read.
        let found = Template::go(&format!("{{{{ {name} }}}}"));
        if !refused.contains(&name) {
            assert!(found.is_ok(), "{name}: {found:?}");
            continue;
        }
        let error = found.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownFunction);
        let expected = format!("the function \"{name}\" is refused at line 1, column 4; ");
        assert!(error.to_string().starts_with(&expected), "{error}");
        assert!(
            error.hint().is_some_and(|reason| !reason.is_empty()),
            "{name}"
        );
    }
}

/// What Go 1.26 and Sprig 3.3 answer.
const ANSWERS: &[(&str, &str)] = &[
    ("regexFindAll \"a*\" \"baac\" -1", "[ aa ]"),
    ("regexFindAll \"[0-9]+\" \"a12b3\" 1", "[12]"),
    (
        "regexReplaceAll \"(?P<n>b)(c)?\" \"abd\" \"${n}$2x$$\"",
        "ab$d",
    ),
    ("regexReplaceAll \"b\" \"abc\" \"$1x|\"", "a|c"),
    ("regexReplaceAllLiteral \"b\" \"abc\" \"$0\"", "a$0c"),
    ("regexSplit \"z+\" \"pizza\" -1", "[pi a]"),
    ("regexSplit \"\" \"abc\" 2", "[a bc]"),
    ("regexMatch `\\d` \"٣\"", "false"),
    ("regexMatch \"[\" \"[\"", "false"),
    ("regexQuoteMeta \"a.b|c\"", "a\\.b\\|c"),
    ("semver \"v1.2-rc.1+b\"", "1.2.0-rc.1+b"),
    ("(semver \"v1.2\").Original", "v1.2"),
    ("(semver \"v1.2.3-rc\").IncPatch.Original", "v1.2.3"),
    ("(semver \"1.2\").Compare (semver \"1.10\")", "-1"),
    ("semver \"1.2\" | (semver \"1.3\").GreaterThan", "true"),
    (
        "semverCompare \"1.0 - 2 || >=3.0.0-0\" \"3.1.0-rc\"",
        "true",
    ),
    ("semverCompare \">=1.0\" \"1.1.0-rc\"", "false"),
    (
        "list (title \"\\u01c6a \\u01cc\") (title \"\\u10d0 x\")",
        "[\u{1C5}a \u{1CB} \u{10D0} X]",
    ),
    ("upper \"\\u1f80\\u1ff3\"", "\u{1F88}\u{1FFC}"),
    ("addf 0.1 0.2", "0.3"),
    ("add1f \"1.5\"", "2.5"),
    ("subf 0.3 0.1 0.1", "0.1"),
    ("mulf 1.1 1.1", "1.21"),
    ("divf 1 3", "0.3333333333333333"),
    ("divf -2 3", "-0.6666666666666667"),
    ("duration \"3661\"", "1h1m1s"),
    ("duration 90", "0s"),
    ("durationRound \"2h10m\"", "2h"),
    (
        "(urlParse \"https://u:p@h.org:8/a%20b?q#f\").hostname",
        "h.org",
    ),
    (
        "urlJoin (urlParse \"HTTP://u@h/a b?q#f g\")",
        "http://u@h/a%20b?q#f%20g",
    ),
    (
        "printf \"%x %X %b %#x %.1x\" 1.5 1.5 1.5 1.5 1.97",
        "0x1.8p+00 0X1.8P+00 6755399441055744p-52 0x1.8000p+00 0x1.0p+01",
    ),
    ("printf \"%5v\" (list nil 1)", "[<nil>     1]"),
];

#[test]
fn answers_of_sprig() {
    let wrong = ANSWERS.iter().filter_map(|(call, expected)| {
        let template = Template::go(&format!("{{{{ {call} }}}}")).unwrap();
        let found = template.render_text(&data());
        (found.as_deref().ok() != Some(*expected)).then(|| format!("{call}\n  {found:?}\n"))
    });
    let wrong: String = wrong.collect();
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn errors_of_sprig() {
    let large = format!("regexMatch \"{}\" \"\"", "x".repeat(20_000));
    let cases = [
        (
            "mustRegexMatch \"(?=a)\" \"\"",
            "mustRegexMatch: invalid pattern: unknown syntax after (? at line 1, column 4; write it in Go's regexp syntax, which has no look-around and no backreferences",
        ),
        (
            large.as_str(),
            "a pattern of more than 16384 bytes at line 1, column 4; shorten it, or lower its counts",
        ),
        (
            "regexFind `(\\pL{100}){10}` \"\"",
            "a pattern that compiles to more than 2097152 bytes at line 1, column 4; shorten it, or lower its counts",
        ),
        (
            "semver \"x\"",
            "semver: invalid version at line 1, column 4; versions look like 1.2.3, v1.2 or 1.2.3-rc.1+build",
        ),
        (
            "semverCompare \"latest\" \"1\"",
            "semverCompare: invalid range of versions at line 1, column 4; ranges look like ^1.2, ~1.2.3, >=1.0 <2 or 1.x || 3.x",
        ),
        (
            "(semver \"1\").Compare 1",
            "expected what the function semver gives at line 1, column 4",
        ),
        (
            "(semver \"1\").Compare",
            "Compare takes 1 arguments, found 0 at line 1, column 16",
        ),
        (
            "(semver \"1\").Majr",
            "there is no field \"Majr\" in *semver.Version at line 1, column 16; did you mean \"Major\"?",
        ),
        (
            "(semver \"1\").Bump 1",
            "there is no method \"Bump\" with arguments in *semver.Version at line 1, column 4",
        ),
        ("divf 1 0", "divf: a division by zero at line 1, column 4"),
        (
            "urlParse \":x\"",
            "urlParse: invalid URL at line 1, column 4",
        ),
        (
            "urlJoin (dict \"host\" 1)",
            "urlJoin: \"host\" is no string at line 1, column 4",
        ),
    ];
    for (call, expected) in cases {
        let template = Template::go(&format!("{{{{ {call} }}}}")).unwrap();
        assert_eq!(
            template.render_text(&data()).unwrap_err().to_string(),
            expected
        );
    }
}

/// Go sees that a width is too great when one more digit follows.
#[test]
fn widths_and_precisions_end_as_in_go() {
    let render = |source: &str| {
        let outcome = Template::go(source).and_then(|t| t.render_text(&data()));
        outcome.map_err(|e| e.to_string())
    };
    let answers = [
        ("{{ printf \"%1000001d\" 1 | len }}", "1000001"),
        ("{{ printf \"%10000010d\" 1 }}", "%!(NOVERB)%!(EXTRA int=1)"),
        (
            "{{ printf \"a%.99999999999sb\" \"x\" }}",
            "a%!(NOVERB)%!(EXTRA string=x)",
        ),
        ("{{ printf \"%.3000000s|%.2000000g\" \"x\" 1.5 }}", "x|1.5"),
        ("{{ printf \"%0007d\" 1 }}", "0000001"),
        ("{{ printf \"%.70000f\" 1.5 | len }}", "70002"),
        ("{{ printf \"%.70000e\" 1.5 | len }}", "70006"),
        ("{{ printf \"%.70000x\" 1.5 | len }}", "70008"),
        ("{{ printf \"%.70000U\" 65 | len }}", "70002"),
    ];
    for (source, expected) in answers {
        assert_eq!(render(source).as_deref(), Ok(expected), "{source}");
    }
    assert_eq!(
        render("{{ printf \"%9000000d\" 1 }}").unwrap_err(),
        "the template makes a text of more than 4194304 bytes at line 1, column 4; make its loops shorter, or its widths smaller"
    );
}

/// What holds maps has no `==` in Go; `reflect.DeepEqual` looks into it.
#[test]
fn structs_that_hold_maps_are_equal_in_depth_alone() {
    let render = |source: &str| {
        let outcome = Template::go(source).and_then(|t| t.render_text(&data()));
        outcome.map_err(|e| e.to_string())
    };
    assert_eq!(
        render("{{ eq .Changed .Changed }}").unwrap_err(),
        "eq: a value that holds lists or maps cannot be compared at line 1, column 4"
    );
    let answers = [
        ("{{ deepEqual .Changed .Changed }}", "true"),
        ("{{ deepEqual .Changed .AutomationObject }}", "false"),
        ("{{ eq .AutomationObject .AutomationObject }}", "true"),
        ("{{ has .Changed (list .Changed) }}", "true"),
        ("{{ deepEqual (semver \"1.2\") (semver \"1.2\") }}", "true"),
        ("{{ eq .Changed .AutomationObject }}", "false"),
    ];
    for (source, expected) in answers {
        assert_eq!(render(source).as_deref(), Ok(expected), "{source}");
    }
}

#[test]
fn two_images_are_not_equal() {
    let mut two = data();
    two.changes[1].image.as_mut().unwrap().text = "ghcr.io/org/web:2.0.0".into();
    let template = Template::go("{{ len (uniq .Updated.Images) }}").unwrap();
    assert_eq!(template.render_text(&two).unwrap(), "2");
    assert_eq!(template.render_text(&data()).unwrap(), "1");
}
