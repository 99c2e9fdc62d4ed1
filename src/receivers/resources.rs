//! What the resources of a receiver stand for.

use flux::{ImagePolicy, ImageRepository, ImageUpdateAutomation, Objects, ReceiverResource};
use tagwright_manifests::{Metadata, flux};

use super::Wake;
use crate::automation::full_name;
use crate::image_policy::repository;
use crate::objects::{DEFAULT_NAMESPACE, Named, is_in};

pub(super) struct Resources<'o> {
    objects: &'o Objects,
    images: Named<'o, ImageRepository>,
    /// Whether each namespace is somebody else's.
    is_bound: bool,
}

/// What is read again when they changed.
const SOURCES: [&str; 4] = ["GitRepository", "OCIRepository", "Bucket", "Kustomization"];

impl<'o> Resources<'o> {
    pub(super) fn new(objects: &'o Objects, is_bound: bool) -> Self {
        let images = &objects.image_repositories;
        Self {
            objects,
            images: Named::new("ImageRepository", |image| &image.meta, images),
            is_bound,
        }
    }

    /// What they wake, and what is none of them.
    pub(super) fn of(&self, receiver: &flux::Receiver, own: &str) -> (Vec<Wake>, Vec<String>) {
        let (mut wakes, mut unknown) = (Vec::new(), Vec::new());
        for resource in &receiver.resources {
            let namespace = resource.namespace.as_deref().unwrap_or(own);
            let found = if self.is_bound && namespace != own {
                Vec::new()
            } else {
                self.woken(resource, namespace)
            };
            if found.is_empty() {
                let (kind, name) = (&resource.kind, &resource.name);
                unknown.push(format!(
                    "spec.resources: there is no {kind} {name} here that a webhook could wake; correct it, or leave it to Flux"
                ));
            }
            for wake in found {
                if !wakes.contains(&wake) {
                    wakes.push(wake);
                }
            }
        }
        (wakes, unknown)
    }

    fn woken(&self, resource: &ReceiverResource, namespace: &str) -> Vec<Wake> {
        let is_meant = |meta: &Metadata| is_meant(resource, namespace, meta);
        let objects = self.objects;
        match &*resource.kind {
            "ImageRepository" => {
                let meant = objects.image_repositories.iter();
                let meant = meant.filter(|one| is_meant(&one.meta));
                meant.filter_map(image).collect()
            }
            "ImagePolicy" => {
                let meant = objects.image_policies.iter();
                let meant = meant.filter(|one| is_meant(&one.meta));
                meant
                    .filter_map(|one| self.image_of(one, namespace))
                    .collect()
            }
            "ImageUpdateAutomation" => {
                let meant = objects.image_update_automations.iter();
                let meant = meant.filter(|one| is_meant(&one.meta));
                meant.map(automation).collect()
            }
            kind if SOURCES.contains(&kind) => vec![Wake::Manifests],
            _ => Vec::new(),
        }
    }

    fn image_of(&self, policy: &ImagePolicy, namespace: &str) -> Option<Wake> {
        let reference = &policy.image_repository_ref;
        let namespace = reference.namespace.as_deref().unwrap_or(namespace);
        image(self.images.find(namespace, &reference.name).ok()?)
    }
}

fn is_meant(resource: &ReceiverResource, namespace: &str, meta: &Metadata) -> bool {
    let is_named = match &*resource.name {
        "*" => {
            (resource.match_labels.iter()).all(|(key, value)| meta.labels.get(key) == Some(value))
        }
        name => name == meta.name,
    };
    is_named && is_in(meta, namespace)
}

fn image(image: &ImageRepository) -> Option<Wake> {
    repository(&image.image).ok().map(Wake::Image)
}

fn automation(automation: &ImageUpdateAutomation) -> Wake {
    let namespace = automation.meta.namespace.as_deref();
    let namespace = namespace.unwrap_or(DEFAULT_NAMESPACE);
    Wake::Automation(full_name("", namespace, &automation.meta.name))
}
