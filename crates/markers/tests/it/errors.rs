//! The exact text of every kind of error, and where it points.

use tagwright_markers::{Error, ErrorKind, Syntax, find};

#[track_caller]
fn check(bytes: &[u8], kind: ErrorKind, message: &str) -> Error {
    let error = find(bytes, &Syntax::flux()).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!(error.kind(), kind);
    error
}

#[test]
fn invalid_key() {
    let long = format!("${}", "a".repeat(64));
    for key in ["myapp", "$", "$my app", "$my\"app", "$é", &long] {
        let error = Syntax::custom(key).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidKey);
        let shown: String = key.chars().take(64).collect();
        assert_eq!(
            error.to_string(),
            format!(
                "marker key {shown:?} is not `$` and at most 63 letters, digits, `-`, `_` or `.`; \
                 write one such as \"$myapp\""
            )
        );
        assert_eq!(
            (error.span(), error.line(), error.column(), error.hint()),
            (None, None, None, None)
        );
    }
}

#[test]
fn too_large() {
    let mut bytes = b"# $imagepolicy\n".to_vec();
    bytes.resize((64 << 20) + 1, b'\n');
    check(
        &bytes,
        ErrorKind::TooLarge,
        "the text has 67108865 bytes, more than the 67108864 that are read; \
         split the file, or raise the limit `bytes`",
    );
}

#[test]
fn utf16() {
    let text = "a: b # {\"$imagepolicy\": \"x\"}\n";
    let message = "the text begins with a byte order mark of UTF-16; save the file as UTF-8";
    let units: Vec<u16> = std::iter::once(0xfeff).chain(text.encode_utf16()).collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    check(&little, ErrorKind::NotUtf8, message);
    check(&big, ErrorKind::NotUtf8, message);
}

#[test]
fn not_utf8() {
    let error = check(
        b"a: b # {\"$imagepolicy\": \"x\"}\n\xc3\xbc: \xff\n",
        ErrorKind::NotUtf8,
        "byte 0xff is not UTF-8 at line 2, column 4; save the file as UTF-8",
    );
    assert_eq!(error.span(), Some(33..34));
    assert_eq!((error.line(), error.column()), (Some(2), Some(4)));
}

#[test]
fn too_deep() {
    let text = format!("a: {} # {{\"$imagepolicy\": \"x\"}}\n", "[".repeat(300));
    check(
        text.as_bytes(),
        ErrorKind::TooDeep,
        "collections are nested deeper than 255 levels at line 1, column 259; \
         flatten the file, or raise the limit `depth`",
    );
}

#[test]
fn syntax() {
    let text = "a: b # {\"$imagepolicy\": \"x\"}\r\nü: [\r\n";
    let error = check(
        text.as_bytes(),
        ErrorKind::Syntax,
        "not YAML: unclosed bracket '[' at line 2, column 4",
    );
    assert_eq!(
        error.render(text),
        "not YAML: unclosed bracket '[' at line 2, column 4\n  |\n2 | ü: [\n  |    ^"
    );
}

#[test]
fn a_template_gets_a_hint() {
    let text = "{{- if .x }}\nimage: a # {\"$imagepolicy\": \"x\"}\n{{- end }}\n";
    let error = find(text.as_bytes(), &Syntax::flux()).unwrap_err();
    let hint = "`{{` belongs to a template; mark the file that it is rendered to";
    assert_eq!(error.kind(), ErrorKind::Syntax);
    assert_eq!(error.hint(), Some(hint));
    assert!(error.render(text).ends_with(&format!("\n  = hint: {hint}")));
}

#[test]
fn a_text_without_the_key_is_not_parsed() {
    for bytes in [&b"a: [\n"[..], b"\xff", b"\xff\xfea\0", b""] {
        assert_eq!(find(bytes, &Syntax::flux()).unwrap(), []);
    }
}
