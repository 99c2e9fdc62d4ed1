//! A Go template is refused or renders, twice the same and bounded; a text without actions comes out as it is.

#![no_main]

mod data;

use libfuzzer_sys::fuzz_target;
use tagwright_message::Template;

fuzz_target!(|source: &str| {
    let Ok(template) = Template::go(source) else {
        return;
    };
    assert_eq!(template.source(), source);
    data::check_render(&template);
    if !source.contains("{{") {
        let text = template.render_text(&data::sample());
        assert_eq!(text.as_deref().ok(), Some(source));
    }
});
