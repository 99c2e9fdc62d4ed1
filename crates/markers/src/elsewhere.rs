//! Finds the places that a marker file names.

use std::{collections::HashMap, mem, ops::Range};

use crate::{
    comment::Named,
    decision::Decision,
    error::Error,
    fingerprint::Fingerprint,
    images,
    json::Json,
    limits::Limits,
    marker::Marker,
    object::Object,
    path::Segment,
    plan::{FilePlan, Format},
    position::Position,
    reader::{Event, Reader, Scalar, Step, Style},
    scan::{Scan, place, text_within},
    sidecar::SidecarMarker,
    site::{Site, Standing, Target},
    walk::{Owner, Role, Walk},
};

/// Plans the markers of one file.
pub(crate) fn plan<'a>(
    bytes: &'a [u8],
    (format, limits): (Format, Limits),
    markers: &[&SidecarMarker],
    decide: impl FnMut(&Marker, &str) -> Decision,
) -> Result<FilePlan<'a>, Error> {
    let mut seeker = Seeker::new(markers);
    if !markers.is_empty() {
        let text = text_within(bytes, limits)?;
        match format {
            Format::Json => Json::within(text, limits)?.for_each(|step| seeker.step(step, text)),
            Format::Yaml => {
                for step in Reader::within(text, limits) {
                    seeker.step(step?, text);
                }
            }
        }
        place(text, &mut seeker.sites);
    }
    Ok(FilePlan::of(
        bytes,
        (format, limits),
        &seeker.finish(),
        decide,
    ))
}

/// The places of a document as a tree: what is looked for below a node.
#[derive(Default)]
struct Tree {
    children: HashMap<Segment, usize>,
    markers: Vec<usize>,
}

struct Seeker<'a, 'm> {
    markers: &'m [&'m SidecarMarker],
    trees: Vec<Tree>,
    /// The root of each document's tree.
    roots: HashMap<usize, usize>,
    document: usize,
    /// Where the last step ended.
    last: usize,
    walk: Walk<'a>,
    fingerprint: Fingerprint,
    open: Vec<Frame>,
    sites: Vec<Site<'a>>,
    owners: Vec<Owner>,
    is_found: Vec<bool>,
}

/// An open collection: the trees that are looked for in it, and the number of its items.
#[derive(Default)]
struct Frame {
    trees: Vec<usize>,
    /// What is looked for behind the key that was read last.
    behind_key: Vec<usize>,
    length: usize,
}

