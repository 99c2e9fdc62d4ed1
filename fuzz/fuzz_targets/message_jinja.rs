//! A template of the native dialect is refused or renders, twice the same and bounded.

#![no_main]

mod data;

use libfuzzer_sys::fuzz_target;
use tagwright_message::Template;

fuzz_target!(|source: &str| {
    let Ok(template) = Template::jinja(source) else {
        return;
    };
    assert_eq!(template.source(), source);
    data::check_render(&template);
});
