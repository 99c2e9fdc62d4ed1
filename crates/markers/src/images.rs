//! Where a text says an image.

use std::{borrow::Cow, mem, ops::Range};

use crate::{
    error::Error,
    json::Json,
    limits::Limits,
    object::Object,
    plan::Format,
    position::Position,
    reader::{Event, Reader, Scalar, Step, Style},
    reference::{Reference, is_digest, is_name, is_tag},
    walk::{Owner, Role, Walk, is_null},
};

/// An image, and the scalars that say it.
pub(crate) struct Found {
    /// `None` where the value is no reference.
    pub(crate) reference: Option<Reference>,
    pub(crate) object: Object,
    /// The path of the mapping that says it.
    pub(crate) field: String,
    pub(crate) slots: Vec<Slot>,
}

/// One scalar of an image.
pub(crate) struct Slot {
    pub(crate) part: Part,
    pub(crate) key: &'static str,
    pub(crate) span: Range<usize>,
    pub(crate) value: SlotValue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    Name,
    /// The name without the registry, which stands in a field of its own.
    NameInRegistry,
    Tag,
    Digest,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SlotValue {
    Scalar(String),
    /// Text that is no name, tag or digest: a variable or a template of another program's.
    Unfit,
    /// A scalar whose explicit tag says that it is no string.
    Typed,
    Block,
    Alias,
    Missing,
    /// The key stands again below.
    Repeated,
}

/// The images of a text, in its order.
pub(crate) fn find(text: &str, (format, limits): (Format, Limits)) -> Result<Vec<Found>, Error> {
    let mut finder = Finder::default();
    let steps: Box<dyn Iterator<Item = _>> = match format {
        Format::Json => Box::new(Json::within(text, limits)?.map(Ok)),
        Format::Yaml => Box::new(Reader::within(text, limits)),
    };
    for step in steps {
        finder.step(step?);
        if finder.slots > limits.markers {
            let last = finder.found.last().and_then(|found| found.slots.last());
            let span = last.map_or(0..0, |slot| slot.span.clone());
            let position = Position::of(text, span.start);
            return Err(Error::too_many_images(span, position, limits.markers));
        }
    }
    let mut found = finder.found;
    found.sort_by_key(|found| found.slots.iter().map(|slot| slot.span.start).min());
    Ok(found)
}

#[derive(Default)]
struct Finder<'a> {
    walk: Walk<'a>,
    /// The open mappings; what is looked for in them.
    open: Vec<Vec<Entry<'a>>>,
    /// Where the last step ended: a value that is not there has no place of its own.
    last: usize,
    found: Vec<Found>,
    /// How many scalars they have.
    slots: usize,
    /// The owners of what was found in this document, which was found last.
    owners: Vec<Owner>,
}

struct Entry<'a> {
    key: &'static str,
    span: Range<usize>,
    value: EntryValue<'a>,
}

enum EntryValue<'a> {
    Scalar(Cow<'a, str>),
    Typed,
    Block,
    Alias,
    Missing,
}

const KEYS: [&str; 8] = [
    "image",
    "repository",
    "registry",
    "tag",
    "digest",
    "name",
    "newName",
    "newTag",
];

impl<'a> Finder<'a> {
    fn step(&mut self, step: Step<'a>) {
        let role = self.walk.step(&step);
        let Step { event, span, .. } = step;
        let span = place(span, &mut self.last);
        match event {
            Event::MappingStart { .. } => self.open.push(Vec::new()),
            Event::MappingEnd => self.close(),
            Event::Scalar(scalar) if role == Some(Role::Value) => self.entry(span, value(scalar)),
            Event::Alias(_) if role == Some(Role::Value) => self.entry(span, EntryValue::Alias),
            Event::DocumentEnd => self.end_document(),
            _ => {}
        }
    }

    fn entry(&mut self, span: Range<usize>, value: EntryValue<'a>) {
        let known = KEYS.iter().find(|key| self.walk.key() == Some(key));
        let value = if span.is_empty() {
            EntryValue::Missing
        } else {
            value
        };
        if let (Some(key), Some(entries)) = (known, self.open.last_mut()) {
            entries.push(Entry { key, span, value });
        }
    }

    fn close(&mut self) {
        let entries = Entries(self.open.pop().unwrap_or_default());
        if entries.0.is_empty() {
            return;
        }
        if entries.get("name").is_some() && is_kustomize(&self.walk.path()) {
            return self.kustomize(&entries);
        }
        if self.helm(&entries, "repository") || self.helm(&entries, "image") {
            return;
        }
        if let Some(image) = entries.get("image") {
            let reference = entries.text("image").and_then(Reference::parse);
            let slots = entries.with_repeated(vec![slot(image, Part::Whole)]);
            self.push(reference, slots);
        }
    }

    /// `images` of a kustomization: `name`, and what it is exchanged for.
    fn kustomize(&mut self, entries: &Entries<'a>) {
        let name = match entries.get("newName") {
            Some(_) => entries.text("newName"),
            None => entries.text("name"),
        };
        let slots = entries.slots([
            ("newName", Part::Name),
            ("newTag", Part::Tag),
            ("digest", Part::Digest),
        ]);
        if !slots.is_empty() {
            let reference = name.and_then(|name| entries.reference(name.to_owned(), "newTag"));
            self.push(reference, entries.with_repeated(slots));
        }
    }

