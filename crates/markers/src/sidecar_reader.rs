//! Reads a marker file.

use std::{borrow::Cow, ops::Range};

use crate::{
    error::Error,
    path,
    position::Position,
    reader::{Event, Reader, Style},
    scan::text_of,
    sidecar::{Places, SidecarMarker},
    template::Template,
};

const MAX_BYTES: usize = 1 << 20;
const MAX_MARKERS: usize = 10_000;

/// The markers of a file, in its order.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<SidecarMarker>, Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::too_large(bytes.len(), MAX_BYTES));
    }
    let text = text_of(bytes)?;
    let mut file = File {
        text,
        steps: Reader::new(text),
        places: Places::default(),
        counted: (0, 1),
    };
    file.read()
}

struct File<'a> {
    text: &'a str,
    steps: Reader<'a>,
    places: Places,
    /// A byte, and its line: lines are counted on from there.
    counted: (usize, usize),
}

/// One step that matters, with its bytes.
type Taken<'a> = (Event<'a>, Range<usize>);

/// The fields of a marker as they stand in the file.
type Fields<'a> = Vec<(Cow<'a, str>, Range<usize>, Cow<'a, str>, Range<usize>)>;

impl<'a> File<'a> {
    fn read(&mut self) -> Result<Vec<SidecarMarker>, Error> {
        let form = "a marker file is a mapping with the one key `markers`, a list of mappings";
        loop {
            match self.next()? {
                None => return Ok(Vec::new()),
                Some((Event::DocumentStart | Event::DocumentEnd, _)) => {}
                Some((Event::MappingStart { .. }, _)) => break,
                Some((_, span)) => return Err(self.error(form, &span)),
            }
        }
        match self.next()? {
            Some((Event::Scalar(key), _)) if key.value == "markers" => {}
            Some((_, span)) => return Err(self.error(form, &span)),
            None => return Ok(Vec::new()),
        }
        let markers = match self.next()? {
            Some((Event::SequenceStart { .. }, _)) => self.markers()?,
            Some((_, span)) => return Err(self.error(form, &span)),
            None => Vec::new(),
        };
        match (self.next()?, self.next()?) {
            (Some((Event::MappingEnd, _)), Some((Event::DocumentEnd, _))) => {}
            (Some((Event::MappingEnd, _)), next) | (next, _) => {
                let span = next.map_or(self.text.len()..self.text.len(), |(_, span)| span);
                return Err(self.error(form, &span));
            }
        }
        match self.next()? {
            Some((_, span)) => Err(self.error("a marker file is one document", &span)),
            None => Ok(markers),
        }
    }

    fn markers(&mut self) -> Result<Vec<SidecarMarker>, Error> {
        let mut markers = Vec::new();
        while let Some((event, span)) = self.next()? {
            match event {
                Event::SequenceEnd => break,
                Event::MappingStart { .. } if markers.len() == MAX_MARKERS => {
                    return Err(
                        self.error("there are more than 10000 markers; split the file", &span)
                    );
                }
                Event::MappingStart { .. } => {
                    let fields = self.fields()?;
                    markers.push(self.marker(&fields, &span)?);
                }
                _ => return Err(self.error("a marker is a mapping", &span)),
            }
        }
        Ok(markers)
    }