impl<'a, 'm> Seeker<'a, 'm> {
    fn new(markers: &'m [&'m SidecarMarker]) -> Self {
        let mut seeker = Self {
            markers,
            trees: Vec::new(),
            roots: HashMap::new(),
            document: 0,
            last: 0,
            walk: Walk::default(),
            fingerprint: Fingerprint::default(),
            open: Vec::new(),
            sites: Vec::new(),
            owners: Vec::new(),
            is_found: vec![false; markers.len()],
        };
        for (index, marker) in markers.iter().enumerate() {
            seeker.plant(index, marker);
        }
        seeker
    }

    fn plant(&mut self, index: usize, marker: &SidecarMarker) {
        let root = match self.roots.get(&marker.document) {
            Some(&root) => root,
            None => self.tree(),
        };
        self.roots.insert(marker.document, root);
        let place = marker
            .segments
            .iter()
            .fold(root, |tree, segment| self.child(tree, segment));
        self.trees[place].markers.push(index);
    }

    fn child(&mut self, tree: usize, segment: &Segment) -> usize {
        if let Some(&child) = self.trees[tree].children.get(segment) {
            return child;
        }
        let child = self.tree();
        self.trees[tree].children.insert(segment.clone(), child);
        child
    }

    fn tree(&mut self) -> usize {
        self.trees.push(Tree::default());
        self.trees.len() - 1
    }

    fn step(&mut self, step: Step<'a>, text: &str) {
        let number = self.fingerprint.push(&step, text);
        let role = self.walk.step(&step);
        let here = role.map(|role| self.here(role)).unwrap_or_default();
        let Step {
            event,
            span,
            properties,
        } = step;
        let span = images::place(span, &mut self.last);
        match event {
            Event::MappingStart { .. } | Event::SequenceStart { .. } => {
                self.found(
                    &here,
                    &span,
                    &Standing::Elsewhere("a collection stands there"),
                );
                self.open.push(Frame {
                    trees: here,
                    ..Frame::default()
                });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
            }
            Event::Scalar(scalar) if role == Some(Role::Key) => self.key(&scalar),
            Event::Scalar(scalar) if !here.is_empty() => {
                let standing = self.standing(scalar, &span, (number, properties));
                self.found(&here, &span, &standing);
            }
            Event::Alias(_) => self.found(&here, &span, &Standing::Alias),
            Event::DocumentEnd => self.end_document(),
            Event::Scalar(_) | Event::DocumentStart | Event::Comment => {}
        }
    }

    /// What is looked for in the node that begins.
    fn here(&mut self, role: Role) -> Vec<usize> {
        let Some(frame) = self.open.last_mut() else {
            return self
                .roots
                .get(&self.document)
                .copied()
                .into_iter()
                .collect();
        };
        match role {
            Role::Root | Role::Key => {
                frame.behind_key = Vec::new();
                Vec::new()
            }
            Role::Value => mem::take(&mut frame.behind_key),
            Role::Item { .. } => {
                let index = frame.length;
                frame.length += 1;
                if frame.trees.is_empty() {
                    return Vec::new();
                }
                let meanings = [Segment::Index(index), Segment::Either(index.to_string())];
                below(&self.trees, &frame.trees, &meanings)
            }
        }
    }

    fn key(&mut self, key: &Scalar<'_>) {
        if let Some(frame) = self.open.last_mut().filter(|frame| !frame.trees.is_empty()) {
            let meanings = [Segment::Key, Segment::Either].map(|kind| kind(key.value.to_string()));
            frame.behind_key = below(&self.trees, &frame.trees, &meanings);
        }
    }

    fn standing(
        &self,
        scalar: Scalar<'a>,
        span: &Range<usize>,
        known_by: (u64, u64),
    ) -> Standing<'a> {
        if span.is_empty() {
            return Standing::Elsewhere("no value stands there");
        }
        match scalar.style {
            Style::Block => Standing::BlockScalar(scalar.value),
            Style::Json if scalar.typed => Standing::Elsewhere("no string stands there"),
            style => Standing::Scalar(Target {
                value: scalar.value,
                span: span.clone(),
                position: Position::default(),
                style,
                flow: self.walk.in_flow(),
                typed: scalar.typed,
                step: known_by.0,
                properties: known_by.1,
            }),
        }
    }

    fn found(&mut self, trees: &[usize], span: &Range<usize>, standing: &Standing<'a>) {
        let indices: Vec<usize> = trees
            .iter()
            .flat_map(|&tree| self.trees[tree].markers.iter().copied())
            .collect();
        for (count, &index) in indices.iter().enumerate() {
            self.is_found[index] = true;
            let standing = match count {
                0 => standing.clone(),
                _ => Standing::Elsewhere("another marker names this value"),
            };
            let field = self.walk.path();
            self.owners.push(self.walk.owner());
            self.sites
                .push(site(self.markers[index], span.start, field, standing));
        }
    }

    fn end_document(&mut self) {
        self.document += 1;
        let owners = mem::take(&mut self.owners);
        let first = self.sites.len() - owners.len();
        for (site, owner) in self.sites[first..].iter_mut().zip(owners) {
            site.object = self.walk.object(owner).clone();
        }
    }

    /// Adds the markers whose place is not there, at the end.
    fn finish(mut self) -> Scan<'a> {
        let end = self.sites.last().map_or(0, |site| site.offset);
        for (marker, _) in self
            .markers
            .iter()
            .zip(&self.is_found)
            .filter(|(_, found)| !**found)
        {
            let mut site = site(marker, end, marker.at.clone(), Standing::NotThere);
            site.position = self.sites.last().map_or(FIRST, |site| site.position);
            self.sites.push(site);
        }
        Scan {
            sites: self.sites,
            fingerprint: self.fingerprint,
        }
    }
}

const FIRST: Position = Position { line: 1, column: 1 };

fn below(all: &[Tree], trees: &[usize], meanings: &[Segment; 2]) -> Vec<usize> {
    let mut found = Vec::new();
    for &tree in trees {
        let children = &all[tree].children;
        found.extend(meanings.iter().filter_map(|segment| children.get(segment)));
    }
    found
}

fn site<'a>(
    marker: &SidecarMarker,
    offset: usize,
    field: String,
    standing: Standing<'a>,
) -> Site<'a> {
    Site {
        offset,
        position: Position::default(),
        object: Object::default(),
        field,
        named: Some(Named {
            setter: marker.setter.clone(),
            template: marker.template.clone(),
        }),
        standing,
    }
}