    /// A name beside `tag` or `digest`, as Helm charts have it, with `registry` or without.
    fn helm(&mut self, entries: &Entries<'a>, key: &str) -> bool {
        let part = match entries.get("registry") {
            Some(registry) if !registry.value.is_empty() => Part::NameInRegistry,
            _ => Part::Name,
        };
        let slots = entries.slots([(key, part), ("tag", Part::Tag), ("digest", Part::Digest)]);
        let reference = entries
            .name(key, part)
            .and_then(|name| entries.reference(name, "tag"));
        // A whole reference that stands beside a tag is none that is given in parts.
        let is_whole = key == "image" && entries.text(key).and_then(Reference::parse).is_some();
        let is_found =
            entries.get(key).is_some() && slots.len() > 1 && (reference.is_some() || !is_whole);
        if is_found {
            self.push(reference, entries.with_repeated(slots));
        }
        is_found
    }

    fn push(&mut self, reference: Option<Reference>, slots: Vec<Slot>) {
        self.slots += slots.len();
        self.owners.push(self.walk.owner());
        self.found.push(Found {
            reference,
            object: Object::default(),
            field: self.walk.path(),
            slots,
        });
    }

    fn end_document(&mut self) {
        let owners = mem::take(&mut self.owners);
        let first = self.found.len() - owners.len();
        for (found, owner) in self.found[first..].iter_mut().zip(owners) {
            found.object = self.walk.object(owner);
        }
    }
}

fn value(scalar: Scalar<'_>) -> EntryValue<'_> {
    match scalar.style {
        Style::Block => EntryValue::Block,
        _ if is_null(&scalar) => EntryValue::Missing,
        _ if scalar.typed => EntryValue::Typed,
        _ => EntryValue::Scalar(scalar.value),
    }
}

impl EntryValue<'_> {
    fn is_empty(&self) -> bool {
        match self {
            Self::Scalar(text) => text.is_empty(),
            Self::Missing => true,
            _ => false,
        }
    }
}

struct Entries<'a>(Vec<Entry<'a>>);

impl<'a> Entries<'a> {
    /// The last of equal keys, which is the one that counts.
    fn get(&self, key: &str) -> Option<&Entry<'a>> {
        self.0.iter().rev().find(|entry| entry.key == key)
    }

    fn text(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.value {
            EntryValue::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The name, with the registry that stands beside it.
    fn name(&self, key: &str, part: Part) -> Option<String> {
        let path = self.text(key)?;
        Some(match part {
            Part::NameInRegistry => format!("{}/{path}", self.text("registry")?),
            _ => path.to_owned(),
        })
    }

    fn slots<const N: usize>(&self, parts: [(&str, Part); N]) -> Vec<Slot> {
        parts
            .into_iter()
            .filter_map(|(key, part)| Some(slot(self.get(key)?, part)))
            .collect()
    }

    /// The slots, and those of equal keys that do not count.
    fn with_repeated(&self, mut slots: Vec<Slot>) -> Vec<Slot> {
        for index in 0..slots.len() {
            let (key, part, last) = (slots[index].key, slots[index].part, slots[index].span.start);
            let repeated = |entry: &&Entry<'a>| entry.key == key && entry.span.start < last;
            slots.extend(self.0.iter().filter(repeated).map(|entry| Slot {
                value: SlotValue::Repeated,
                ..slot(entry, part)
            }));
        }
        slots
    }

    fn reference(&self, name: String, tag: &str) -> Option<Reference> {
        let part = |key: &str, fits: fn(&str) -> bool| {
            let text = self.text(key).filter(|text| fits(text));
            text.map(str::to_owned)
        };
        is_name(&name).then(|| Reference {
            name,
            tag: part(tag, is_tag),
            digest: part("digest", is_digest),
        })
    }
}

fn slot(entry: &Entry<'_>, part: Part) -> Slot {
    Slot {
        part,
        key: entry.key,
        span: entry.span.clone(),
        value: match &entry.value {
            EntryValue::Scalar(text) if !fits(text, part) => SlotValue::Unfit,
            EntryValue::Scalar(text) => SlotValue::Scalar(text.to_string()),
            EntryValue::Typed => SlotValue::Typed,
            EntryValue::Block => SlotValue::Block,
            EntryValue::Alias => SlotValue::Alias,
            EntryValue::Missing => SlotValue::Missing,
        },
    }
}

/// Whether a text can be that part of an image, or is empty, to be filled in.
fn fits(text: &str, part: Part) -> bool {
    match part {
        // Judged with the reference.
        Part::Whole => true,
        Part::Name | Part::NameInRegistry => is_name(text),
        Part::Tag => text.is_empty() || is_tag(text),
        Part::Digest => text.is_empty() || is_digest(text),
    }
}

/// The span of a step, or the end of the last one where nothing is written.
pub(crate) fn place(span: Range<usize>, last: &mut usize) -> Range<usize> {
    if span.is_empty() {
        return *last..*last;
    }
    *last = span.end;
    span
}

/// Whether an item of `images`, or of `spec.images` in Flux's Kustomization.
fn is_kustomize(path: &str) -> bool {
    let item = path.strip_prefix("spec.").unwrap_or(path);
    let index = item
        .strip_prefix("images[")
        .and_then(|rest| rest.strip_suffix(']'));
    index.is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
}
