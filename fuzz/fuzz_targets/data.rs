//! What the templates are rendered with.

use tagwright_message::{Automation, Change, Data, Image, Object, Template};

/// The crate's own bound of a rendered text.
const MAX_OUTPUT: usize = 1 << 22;

pub fn check_render(template: &Template) {
    let data = sample();
    let first = template.render_text(&data);
    assert!(first.as_ref().map_or(0, String::len) <= MAX_OUTPUT);
    match (first, template.render_text(&data)) {
        (Ok(first), Ok(second)) => assert_eq!(first, second),
        (Err(first), Err(second)) => assert_eq!(first.to_string(), second.to_string()),
        (first, second) => panic!("{first:?} {second:?}"),
    }
    if let Ok(message) = template.render(&data) {
        assert!(!message.as_str().contains('\0'));
        assert!(message.as_str().starts_with(message.subject()));
    }
}

/// Two changes of one object and one of another.
pub fn sample() -> Data {
    Data {
        automation: Automation {
            namespace: "flux-system".to_owned(),
            name: "apps".to_owned(),
        },
        changes: vec![
            change("Deployment", "app", "example.com/app:1.0.1"),
            change("Deployment", "sidecar", "example.com/sidecar:2.3"),
            change("CronJob", "app", "example.com/app:1.0.1"),
        ],
        values: [("cluster".to_owned(), "staging".to_owned())].into(),
    }
}

fn change(kind: &str, name: &str, new: &str) -> Change {
    Change {
        file: format!("apps/{name}.yaml"),
        object: Object {
            api_version: "apps/v1".to_owned(),
            kind: kind.to_owned(),
            namespace: "default".to_owned(),
            name: "web".to_owned(),
        },
        old: format!("example.com/{name}:1.0.0"),
        new: new.to_owned(),
        setter: format!("flux-system:{name}"),
        image: Some(Image {
            text: new.to_owned(),
            registry: "example.com".to_owned(),
            repository: name.to_owned(),
            identifier: "1.0.1".to_owned(),
        }),
    }
}
