use crate::digest::Digest;
use crate::reference::Reference;
use crate::repository::Repository;
use crate::tag;

/// What to scan after a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// One image.
    Image {
        /// The repository in its registry.
        repository: Repository,
        /// The tag that was pushed or deleted, by the sender's word.
        tag: Option<String>,
        /// What the tag names, by the sender's word.
        digest: Option<Digest>,
    },
    /// All images that the receiver is for: the sender names none, or none that can be read.
    Any,
}

impl Trigger {
    /// What is no tag or no digest is left out; the scan does not need it.
    pub(super) fn image(repository: &str, tag: Option<&str>, digest: Option<&str>) -> Self {
        match repository.parse() {
            Ok(repository) => Self::Image {
                repository,
                tag: tag.filter(|tag| tag::is_tag(tag)).map(str::to_owned),
                digest: digest.and_then(|digest| digest.parse().ok()),
            },
            Err(_) => Self::Any,
        }
    }

    /// The image of a whole reference, `tag` and `digest` beside it.
    pub(super) fn reference(text: &str, tag: Option<&str>, digest: Option<&str>) -> Self {
        let Ok(reference) = text.parse::<Reference>() else {
            return Self::Any;
        };
        let own = reference.digest().map(Digest::as_str);
        let repository = reference.as_repository().to_string();
        Self::image(&repository, tag.or(reference.tag()), digest.or(own))
    }

    /// The images of a payload, each once. One that names none, or more than anybody pushes at a time, is for all.
    pub(super) fn all(images: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut triggers: Vec<Self> = Vec::new();
        for image in images {
            if image == Self::Any || triggers.len() == MOST {
                return vec![Self::Any];
            }
            if !triggers.contains(&image) {
                triggers.push(image);
            }
        }
        if triggers.is_empty() {
            triggers.push(Self::Any);
        }
        triggers
    }
}

/// Images of one payload.
const MOST: usize = 100;
