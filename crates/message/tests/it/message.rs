//! Commit messages.

use tagwright_message::{DEFAULT_MESSAGE, ErrorKind, Message, Template, Trailer};

use crate::support::data;

#[test]
fn a_message_is_cleaned() {
    let message = Message::new("\n \r\n  Subject\r\n\r\n body\rx \n\n\t\n").unwrap();
    assert_eq!(message.as_str(), "  Subject\n\n body\rx");
    assert_eq!(message.subject(), "  Subject");
    assert_eq!(Message::new(message.as_str()).unwrap(), message);
    assert_eq!(Message::new("a\r\r\nb").unwrap().as_str(), "a\nb");
    assert_eq!("a\n".parse::<Message>().unwrap().to_string(), "a");
    assert_eq!(Message::default().as_ref(), DEFAULT_MESSAGE);
}

#[test]
fn what_is_no_message_is_refused() {
    let cases = [
        (
            "",
            "the commit message is empty; git refuses an empty message, so the template must always print some text",
        ),
        (
            " \r\n\t",
            "the commit message is empty; git refuses an empty message, so the template must always print some text",
        ),
        (
            "a\0b",
            "the commit message holds a NUL character; git ends a message at a NUL; remove it from the template or the values",
        ),
    ];
    for (text, expected) in cases {
        let error = Message::new(text).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Message, expected)
        );
        assert_eq!(error.render(text), expected);
    }
}

#[test]
fn a_render_is_a_message() {
    let template =
        Template::go("Update\r\n{{ range .Changed.Changes }}\n{{ .NewValue }}{{ end }}\n").unwrap();
    assert_eq!(
        template.render(&data()).unwrap().as_str(),
        "Update\n\nghcr.io/org/app:2.0.0\n2.0.0"
    );
    let empty = Template::jinja("{% if false %}x{% endif %}").unwrap();
    assert_eq!(
        empty.render(&data()).unwrap_err().kind(),
        ErrorKind::Message
    );
    assert_eq!(empty.render_text(&data()).unwrap(), "");
    assert_eq!(empty.source(), "{% if false %}x{% endif %}");
}

/// What `git interpret-trailers --no-divider` makes of the messages, with its
/// `addIfDifferentNeighbor`.
#[test]
fn trailers_go_where_git_puts_them() {
    let cases = [
        ("Subject", "Subject\n\nKey: v"),
        ("a: b", "a: b\n\nKey: v"),
        ("Subject\n\nbody", "Subject\n\nbody\n\nKey: v"),
        ("Subject\n\na: b", "Subject\n\na: b\nKey: v"),
        ("Subject\n\na: b\n  more", "Subject\n\na: b\n  more\nKey: v"),
        ("Subject\n\nbody\na: b", "Subject\n\nbody\na: b\n\nKey: v"),
        (
            "Subject\n\nbody\nSigned-off-by: A <a@b>",
            "Subject\n\nbody\nSigned-off-by: A <a@b>\nKey: v",
        ),
        (
            "Subject\n\n1\n2\n3\n4\nSigned-off-by: A <a@b>",
            "Subject\n\n1\n2\n3\n4\nSigned-off-by: A <a@b>\n\nKey: v",
        ),
        ("Subject\n\nkey: v", "Subject\n\nkey: v"),
        ("Subject\n\nKey: v\na: b", "Subject\n\nKey: v\na: b\nKey: v"),
        (
            "Subject\n\nKey: v\n(cherry picked from commit 1)",
            "Subject\n\nKey: v\n(cherry picked from commit 1)\nKey: v",
        ),
        ("Subject\n\na b: c", "Subject\n\na b: c\n\nKey: v"),
    ];
    let trailer = Trailer::new("Key", " v ").unwrap();
    for (message, expected) in cases {
        let message = Message::new(message).unwrap().with_trailer(&trailer);
        assert_eq!(message.as_str(), expected);
        let last = message.trailers().last().map(ToString::to_string);
        assert_eq!(last.map(|l| l.to_lowercase()), Some("key: v".into()));
        assert_eq!(message.with_trailer(&trailer), message);
    }
}

#[test]
fn trailers_are_read() {
    let text = "Subject\n\na : b\n  c\nother\n d\nSigned-off-by: A <a@b>\ne:\n f";
    let trailers = Message::new(text).unwrap().trailers();
    let read: Vec<_> = trailers.iter().map(|t| (t.key(), t.value())).collect();
    assert_eq!(
        read,
        [("a", "b c"), ("Signed-off-by", "A <a@b>"), ("e", "f")]
    );
    assert!(Message::new("a: b").unwrap().trailers().is_empty());
}

#[test]
fn what_is_no_trailer_is_refused() {
    let key = "the trailer's key is invalid; a key is made of ASCII letters, digits and hyphens, as in \"Signed-off-by\"";
    let control = "the trailer's value holds a control character; a trailer is one line of text";
    let empty = "the trailer's value is empty; leave the trailer out";
    let cases = [
        (Trailer::new("", "v"), key),
        (Trailer::new("Two words", "v"), key),
        (Trailer::new("é", "v"), key),
        (Trailer::new("a:", "v"), key),
        (Trailer::new("a", " "), empty),
        (Trailer::new("a", "b\nc"), control),
        (Trailer::new("a", "b\0"), control),
        (
            Trailer::signed_off_by("", "a@b"),
            "the name of who signs off is invalid; write a name without \"<\" and \">\"",
        ),
        (
            Trailer::signed_off_by("A", "a b"),
            "the address of who signs off is invalid; write an address such as ann@example.org",
        ),
    ];
    for (found, expected) in cases {
        let error = found.unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Trailer, expected)
        );
    }
}
