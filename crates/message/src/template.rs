//! A template in one of the dialects.

use std::fmt;
use std::sync::Arc;

use crate::data::Data;
use crate::error::{Error, ErrorKind};
use crate::go::GoTemplate;
use crate::jinja::JinjaTemplate;
use crate::limits::SOURCE_BYTES;
use crate::lint::Lint;
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
    /// Fleet's, over its text or over the data.
    Fleet(Arc<GoTemplate>, FleetDot),
}

/// What a template of Fleet sees.
#[derive(Clone, Copy)]
enum FleetDot {
    Text,
    Data,
}

/// The whole data of a template in Fleet.
const FLEET_TEXT: &str = "no data! yet";

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

    /// Reads a template as Fleet does, see the [crate docs](crate#fleets-templates):
    /// it sees the text `no data! yet`, whatever changed.
    ///
    /// # Errors
    ///
    /// Those of [`go`](Template::go); `{{ lower . }}` calls a function of Sprig
    /// ([`ErrorKind::UnknownFunction`]); `<a href="{{ . }}">` would need the
    /// escaping of an attribute ([`ErrorKind::Context`]).
    pub fn fleet(source: &str) -> Result<Self, Error> {
        Template::read_fleet(source, FleetDot::Text)
    }

    /// Reads a template as [`fleet`](Template::fleet) does, and shows it the
    /// data that a template of Flux sees.
    ///
    /// # Errors
    ///
    /// Those of [`fleet`](Template::fleet).
    pub fn fleet_with_data(source: &str) -> Result<Self, Error> {
        Template::read_fleet(source, FleetDot::Data)
    }

    fn read_fleet(source: &str, dot: FleetDot) -> Result<Self, Error> {
        check_size(source)?;
        let engine = Engine::Fleet(Arc::new(GoTemplate::parse_fleet(source)?), dot);
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
            Engine::Go(template) | Engine::Fleet(template, FleetDot::Data) => {
                template.render(&self.source, data)
            }
            Engine::Fleet(template, FleetDot::Text) => {
                template.render_over(&self.source, FLEET_TEXT)
            }
        }
    }

    /// Remarks on what works here and nowhere else, in the order of the text:
    /// `.Updated`, which Flux had up to 0.41.
    ///
    /// ```
    /// use tagwright_message::Template;
    ///
    /// let template = Template::go("{{ range .Updated.Images }}{{ println . }}{{ end }}")?;
    /// let lints = template.lint();
    /// assert_eq!(
    ///     lints[0].to_string(),
    ///     "the old field .Updated.Images at line 1, column 10 is gone from Flux; \
    ///      range over .Changed.Changes and print .NewValue"
    /// );
    /// # Ok::<(), tagwright_message::Error>(())
    /// ```
    pub fn lint(&self) -> Vec<Lint> {
        let (Engine::Go(template) | Engine::Fleet(template, FleetDot::Data)) = &self.engine else {
            return Vec::new();
        };
        let found = template.old_fields().into_iter();
        found
            .map(|(span, asked)| Lint::old_field(&self.source, span, asked))
            .collect()
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dialect = match self.engine {
            Engine::Jinja(_) => "jinja",
            Engine::Go(_) => "go",
            Engine::Fleet(..) => "fleet",
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
