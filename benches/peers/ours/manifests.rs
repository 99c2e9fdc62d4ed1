//! Reading the objects of a repository, and reading its files alone.

use std::{fs, path::Path};

use tagwright_manifests::{fleet, flux};

use crate::{Result, common::folder, report::Stopwatch};

/// One core: walk, read each file, take its objects.
pub(crate) fn read(root: &Path) -> Result {
    let watch = Stopwatch::start();
    let (mut flux, mut fleet) = (flux::Objects::default(), fleet::Objects::default());
    for file in folder::files(root)? {
        let (name, bytes) = (file.to_string_lossy(), fs::read(&file)?);
        flux.merge(flux::read(&name, &bytes).objects);
        fleet.merge(fleet::read(&name, &bytes).objects);
    }
    watch.print(count(&flux) + fleet.image_scans.len() + fleet.git_repos.len());
    Ok(())
}

fn count(objects: &flux::Objects) -> usize {
    objects.image_repositories.len()
        + objects.image_policies.len()
        + objects.image_update_automations.len()
        + objects.git_repositories.len()
}

/// The same walk, each file read and dropped.
pub(crate) fn files(root: &Path) -> Result {
    let watch = Stopwatch::start();
    let mut bytes = 0;
    for file in folder::files(root)? {
        bytes += fs::read(&file)?.len();
    }
    watch.print(bytes);
    Ok(())
}
