use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
};

use bytes::Bytes;

use crate::image::{INDEX, Image, Index, MANIFEST, digest};

/// What the registry holds: repositories by their name.
#[derive(Default)]
pub(super) struct Store {
    repositories: BTreeMap<String, Repository>,
}

/// The tags, manifests and blobs of one name.
pub(super) struct Repository {
    name: String,
    // In the order of their bytes, which is the order of a listing.
    tags: BTreeMap<String, Tag>,
    manifests: HashMap<String, Manifest>,
    blobs: HashMap<String, Bytes>,
}

/// What a tag stands for. Its image is made when it is first asked for: 200,000 tags that are only listed would take
/// half a minute of hashing in a debug build.
#[derive(Default)]
struct Tag {
    // Pushing a tag again gives it new contents, as a rebuilt image has.
    builds: usize,
    digest: Option<String>,
    created: Option<String>,
}

#[derive(Clone)]
pub(super) struct Manifest {
    pub(super) media_type: &'static str,
    pub(super) digest: String,
    pub(super) bytes: Bytes,
}

impl Store {
    pub(super) fn repository(&mut self, name: &str) -> Option<&mut Repository> {
        self.repositories.get_mut(name)
    }

    /// The repository, made when there is none.
    pub(super) fn entry(&mut self, name: &str) -> &mut Repository {
        let new = || Repository::new(name.to_owned());
        self.repositories.entry(name.to_owned()).or_insert_with(new)
    }
}

impl Repository {
    fn new(name: String) -> Self {
        Self {
            name,
            tags: BTreeMap::new(),
            manifests: HashMap::new(),
            blobs: HashMap::new(),
        }
    }

    /// Puts a tag, for an image that is yet to be made.
    pub(super) fn push(&mut self, tag: &str) {
        let pushed = self.tags.entry(tag.to_owned()).or_default();
        pushed.builds += 1;
        pushed.digest = None;
    }

    /// Puts a tag, for an image with this date in its config.
    pub(super) fn push_created(&mut self, tag: &str, created: &str) {
        self.push(tag);
        let pushed = self.tags.entry(tag.to_owned()).or_default();
        pushed.created = Some(created.to_owned());
    }

    /// Puts a tag for an index of two images, and gives its digest.
    pub(super) fn push_index(&mut self, tag: &str) -> Option<String> {
        self.push(tag);
        let index = Index::new(&self.label(tag)?);
        for image in &index.images {
            self.put_image(image);
        }
        let digest = self.put_manifest(INDEX, index.manifest);
        self.tags.get_mut(tag)?.digest = Some(digest.clone());
        Some(digest)
    }

    /// Deletes a tag, and says whether there was one.
    pub(super) fn delete_tag(&mut self, tag: &str) -> bool {
        self.tags.remove(tag).is_some()
    }

    pub(super) fn tags(&self) -> impl Iterator<Item = &str> {
        self.tags.keys().map(String::as_str)
    }

    /// At most `limit` tags that sort after `last`, and whether more follow them.
    pub(super) fn page(&self, last: Option<&str>, limit: usize) -> (Vec<&str>, bool) {
        let start = last.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = self.tags.range::<str, _>((start, Bound::Unbounded));
        let page = rest
            .by_ref()
            .take(limit)
            .map(|(tag, _)| tag.as_str())
            .collect();
        (page, rest.next().is_some())
    }

    /// The manifest of a tag or digest.
    pub(super) fn manifest(&mut self, reference: &str) -> Option<&Manifest> {
        let digest = self.digest(reference);
        self.manifests.get(digest.as_deref().unwrap_or(reference))
    }

    /// What the tag stands for. This is where its image is made.
    pub(super) fn digest(&mut self, tag: &str) -> Option<String> {
        let known = self.tags.get(tag)?;
        if known.digest.is_some() {
            return known.digest.clone();
        }
        let label = self.label(tag)?;
        let image = match &known.created {
            Some(created) => Image::created(&label, "amd64", created),
            None => Image::new(&label, "amd64"),
        };
        let digest = self.put_image(&image);
        self.tags.get_mut(tag)?.digest = Some(digest.clone());
        Some(digest)
    }

    fn label(&self, tag: &str) -> Option<String> {
        let (name, builds) = (&self.name, self.tags.get(tag)?.builds);
        Some(format!("{name}:{tag} build {builds}"))
    }

    pub(super) fn blob(&self, digest: &str) -> Option<&Bytes> {
        self.blobs.get(digest)
    }

    fn put_image(&mut self, image: &Image) -> String {
        let config = Bytes::copy_from_slice(&image.config);
        self.blobs.insert(digest(&config), config);
        self.put_manifest(MANIFEST, image.manifest.clone())
    }

    fn put_manifest(&mut self, media_type: &'static str, bytes: Vec<u8>) -> String {
        let digest = digest(&bytes);
        let manifest = Manifest {
            media_type,
            digest: digest.clone(),
            bytes: bytes.into(),
        };
        self.manifests.insert(digest.clone(), manifest);
        digest
    }
}