    fn fields(&mut self) -> Result<Fields<'a>, Error> {
        let mut fields = Fields::new();
        while let Some((event, key_span)) = self.next()? {
            let key = match event {
                Event::MappingEnd => break,
                Event::Scalar(key) => key.value,
                _ => return Err(self.error("a field's name is no text", &key_span)),
            };
            if !["path", "document", "at", "setter", "template"].contains(&key.as_ref()) {
                let reason = "unknown field; a marker has path, at and setter, and may have document and template";
                return Err(self.error(reason, &key_span));
            }
            if fields.iter().any(|(known, ..)| *known == key) {
                return Err(self.error("the field is given twice", &key_span));
            }
            let value = match self.next()? {
                Some((Event::Scalar(scalar), span)) if scalar.style != Style::Block => {
                    (scalar.value, span)
                }
                Some((_, span)) => return Err(self.error("a field is text on one line", &span)),
                None => break,
            };
            fields.push((key, key_span, value.0, value.1));
        }
        Ok(fields)
    }

    fn marker(&mut self, fields: &Fields<'a>, span: &Range<usize>) -> Result<SidecarMarker, Error> {
        let (path, path_span) = self.required(fields, "path", span)?;
        let (at, at_span) = self.required(fields, "at", span)?;
        let (setter, setter_span) = self.required(fields, "setter", span)?;
        check_path(path).map_err(|reason| self.error(reason, &path_span))?;
        if setter.is_empty() {
            return Err(self.error("the setter is empty", &setter_span));
        }
        let segments = path::parse(at).map_err(|reason| self.error(reason, &at_span))?;
        let marker = SidecarMarker {
            path: without_dots(path).into_owned(),
            document: self.document(fields)?,
            at: at.to_owned(),
            segments,
            setter: setter.to_owned(),
            template: self.template(fields)?,
            line: self.line(span.start),
        };
        if self.places.take(&marker) {
            Ok(marker)
        } else {
            Err(self.error("another marker names this place", &at_span))
        }
    }

    /// The line of a byte behind those asked for before.
    fn line(&mut self, at: usize) -> usize {
        let (from, line) = self.counted;
        let breaks = memchr::memchr_iter(b'\n', &self.text.as_bytes()[from..at]).count();
        self.counted = (at, line + breaks);
        self.counted.1
    }

    fn required<'f>(
        &self,
        fields: &'f Fields<'a>,
        name: &str,
        marker: &Range<usize>,
    ) -> Result<(&'f str, Range<usize>), Error> {
        match find(fields, name) {
            Some((value, span)) => Ok((value, span.clone())),
            None => Err(self.error(&format!("the marker has no `{name}`"), marker)),
        }
    }

    fn document(&self, fields: &Fields<'a>) -> Result<usize, Error> {
        let Some((number, span)) = find(fields, "document") else {
            return Ok(0);
        };
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        number
            .parse()
            .ok()
            .filter(|_| is_number)
            .ok_or_else(|| self.error("the document is no number; count from 0", span))
    }

    fn template(&self, fields: &Fields<'a>) -> Result<Option<Template>, Error> {
        find(fields, "template")
            .map(|(template, span)| {
                Template::parse(template).map_err(|reason| self.error(&reason, span))
            })
            .transpose()
    }

    /// The next step, comments aside.
    fn next(&mut self) -> Result<Option<Taken<'a>>, Error> {
        for step in self.steps.by_ref() {
            let step = step?;
            if !matches!(step.event, Event::Comment) {
                return Ok(Some((step.event, step.span)));
            }
        }
        Ok(None)
    }

    fn error(&self, reason: &str, span: &Range<usize>) -> Error {
        let position = Position::of(self.text, span.start);
        Error::sidecar(reason, span.clone(), position)
    }
}

fn find<'f>(fields: &'f Fields<'_>, name: &str) -> Option<(&'f str, &'f Range<usize>)> {
    let (.., value, span) = fields.iter().find(|(known, ..)| known == name)?;
    Some((value, span))
}

fn check_path(path: &str) -> Result<(), &'static str> {
    let is_drive = matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if path.starts_with('/') || is_drive {
        return Err("the path is absolute; write one such as `chart/values.json`");
    }
    if path.contains('\\') {
        return Err("the path has a backslash; write `/`");
    }
    if path.split('/').any(|part| part == "..") {
        return Err("the path leaves its folder by `..`; write one such as `chart/values.json`");
    }
    if path.split('/').any(str::is_empty) || without_dots(path).is_empty() {
        return Err("a part of the path is empty; write one such as `chart/values.json`");
    }
    Ok(())
}

/// `./a/./b` as `a/b`.
pub(crate) fn without_dots(path: &str) -> Cow<'_, str> {
    if path.split('/').all(|part| part != ".") {
        return Cow::Borrowed(path);
    }
    let parts: Vec<&str> = path.split('/').filter(|part| *part != ".").collect();
    Cow::Owned(parts.join("/"))
}
