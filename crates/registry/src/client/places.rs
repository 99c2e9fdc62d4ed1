use std::collections::BTreeMap;

use crate::error::{Error, Kind};
use crate::host;
use crate::repository::Repository;

/// Where repositories are asked about, when it is not where their names say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(BTreeMap<String, Rule>);

#[derive(Clone, Debug, Default)]
struct Rule {
    /// Asked first, in this order.
    mirrors: Vec<String>,
    /// Asked in the end instead of the registry itself.
    instead: Option<String>,
}

impl Places {
    pub(crate) fn mirror(&mut self, name: &str, location: &str) {
        let rule = self.0.entry(canonical(name)).or_default();
        rule.mirrors.push(location.to_owned());
    }

    pub(crate) fn instead(&mut self, name: &str, location: &str) {
        let rule = self.0.entry(canonical(name)).or_default();
        rule.instead = Some(location.to_owned());
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let locations = self
            .0
            .values()
            .flat_map(|rule| rule.mirrors.iter().chain(&rule.instead));
        locations
            .into_iter()
            .try_for_each(|location| check(location))
    }

    /// What is asked about a repository, in this order; never empty.
    pub(crate) fn of(&self, repository: &Repository) -> Vec<Repository> {
        let name = repository.to_string();
        let mut prefixes =
            std::iter::successors(Some(name.as_str()), |name| Some(name.rsplit_once('/')?.0));
        let found = prefixes.find_map(|prefix| Some((self.0.get(prefix)?, &name[prefix.len()..])));
        let Some((rule, rest)) = found else {
            return vec![repository.clone()];
        };
        let moved = |location: &String| Repository::at(location, rest);
        let mut places: Vec<_> = rule.mirrors.iter().map(moved).collect();
        places.push(
            rule.instead
                .as_ref()
                .map_or_else(|| repository.clone(), moved),
        );
        places
    }
}

fn canonical(name: &str) -> String {
    let name = name.trim_end_matches('/');
    match name.split_once('/') {
        Some((registry, path)) => format!("{}/{path}", host::canonical(registry)),
        None => host::canonical(name).to_owned(),
    }
}

fn check(location: &str) -> Result<(), Error> {
    let (registry, path) = location.split_once('/').unwrap_or((location, "x"));
    let is_path = !path.split('/').any(|part| matches!(part, "" | "." | ".."));
    if !registry.is_empty() && is_path && host::check(registry, registry).is_ok() {
        return Ok(());
    }
    // User information is no part of an address, and may hold a password.
    let shown = location.rsplit('@').next().unwrap_or_default();
    let shown: String = shown
        .chars()
        .filter(|c| !c.is_control())
        .take(100)
        .collect();
    Err(Error::new(
        Kind::Config,
        format!("a place '{shown}' that cannot be asked"),
        "write it as host[:port] or host[:port]/path, without a scheme",
    ))
}
