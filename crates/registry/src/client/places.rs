use std::collections::BTreeMap;
use std::fmt;

use crate::error::{Error, Kind};
use crate::host;
use crate::login;
use crate::repository::Repository;

/// Where repositories are asked about, when it is not where their names say.
#[derive(Clone, Default)]
pub(crate) struct Places(BTreeMap<String, Rule>);

#[derive(Clone, Default)]
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

/// Not yet checked, so that a URL with a password may stand among them.
impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = self.0.iter();
        let rules = rules.map(|(name, rule)| (login::shown(name), rule.shown()));
        f.debug_map().entries(rules).finish()
    }
}

impl Rule {
    fn shown(&self) -> Vec<String> {
        let locations = self.mirrors.iter().chain(&self.instead);
        locations.map(|location| login::shown(location)).collect()
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
    let shown = login::shown(location);
    Err(Error::new(
        Kind::Config,
        format!("a place '{shown}' that cannot be asked"),
        "write it as host[:port] or host[:port]/path, without a scheme",
    ))
}
