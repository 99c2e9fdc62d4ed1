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
    if markers.len() > limits.markers {
        return Err(Error::too_many_named(markers.len(), limits.markers));
    }
    let mut seeker = Seeker::new(markers);
    let mut scan = Scan::default();
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
        scan = seeker.finish(text);
    }
    Ok(FilePlan::of(bytes, (format, limits), &scan, decide))
}

/// The places of a document as a tree: what is looked for below a node.
#[derive(Default)]
struct Tree {
    children: HashMap<Segment, usize>,
    markers: Vec<usize>,
    met: Met,
}

/// What was met of a tree. Its parent is looked into once, so that the second time is a second key.
#[derive(Clone, Copy, Default)]
enum Met {
    #[default]
    Never,
    Once,
    /// Readers do not agree which of equal keys counts, so nothing below them is set. The second one's place.
    Twice(usize),
    /// An alias, at this place: what is below stands at the anchor.
    Alias(usize),
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
    /// The site of each marker.
    found: Vec<Option<usize>>,
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
            found: vec![None; markers.len()],
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
            Event::Scalar(scalar) if role == Some(Role::Key) => self.key(&scalar, span.start),
            Event::Scalar(scalar) if !here.is_empty() => {
                let standing = self.standing(scalar, &span, (number, properties));
                self.found(&here, &span, &standing);
            }
            Event::Alias(_) => {
                for &tree in &here {
                    self.trees[tree].met = Met::Alias(span.start);
                }
                self.found(&here, &span, &Standing::Alias);
            }
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
                below(&mut self.trees, &frame.trees, &meanings, 0)
            }
        }
    }

    fn key(&mut self, key: &Scalar<'_>, at: usize) {
        if let Some(frame) = self.open.last_mut().filter(|frame| !frame.trees.is_empty()) {
            let meanings = [Segment::Key, Segment::Either].map(|kind| kind(key.value.to_string()));
            frame.behind_key = below(&mut self.trees, &frame.trees, &meanings, at);
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
            self.found[index] = Some(self.sites.len());
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
            site.object = self.walk.object(owner);
        }
    }

    fn finish(mut self, text: &str) -> Scan<'a> {
        self.inherit();
        let mut lost = Vec::new();
        for tree in mem::take(&mut self.trees) {
            for index in tree.markers {
                match (tree.met, self.found[index]) {
                    (Met::Twice(at), found) => self.keep(index, found, at, Standing::Doubled),
                    (Met::Alias(at), None) => self.keep(index, None, at, Standing::Alias),
                    (_, None) => lost.push(index),
                    _ => {}
                }
            }
        }
        self.sites.sort_by_key(|site| site.offset);
        place(text, &mut self.sites);
        self.lose(lost);
        Scan {
            sites: self.sites,
            fingerprint: self.fingerprint,
        }
    }

    /// What is below equal keys, or behind an alias, is so at any depth. Children stand behind their parents.
    fn inherit(&mut self) {
        for parent in 0..self.trees.len() {
            let met = self.trees[parent].met;
            if let Met::Twice(_) | Met::Alias(_) = met {
                let children: Vec<usize> = self.trees[parent].children.values().copied().collect();
                for child in children {
                    self.trees[child].met = met;
                }
            }
        }
    }

    fn keep(&mut self, index: usize, found: Option<usize>, at: usize, standing: Standing<'a>) {
        let field = self.markers[index].at.clone();
        let kept = site(self.markers[index], at, field, standing);
        match found {
            Some(found) => self.sites[found] = kept,
            None => self.sites.push(kept),
        }
    }

    /// Adds the markers whose place is not there, at the end.
    fn lose(&mut self, mut lost: Vec<usize>) {
        lost.sort_unstable();
        let last = self.sites.last();
        let (end, position) = last.map_or((0, FIRST), |site| (site.offset, site.position));
        for index in lost {
            let marker = self.markers[index];
            let standing = Standing::NotThere {
                document: marker.document,
            };
            self.sites.push(Site {
                position,
                ..site(marker, end, marker.at.clone(), standing)
            });
        }
    }
}

const FIRST: Position = Position { line: 1, column: 1 };

/// The trees below some, by either meaning of a segment, which stands at this place. None is given twice.
fn below(all: &mut [Tree], trees: &[usize], meanings: &[Segment; 2], at: usize) -> Vec<usize> {
    let mut found = Vec::new();
    for &tree in trees {
        for child in meanings
            .each_ref()
            .map(|segment| all[tree].children.get(segment).copied())
            .into_iter()
            .flatten()
        {
            all[child].met = match all[child].met {
                Met::Never => {
                    found.push(child);
                    Met::Once
                }
                Met::Twice(second) => Met::Twice(second),
                Met::Once | Met::Alias(_) => Met::Twice(at),
            };
        }
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
