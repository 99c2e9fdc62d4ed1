//! What one file holds, and then all of them.

use std::collections::HashSet;

use tagwright_manifests::config::{self, Config, Policy};
use tagwright_manifests::{Problem, fleet, flux};
use tagwright_policy::Dialect;

use super::super::CONFIG;
use super::super::read::Kept;
use super::marked::{self, Marked};
use crate::finding::{Finding, FindingRule};
use crate::judge::judge;

/// What was read, and what is wrong with it by itself.
#[derive(Default)]
pub(super) struct Content {
    pub(super) files: usize,
    pub(super) flux: flux::Objects,
    pub(super) fleet: fleet::Objects,
    pub(super) configs: Vec<Config>,
    pub(super) markers: Vec<Marked>,
    pub(super) findings: Vec<Finding>,
}

/// None where the file holds nothing of interest.
pub(super) fn of_file(name: &str, bytes: &[u8]) -> Option<Kept<Content>> {
    let flux = flux::read_with(name, bytes, &judge(Dialect::Flux));
    let fleet = fleet::read_with(name, bytes, &judge(Dialect::Fleet));
    let mut content = Content {
        files: 1,
        flux: flux.objects,
        fleet: fleet.objects,
        ..Content::default()
    };
    content.found(flux.problems);
    content.found(fleet.problems);
    if CONFIG.takes(name) {
        content.config(name, bytes);
    }
    for dialect in [Dialect::Flux, Dialect::Fleet] {
        marked::look(name, bytes, dialect, &mut content);
    }
    let is_empty = content.is_empty();
    Kept::of(content, &[], is_empty)
}

impl Content {
    pub(super) fn merge(&mut self, other: Self) {
        self.files += other.files;
        self.flux.merge(other.flux);
        self.fleet.merge(other.fleet);
        self.configs.extend(other.configs);
        self.markers.extend(other.markers);
        self.findings.extend(other.findings);
    }

    /// The policies of all `tagwright.yaml` of a dialect.
    pub(super) fn policies(&self, dialect: Dialect) -> impl Iterator<Item = &Policy> {
        let of_dialect = move |config: &&Config| dialect_of(config) == dialect;
        let configs = self.configs.iter().filter(of_dialect);
        configs.flat_map(|config| &config.policies)
    }

    /// The policies that are there and cannot be used, which has been told, as markers name them.
    pub(super) fn broken(&self, dialect: Dialect) -> HashSet<String> {
        let name = |finding: &Finding| {
            let object = finding.object.as_deref()?;
            match dialect {
                Dialect::Fleet => object.strip_prefix("ImageScan ").map(str::to_owned),
                Dialect::Flux => Some(object.strip_prefix("ImagePolicy ")?.replacen('/', ":", 1)),
            }
        };
        self.findings.iter().filter_map(name).collect()
    }

    fn is_empty(&self) -> bool {
        self.flux.is_empty()
            && self.fleet.is_empty()
            && self.configs.is_empty()
            && self.markers.is_empty()
            && self.findings.is_empty()
    }

    /// Secrets are Flux's and Fleet's, and told once.
    fn found(&mut self, problems: Vec<Problem>) {
        for problem in problems {
            let finding = Finding::of(problem, FindingRule::Manifest);
            if !self.findings.contains(&finding) {
                self.findings.push(finding);
            }
        }
    }

    /// The dialect is in the file, and says how its texts are judged.
    fn config(&mut self, name: &str, bytes: &[u8]) {
        let dialect = dialect_of(&config::read(name, bytes).config);
        let read = config::read_with(name, bytes, &judge(dialect));
        self.configs.push(read.config);
        self.found(read.problems);
    }
}

fn dialect_of(config: &Config) -> Dialect {
    match config.dialect {
        config::Dialect::Fleet => Dialect::Fleet,
        _ => Dialect::Flux,
    }
}
