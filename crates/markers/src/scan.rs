//! Finds what looks like a marker, and what it stands on.

use std::{mem, ops::Range};

use crate::{
    above,
    comment::{self, Named, Reading},
    error::Error,
    fingerprint::Fingerprint,
    limits::Limits,
    occurrence::{Occurrences, looks_like_marker},
    position::{Position, positions},
    reader::{Event, Reader, Scalar, Step, Style},
    site::{Site, Standing, Target},
    syntax::{Syntax, may_hold_marker},
    walk::{Owner, Role, Walk},
};

/// A text, read once.
#[derive(Default)]
pub(crate) struct Scan<'a> {
    pub(crate) sites: Vec<Site<'a>>,
    pub(crate) fingerprint: Fingerprint,
}

/// Reads a text; one that does not name the key is not parsed.
pub(crate) fn scan<'a>(bytes: &'a [u8], syntax: &Syntax) -> Result<Scan<'a>, Error> {
    if !may_hold_marker(bytes, syntax) {
        return Ok(Scan {
            sites: Vec::new(),
            fingerprint: Fingerprint::default(),
        });
    }
    let limits = syntax.limits();
    let text = text_within(bytes, limits)?;
    let occurrences = Occurrences::find(text, syntax)?;
    let mut scanner = Scanner::new(text, syntax, &occurrences);
    if !occurrences.is_empty() {
        for step in Reader::within(text, limits) {
            scanner.step(step?);
        }
    }
    Ok(scanner.finish())
}

/// The text of a file, within the limits that nobody set.
pub(crate) fn text_of(bytes: &[u8]) -> Result<&str, Error> {
    text_within(bytes, Limits::default())
}

/// The text of a file, when it is one that can be read.
pub(crate) fn text_within(bytes: &[u8], limits: Limits) -> Result<&str, Error> {
    if bytes.len() > limits.bytes {
        return Err(Error::too_large(bytes.len(), limits.bytes));
    }
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = bytes {
        return Err(Error::utf16());
    }
    check_lines(bytes, limits.line_bytes)?;
    std::str::from_utf8(bytes).map_err(|error| {
        let (valid, rest) = bytes.split_at(error.valid_up_to());
        Error::not_utf8(&String::from_utf8_lossy(valid), rest[0])
    })
}

fn check_lines(bytes: &[u8], limit: usize) -> Result<(), Error> {
    if bytes.len() <= limit {
        return Ok(());
    }
    let (mut start, mut line) = (0, 1);
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        if end - start > limit {
            return Err(Error::line_too_long(start..end, line, limit));
        }
        (start, line) = (end + 1, line + 1);
    }
    Ok(())
}

struct Scanner<'a, 's> {
    text: &'a str,
    syntax: &'s Syntax,
    occurrences: &'s Occurrences,
    walk: Walk<'a>,
    fingerprint: Fingerprint,
    /// The node that was written last: a comment behind it on its line belongs to it.
    last: Option<Node<'a>>,
    /// A marker that stands on a line of its own, the last of the sites; the node that
    /// follows may be its item.
    above: Option<Range<usize>>,
    /// Whether a collection began or ended behind that marker.
    has_turned: bool,
    sites: Vec<Site<'a>>,
    /// The owners of the sites of this document, which are the last sites.
    owners: Vec<Owner>,
}

struct Node<'a> {
    span: Range<usize>,
    what: What<'a>,
}

enum What<'a> {
    Value(Target<'a>),
    Alias,
    Key,
    CollectionEnd,
}

impl<'a, 's> Scanner<'a, 's> {
    fn new(text: &'a str, syntax: &'s Syntax, occurrences: &'s Occurrences) -> Self {
        Self {
            text,
            syntax,
            occurrences,
            walk: Walk::default(),
            fingerprint: Fingerprint::default(),
            last: None,
            above: None,
            has_turned: false,
            sites: Vec::new(),
            owners: Vec::new(),
        }
    }

    fn step(&mut self, step: Step<'a>) {
        let number = self.fingerprint.push(&step, self.text);
        let role = self.walk.step(&step);
        self.has_turned |= is_turn(&step.event);
        let Step {
            event,
            span,
            properties,
        } = step;
        match event {
            Event::Scalar(scalar) => {
                let target = self.target(scalar, &span, (number, properties));
                self.scalar(role.unwrap_or(Role::Root), span, target);
            }
            Event::Alias(_) => self.alias(role.unwrap_or(Role::Root), span),
            Event::Comment => self.comment(&span),
            Event::MappingEnd | Event::SequenceEnd if !span.is_empty() => {
                self.last = Some(Node {
                    span,
                    what: What::CollectionEnd,
                });
            }
            Event::DocumentStart => self.last = None,
            Event::DocumentEnd => self.end_document(),
            Event::MappingStart { .. }
            | Event::MappingEnd
            | Event::SequenceStart { .. }
            | Event::SequenceEnd => {}
        }
    }

