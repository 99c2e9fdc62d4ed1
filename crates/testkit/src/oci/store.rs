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
    pushes: HashMap<(String, String), usize>,
}

/// The tags, manifests and blobs of one name.
#[derive(Default)]
pub(super) struct Repository {
    // In the order of their bytes, which is the order of a listing.
    tags: BTreeMap<String, String>,
    manifests: HashMap<String, Manifest>,
    blobs: HashMap<String, Bytes>,
}

#[derive(Clone)]
pub(super) struct Manifest {
    pub(super) media_type: &'static str,
    pub(super) digest: String,
    pub(super) bytes: Bytes,
}

impl Store {
    pub(super) fn repository(&self, name: &str) -> Option<&Repository> {
        self.repositories.get(name)
    }

    pub(super) fn push(&mut self, name: &str, tag: &str) -> String {
        let image = Image::new(&self.label(name, tag), "amd64");
        let repository = self.entry(name);
        let digest = repository.put_image(&image);
        repository.tags.insert(tag.to_owned(), digest.clone());
        digest
    }

    pub(super) fn push_index(&mut self, name: &str, tag: &str) -> String {
        let index = Index::new(&self.label(name, tag));
        let repository = self.entry(name);
        for image in &index.images {
            repository.put_image(image);
        }
        let digest = repository.put_manifest(INDEX, index.manifest);
        repository.tags.insert(tag.to_owned(), digest.clone());
        digest
    }

    /// Deletes a tag, and says whether there was one. The repository stays, as it does in real registries.
    pub(super) fn delete_tag(&mut self, name: &str, tag: &str) -> bool {
        let repository = self.repositories.get_mut(name);
        repository.is_some_and(|repository| repository.tags.remove(tag).is_some())
    }

    /// Pushing a tag again gives it new contents, as a rebuilt image has.
    fn label(&mut self, name: &str, tag: &str) -> String {
        let pushes = self
            .pushes
            .entry((name.to_owned(), tag.to_owned()))
            .or_default();
        *pushes += 1;
        format!("{name}:{tag} build {pushes}")
    }

    fn entry(&mut self, name: &str) -> &mut Repository {
        self.repositories.entry(name.to_owned()).or_default()
    }
}

impl Repository {
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
    pub(super) fn manifest(&self, reference: &str) -> Option<&Manifest> {
        let digest = self.tags.get(reference).map_or(reference, String::as_str);
        self.manifests.get(digest)
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
