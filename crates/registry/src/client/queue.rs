use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::repository::Repository;

/// Repositories that wait to be scanned, handed out in turns among their registries.
pub(crate) struct Queue {
    /// How many may run at one registry.
    each: usize,
    registries: BTreeMap<Arc<str>, Registry>,
    /// Those with something to begin and a place for it: the next is the first.
    free: BTreeSet<Rank>,
    waiting: usize,
    /// How many turns were given.
    turns: u64,
}

/// How many are running at a registry, which turn it had last, and its name.
type Rank = (usize, u64, Arc<str>);

/// What waits and what runs; forgotten when nothing does.
#[derive(Default)]
struct Registry {
    waiting: VecDeque<Repository>,
    running: usize,
    turn: u64,
}

impl Queue {
    pub(crate) fn new(repositories: impl IntoIterator<Item = Repository>, each: usize) -> Self {
        let mut queue = Self {
            each,
            registries: BTreeMap::new(),
            free: BTreeSet::new(),
            waiting: 0,
            turns: 0,
        };
        for repository in repositories {
            queue.add(repository);
        }
        queue
    }

    fn add(&mut self, repository: Repository) {
        self.waiting += 1;
        if let Some(registry) = self.registries.get_mut(repository.registry()) {
            registry.waiting.push_back(repository);
            return;
        }
        let name: Arc<str> = repository.registry().into();
        self.turns += 1;
        let registry = Registry {
            waiting: VecDeque::from([repository]),
            running: 0,
            turn: self.turns,
        };
        self.free.insert(registry.rank(Arc::clone(&name)));
        self.registries.insert(name, registry);
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.waiting
    }

    /// The next one that may begin: of the registry where the fewest are running, and of several such of the one that
    /// waits longest for a turn.
    pub(crate) fn next(&mut self) -> Option<Repository> {
        let (_, _, name) = self.free.pop_first()?;
        self.turns += 1;
        let registry = self.registries.get_mut(&name)?;
        let repository = registry.waiting.pop_front()?;
        registry.running += 1;
        registry.turn = self.turns;
        self.waiting -= 1;
        self.settle(name);
        Some(repository)
    }

    /// One of a registry is done.
    pub(crate) fn ended(&mut self, name: &str) {
        let Some((name, registry)) = self.registries.get_key_value(name) else {
            return;
        };
        let name = Arc::clone(name);
        self.free.remove(&registry.rank(Arc::clone(&name)));
        if let Some(registry) = self.registries.get_mut(&name) {
            registry.running = registry.running.saturating_sub(1);
        }
        self.settle(name);
    }

    /// Puts a registry, which is not among the free ones, where it belongs.
    fn settle(&mut self, name: Arc<str>) {
        let Some(registry) = self.registries.get(&name) else {
            return;
        };
        match (registry.waiting.is_empty(), registry.running) {
            (true, 0) => drop(self.registries.remove(&name)),
            (false, running) if running < self.each => {
                self.free.insert(registry.rank(name));
            }
            _ => {}
        }
    }
}

impl Registry {
    fn rank(&self, name: Arc<str>) -> Rank {
        (self.running, self.turn, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(names: &[&str], each: usize) -> Queue {
        let repositories = names.iter().map(|name| name.parse().expect("a repository"));
        Queue::new(repositories, each)
    }

    fn next(queue: &mut Queue) -> Option<String> {
        queue.next().map(|repository| repository.to_string())
    }

    #[test]
    fn registries_take_turns() {
        let mut queue = queue(&["a.io/x1", "a.io/x2", "a.io/x3", "b.io/y1", "b.io/y2"], 9);
        let order: Vec<_> = std::iter::from_fn(|| next(&mut queue)).collect();
        assert_eq!(
            order,
            ["a.io/x1", "b.io/y1", "a.io/x2", "b.io/y2", "a.io/x3"]
        );
    }

    #[test]
    fn a_registry_that_is_always_done_first_takes_its_turn() {
        let mut queue = queue(&["a.io/x1", "a.io/x2", "a.io/x3", "b.io/y1", "c.io/z1"], 1);
        let mut order = Vec::new();
        while let Some(repository) = queue.next() {
            order.push(repository.registry().to_owned());
            queue.ended(repository.registry());
        }
        assert_eq!(order, ["a.io", "b.io", "c.io", "a.io", "a.io"]);
    }

    #[test]
    fn one_registry_has_its_share_at_most() {
        let mut queue = queue(&["a.io/x1", "a.io/x2", "a.io/x3", "b.io/y1"], 2);
        let begun: Vec<_> = std::iter::from_fn(|| next(&mut queue)).collect();
        assert_eq!(begun, ["a.io/x1", "b.io/y1", "a.io/x2"]);
        assert_eq!((next(&mut queue), queue.len()), (None, 1));
        queue.ended("b.io");
        assert_eq!(next(&mut queue), None);
        queue.ended("a.io");
        assert_eq!(next(&mut queue).as_deref(), Some("a.io/x3"));
    }

    #[test]
    fn what_is_done_is_forgotten() {
        let mut queue = queue(&["a.io/x1", "a.io/x2", "b.io/y1"], 1);
        while let Some(repository) = queue.next() {
            queue.ended(repository.registry());
        }
        assert!(queue.registries.is_empty() && queue.free.is_empty());
        assert_eq!(queue.len(), 0);
        queue.ended("a.io");
    }
}