    fn target(&self, scalar: Scalar<'a>, span: &Range<usize>, known_by: (u64, u64)) -> Target<'a> {
        Target {
            value: scalar.value,
            span: span.clone(),
            position: Position::default(),
            style: scalar.style,
            flow: self.walk.in_flow(),
            typed: scalar.typed,
            step: known_by.0,
            properties: known_by.1,
        }
    }

    fn scalar(&mut self, role: Role, span: Range<usize>, target: Target<'a>) {
        if span.is_empty() {
            // A value that is not there: nothing to stand on, nothing to stand above.
            self.above = None;
            return;
        }
        if let Some(site) = self.item_of_comment_above(role, &span) {
            self.sites[site].field = self.walk.path();
            self.sites[site].standing = standing_on(target.clone());
        }
        // The span of an empty block scalar reaches over its header, whose comment is none of its text.
        if target.style != Style::Block || target.value.contains(self.syntax.key()) {
            self.text_in(&span, target.style);
        }
        let what = match role {
            Role::Key => What::Key,
            _ => What::Value(target),
        };
        self.last = Some(Node { span, what });
    }

    fn alias(&mut self, role: Role, span: Range<usize>) {
        if let Some(site) = self.item_of_comment_above(role, &span) {
            self.sites[site].field = self.walk.path();
            self.sites[site].standing = Standing::Alias;
        }
        let what = match role {
            Role::Key => What::Key,
            _ => What::Alias,
        };
        self.last = Some(Node { span, what });
    }

    /// The site above the item that now begins at `span`, when that item is the one it marks.
    fn item_of_comment_above(&mut self, role: Role, span: &Range<usize>) -> Option<usize> {
        let comment = self.above.take()?;
        let is_between_items = matches!(role, Role::Item { flow: false }) && !self.has_turned;
        let can_be_marked = matches!(role, Role::Item { .. } | Role::Value);
        let marks = can_be_marked && above::marks(self.text, &comment, span, is_between_items);
        marks.then(|| self.sites.len() - 1)
    }

    /// Reports what looks like a marker in the text of a scalar.
    fn text_in(&mut self, span: &Range<usize>, style: Style) {
        let place = match style {
            Style::Block => "the text of a block scalar",
            Style::Plain => "a plain scalar",
            Style::SingleQuoted | Style::DoubleQuoted | Style::Json => "a quoted string",
        };
        let (text, occurrences) = (self.text, self.occurrences);
        for &at in occurrences.within(span) {
            if looks_like_marker(text, at) {
                let field = self.walk.path();
                self.report(at, field, None, Standing::Text(place));
            }
        }
    }

    fn comment(&mut self, span: &Range<usize>) {
        let comment = &self.text[span.clone()];
        if self.occurrences.within(span).is_empty() && !comment::may_be_escaped(comment) {
            return;
        }
        let own_line = above::is_own_line(self.text, span.start);
        let reading = comment::read(comment, self.syntax);
        // Before what is read, which a value below may still be looked for.
        self.further_markers(span, &reading, own_line);
        match reading {
            Reading::Other => {}
            Reading::Marker(named) if own_line => self.marker_above(span, named),
            Reading::Marker(named) => self.marker_behind(span, named),
            Reading::Trailing { at } if own_line => {
                self.report(
                    span.start + at,
                    String::new(),
                    None,
                    Standing::Text(COMMENTED_OUT),
                );
            }
            Reading::Trailing { at } => {
                self.report(
                    span.start + at,
                    self.walk.path(),
                    None,
                    malformed(TEXT_BEFORE),
                );
            }
            Reading::Malformed { reason, at } => {
                let field = if own_line {
                    String::new()
                } else {
                    self.walk.path()
                };
                self.report(span.start + at, field, None, Standing::Malformed(reason));
            }
        }
    }

    /// Reports what looks like a marker behind the first one of a comment, which alone can be read.
    fn further_markers(&mut self, span: &Range<usize>, reading: &Reading, own_line: bool) {
        let (first, standing) = match reading {
            Reading::Marker(_) | Reading::Malformed { .. } => (
                1,
                malformed("another marker stands before it in the comment"),
            ),
            Reading::Trailing { .. } if own_line => (1, Standing::Text(COMMENTED_OUT)),
            Reading::Other if own_line => (0, Standing::Text(COMMENTED_OUT)),
            Reading::Trailing { .. } => (1, malformed(TEXT_BEFORE)),
            Reading::Other => (0, malformed(TEXT_BEFORE)),
        };
        let (text, occurrences) = (self.text, self.occurrences);
        let field = if own_line {
            String::new()
        } else {
            self.walk.path()
        };
        let alike = occurrences.within(span).iter();
        for &at in alike.skip(first).filter(|&&at| looks_like_marker(text, at)) {
            let brace = text[span.start..at].rfind('{').unwrap_or_default();
            self.report(span.start + brace, field.clone(), None, standing.clone());
        }
    }

    fn marker_above(&mut self, span: &Range<usize>, named: Named) {
        let reason = Standing::NoScalar(
            "it stands on a line of its own, above no scalar that it could mean",
        );
        self.report(span.start, String::new(), Some(named), reason);
        self.above = Some(span.clone());
        self.has_turned = false;
    }

    fn marker_behind(&mut self, span: &Range<usize>, named: Named) {
        let standing = self.standing_behind(span.start);
        self.report(span.start, self.walk.path(), Some(named), standing);
    }

    fn standing_behind(&mut self, comment: usize) -> Standing<'a> {
        let reason = match &self.last {
            Some(node) if comment < node.span.end => return self.standing_on_header(),
            Some(node) if is_gap_behind(&self.text[node.span.end..comment]) => match &node.what {
                What::Value(target) => return standing_on(target.clone()),
                What::Alias => return Standing::Alias,
                What::Key => "it stands behind a key",
                What::CollectionEnd => "it stands behind a collection",
            },
            _ => "no value stands before it on its line",
        };
        Standing::NoScalar(reason)
    }

