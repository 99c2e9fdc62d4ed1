//! Objects of a namespace that somebody has checked.

use std::borrow::Cow;

use tagwright_manifests::{Metadata, fleet, flux};

use super::Loader;
use crate::objects::subject;
use crate::printable::Printable;
use crate::problem::Problem;

impl Loader {
    /// The objects, each with its namespace; those that may have none, or another one, are left out and told.
    pub(super) fn bound_flux<'o>(
        &self,
        objects: &'o flux::Objects,
    ) -> (Cow<'o, flux::Objects>, Vec<Problem>) {
        let mut problems = Vec::new();
        if self.leaves_be() {
            return (Cow::Borrowed(objects), problems);
        }
        let mut bound = objects.clone();
        let mut bind = |kind: &str, meta: &mut Metadata| self.bind(kind, meta, &mut problems);
        (bound.image_repositories).retain_mut(|one| bind("ImageRepository", &mut one.meta));
        (bound.image_policies).retain_mut(|one| bind("ImagePolicy", &mut one.meta));
        (bound.image_update_automations)
            .retain_mut(|one| bind("ImageUpdateAutomation", &mut one.meta));
        bound
            .receivers
            .retain_mut(|one| bind("Receiver", &mut one.meta));
        (bound.git_repositories).retain_mut(|one| bind("GitRepository", &mut one.meta));
        bound
            .secrets
            .retain_mut(|one| bind("Secret", &mut one.meta));
        (Cow::Owned(bound), problems)
    }

    /// The same for Fleet's.
    pub(super) fn bound_fleet<'o>(
        &self,
        objects: &'o fleet::Objects,
    ) -> (Cow<'o, fleet::Objects>, Vec<Problem>) {
        let mut problems = Vec::new();
        if self.leaves_be() {
            return (Cow::Borrowed(objects), problems);
        }
        let mut bound = objects.clone();
        let mut bind = |kind: &str, meta: &mut Metadata| self.bind(kind, meta, &mut problems);
        (bound.git_repos).retain_mut(|one| bind("GitRepo", &mut one.meta));
        (bound.image_scans).retain_mut(|one| bind("ImageScan", &mut one.meta));
        bound
            .secrets
            .retain_mut(|one| bind("Secret", &mut one.meta));
        (Cow::Owned(bound), problems)
    }

    pub(super) fn leaves_be(&self) -> bool {
        self.namespace.is_none() && !self.is_shared
    }

    /// Whether the object may be used; its namespace is then given.
    fn bind(&self, kind: &str, meta: &mut Metadata, problems: &mut Vec<Problem>) -> bool {
        let own = meta.namespace.as_deref().filter(|own| !own.is_empty());
        let reason = match (own, &self.namespace) {
            (Some(own), Some(wanted)) if own != wanted => {
                format!("only objects of the namespace {} are taken here", Printable(wanted))
            }
            (Some(_), _) => return true,
            (None, Some(wanted)) => {
                meta.namespace = Some(wanted.clone());
                return true;
            }
            (None, None) => "it has no namespace, and the operator's list is by namespaces; write it, or have the files loaded for one".to_owned(),
        };
        problems.push(Problem::error(subject(kind, meta), reason));
        false
    }
}
