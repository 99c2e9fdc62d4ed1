//! The Receivers among the manifests.

use tagwright_manifests::{Metadata, flux};

use super::{ManifestSource, Reading};
use crate::loader::Loaded;
use crate::receivers::Receivers;
use crate::source::Manifests;

impl ManifestSource {
    /// The webhooks that the `Receiver` objects take which were [read](Self::read) last, by this one or a clone, with the
    /// tokens that their Secrets have now; none of Fleet's objects and of `tagwright.yaml`, which have none. What was
    /// taken before is taken still where it is missing beside an error in the same scope.
    ///
    /// Ask again when the manifests were read again, and now and then for tokens that changed.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, where a source of Secrets needs one.
    pub async fn receivers(&self) -> Receivers {
        let last = self.last().clone();
        let mut all = Receivers::default();
        for (scope, objects) in last.iter().flat_map(|last| &last.receiving) {
            all.extend(scope, self.loader.receivers(objects).await);
        }
        all
    }
}

impl Reading {
    /// Takes what receivers need, where there are any.
    pub(super) fn receive(&mut self, scope: &Manifests<flux::Objects>) {
        if scope.objects().receivers.is_empty() {
            return;
        }
        let objects = scope.objects().clone();
        self.receiving.push((scope.name().to_owned(), objects));
    }

    /// Takes those of the last reading that this one lost beside an error.
    pub(super) fn keep_receivers(&mut self, last: &Self) {
        for (scope, before) in &last.receiving {
            let is_own = |(name, _): &&(String, Loaded)| name == scope;
            let is_broken = self.scopes.iter().find(is_own);
            if is_broken.is_none_or(|(_, loaded)| !loaded.has_error()) {
                continue;
            }
            match self.receiving.iter_mut().find(|(name, _)| name == scope) {
                Some((_, objects)) => add_lost(objects, before),
                None => self.receiving.push((scope.clone(), before.clone())),
            }
        }
    }
}

fn add_lost(objects: &mut flux::Objects, before: &flux::Objects) {
    add(&mut objects.receivers, &before.receivers, |one| &one.meta);
    add(&mut objects.secrets, &before.secrets, |one| &one.meta);
    let images = &mut objects.image_repositories;
    add(images, &before.image_repositories, |one| &one.meta);
    let policies = &mut objects.image_policies;
    add(policies, &before.image_policies, |one| &one.meta);
    let automations = &mut objects.image_update_automations;
    add(automations, &before.image_update_automations, |one| {
        &one.meta
    });
}

fn add<T: Clone>(to: &mut Vec<T>, before: &[T], meta: fn(&T) -> &Metadata) {
    let name = |one: &T| (meta(one).namespace.clone(), meta(one).name.clone());
    let known: Vec<_> = to.iter().map(name).collect();
    let lost = before.iter().filter(|one| !known.contains(&name(one)));
    to.extend(lost.cloned());
}