    /// A comment that comes after the node it stands before: that on a block scalar's header.
    fn standing_on_header(&self) -> Standing<'a> {
        match &self.last {
            Some(Node {
                what: What::Value(target),
                ..
            }) => Standing::BlockScalar(target.value.clone()),
            _ => Standing::NoScalar("it stands behind the header of a key"),
        }
    }

    fn report(
        &mut self,
        offset: usize,
        field: String,
        named: Option<Named>,
        standing: Standing<'a>,
    ) {
        self.above = None;
        self.owners.push(self.walk.owner());
        self.sites.push(Site {
            offset,
            position: Position::default(),
            object: crate::Object::default(),
            field,
            named,
            standing,
        });
    }

    fn end_document(&mut self) {
        self.above = None;
        let owners = mem::take(&mut self.owners);
        let first = self.sites.len() - owners.len();
        for (site, owner) in self.sites[first..].iter_mut().zip(owners) {
            site.object = self.walk.object(owner);
        }
    }

    fn finish(mut self) -> Scan<'a> {
        self.sites.sort_by_key(|site| site.offset);
        place(self.text, &mut self.sites);
        Scan {
            sites: self.sites,
            fingerprint: self.fingerprint,
        }
    }
}

pub(crate) const COMMENTED_OUT: &str = "a commented-out line";

const TEXT_BEFORE: &str = "text stands before the JSON object";

fn malformed(reason: &str) -> Standing<'static> {
    Standing::Malformed(reason.to_owned())
}

fn is_turn(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::MappingStart { .. }
            | Event::MappingEnd
            | Event::SequenceStart { .. }
            | Event::SequenceEnd
    )
}

fn standing_on(target: Target<'_>) -> Standing<'_> {
    match target.style {
        Style::Block => Standing::BlockScalar(target.value),
        _ => Standing::Scalar(target),
    }
}

/// Fills in lines and columns, in one pass over the text.
pub(crate) fn place(text: &str, sites: &mut [Site<'_>]) {
    let mut offsets: Vec<usize> = sites.iter().flat_map(offsets).collect();
    offsets.sort_unstable();
    offsets.dedup();
    let positions = positions(text, &offsets);
    let look_up = |offset| {
        offsets
            .binary_search(&offset)
            .map_or(Position::default(), |index| positions[index])
    };
    for site in sites {
        site.position = look_up(site.offset);
        if let Standing::Scalar(target) = &mut site.standing {
            target.position = look_up(target.span.start);
        }
    }
}

fn offsets(site: &Site<'_>) -> impl Iterator<Item = usize> + use<> {
    let target = match &site.standing {
        Standing::Scalar(target) => Some(target.span.start),
        _ => None,
    };
    [Some(site.offset), target].into_iter().flatten()
}

/// Blanks, with at most one comma: what may stand between a value and its comment.
fn is_gap_behind(gap: &str) -> bool {
    gap.bytes().all(|byte| is_blank(byte) || byte == b',') && gap.matches(',').count() <= 1
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
