//! A template in one of the dialects.

use std::fmt;
use std::sync::Arc;

use crate::data::Data;
use crate::error::{Error, ErrorKind};
use crate::go::GoTemplate;
use crate::jinja::JinjaTemplate;
use crate::limits::SOURCE_BYTES;
use crate::message::Message;

/// A template that was read and checked; cloning is cheap.
#[derive(Clone)]
pub struct Template {
    source: Arc<str>,
    engine: Engine,
}

#[derive(Clone)]
enum Engine {
    Jinja(Arc<JinjaTemplate>),
    Go(Arc<GoTemplate>),
}

impl Template {
    /// Reads a template of the native dialect, see the [crate docs](crate#the-native-dialect).
    ///
    /// # Errors
    ///
    /// `{{ changes` is never closed ([`ErrorKind::Syntax`]); a source of more
    /// than 256 KiB is refused ([`ErrorKind::Limit`]).
    pub fn jinja(source: &str) -> Result<Self, Error> {
        check_size(source)?;
        let engine = Engine::Jinja(Arc::new(JinjaTemplate::parse(source)?));
        Ok(Template::with_engine(source, engine))
    }

    /// Reads a Go template, as Flux renders it, see the [crate docs](crate#go-templates).
    ///
    /// # Errors
    ///
    /// `{{ if true }}x` is never closed ([`ErrorKind::Syntax`]); `{{ now }}`
    /// depends on the clock ([`ErrorKind::UnknownFunction`]); a source of more
    /// than 256 KiB is refused ([`ErrorKind::Limit`]).
    pub fn go(source: &str) -> Result<Self, Error> {
        check_size(source)?;
        let engine = Engine::Go(Arc::new(GoTemplate::parse(source)?));
        Ok(Template::with_engine(source, engine))
    }

    fn with_engine(source: &str, engine: Engine) -> Self {
        Template {
            source: source.into(),
            engine,
        }
    }

    /// The text that the template was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Renders a commit message.
    ///
    /// # Errors
    ///
    /// Those of [`render_text`](Template::render_text) and of [`Message::new`].
    pub fn render(&self, data: &Data) -> Result<Message, Error> {
        Message::new(&self.render_text(data)?)
    }

    /// Renders the bare text, byte for byte; it may be empty.
    ///
    /// # Errors
    ///
    /// A name that does not exist, a function that refuses its arguments, a
    /// value of the wrong type, or a bound that was reached.
    pub fn render_text(&self, data: &Data) -> Result<String, Error> {
        match &self.engine {
            Engine::Jinja(template) => template.render(data),
            Engine::Go(template) => template.render(&self.source, data),
        }
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dialect = match self.engine {
            Engine::Jinja(_) => "jinja",
            Engine::Go(_) => "go",
        };
        f.debug_struct("Template")
            .field("dialect", &dialect)
            .field("source", &self.source)
            .finish()
    }
}

fn check_size(source: &str) -> Result<(), Error> {
    if source.len() <= SOURCE_BYTES {
        return Ok(());
    }
    let found = format!("the template has {} bytes", source.len());
    let hint = format!("at most {SOURCE_BYTES} are read");
    Err(Error::new(ErrorKind::Limit, found).with_hint(Some(hint)))
}
