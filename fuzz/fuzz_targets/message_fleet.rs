//! A template of Fleet is refused or renders, twice the same and bounded; over
//! its text and over the data. A message with a trailer ends with it, once.

#![no_main]

mod data;

use libfuzzer_sys::fuzz_target;
use tagwright_message::{Message, Template, Trailer};

fuzz_target!(|source: &str| {
    for read in [Template::fleet, Template::fleet_with_data] {
        if let Ok(template) = read(source) {
            data::check_render(&template);
            assert!(
                template
                    .lint()
                    .iter()
                    .all(|lint| source.get(lint.span()).is_some())
            );
        }
    }
    if let Ok(message) = Message::new(source) {
        let trailer = Trailer::new("Ticket", "OPS-7").expect("it is valid");
        let longer = message.with_trailer(&trailer);
        assert!(longer.as_str().starts_with(message.as_str()));
        assert!(
            longer
                .trailers()
                .last()
                .is_some_and(|last| last.value() == "OPS-7")
        );
        assert_eq!(longer.with_trailer(&trailer), longer);
        assert_eq!(Message::new(longer.as_str()).ok(), Some(longer));
    }
});
