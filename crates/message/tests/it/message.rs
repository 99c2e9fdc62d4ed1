//! Commit messages.

use tagwright_message::{DEFAULT_MESSAGE, ErrorKind, Message, Template};

use crate::support::data;

#[test]
fn a_message_is_cleaned() {
    let message = Message::new("\n \r\n  Subject\r\n\r\n body\rx \n\n\t\n").unwrap();
    assert_eq!(message.as_str(), "  Subject\n\n body\rx");
    assert_eq!(message.subject(), "  Subject");
    assert_eq!(Message::new(message.as_str()).unwrap(), message);
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
