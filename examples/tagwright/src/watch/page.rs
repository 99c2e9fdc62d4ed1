//! The status page: what an owner sees first.

mod age;
mod view;

use std::sync::OnceLock;
use std::time::SystemTime;

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};

use super::Service;
use age::age;
use view::Page;

pub(super) const STYLE: &str = include_str!("page/style.css");

/// Everything in it is escaped: names, tags and errors are of others.
pub(super) fn render(service: &Service) -> Result<String, minijinja::Error> {
    let page = Page::of(service, SystemTime::now());
    environment().get_template("page.html")?.render(Serde(page))
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // It is compiled by the tests.
        let _ = environment.add_template("page.html", include_str!("page/page.html"));
        environment
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_template_is_one() {
        assert!(super::environment().get_template("page.html").is_ok());
    }
}
