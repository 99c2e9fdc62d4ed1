//! When what is due: no clock, no timer and no work, so that all of it can be tried at once.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::status::Turns;

/// Between two starts of one thing, however often it is triggered.
pub(super) const LEAST: Duration = Duration::from_secs(1);

/// The longest interval: for ever, and no clock overflows.
pub(super) const MOST: Duration = Duration::from_secs(3650 * 86_400);

/// Things that are to be done again and again, each never twice at once.
#[derive(Debug)]
pub(super) struct Timetable<K> {
    entries: BTreeMap<K, Entry>,
    /// The number of the turn that began last.
    turn: u64,
    /// How far from its interval something may be put, as a part of it.
    jitter: f64,
}

#[derive(Debug)]
struct Entry {
    interval: Duration,
    next: Instant,
    started: Option<Instant>,
    is_running: bool,
    turns: Turns,
    is_suspended: bool,
    then: Then,
}

/// What comes when it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Interval,
    /// It was triggered while it ran.
    Again,
    /// It is not there any more.
    Forget,
}

impl<K: Ord + Clone> Timetable<K> {
    pub(super) fn new(jitter: f64) -> Self {
        Self {
            entries: BTreeMap::new(),
            turn: 0,
            // One that is no number is none.
            jitter: if jitter.is_nan() {
                0.0
            } else {
                jitter.clamp(0.0, 1.0)
            },
        }
    }

    /// Adds what is not there yet, to be done first at `first`. Of what is there the interval is changed.
    pub(super) fn add(&mut self, key: K, interval: Duration, first: Instant) {
        match self.entries.get_mut(&key) {
            // It comes back while it runs as what it was.
            Some(entry) if entry.is_gone() => {
                *entry = Entry {
                    started: entry.started,
                    turns: entry.turns,
                    is_running: true,
                    then: Then::Again,
                    ..Entry::new(interval, first)
                };
            }
            Some(entry) => {
                entry.next = entry.next.min(first + interval);
                entry.interval = interval;
            }
            None => _ = self.entries.insert(key, Entry::new(interval, first)),
        }
    }

    /// Forgets the others; what runs when it has ended.
    pub(super) fn keep_only(&mut self, mut keeps: impl FnMut(&K) -> bool) {
        self.entries.retain(|key, entry| {
            let keeps = keeps(key);
            if !keeps {
                entry.then = Then::Forget;
            }
            keeps || entry.is_running
        });
    }

    /// What is due and not running, the longest due first.
    pub(super) fn due(&self, now: Instant) -> Vec<K> {
        self.due_first(now, usize::MAX)
    }

    /// So many of those that are due, and no more are copied and sorted than that.
    pub(super) fn due_first(&self, now: Instant, most: usize) -> Vec<K> {
        if most == 0 {
            return Vec::new();
        }
        let free = self.entries.iter().filter(|(_, entry)| entry.is_free());
        let mut due: Vec<_> = free.filter(|(_, entry)| entry.next <= now).collect();
        if most < due.len() {
            due.select_nth_unstable_by_key(most, |(key, entry)| (entry.next, *key));
            due.truncate(most);
        }
        due.sort_unstable_by_key(|(key, entry)| (entry.next, *key));
        due.into_iter().map(|(key, _)| key.clone()).collect()
    }

    /// Whether it is due, or is being done.
    pub(super) fn is_at_hand(&self, key: &K, now: Instant) -> bool {
        let entry = self.entries.get(key);
        entry.is_some_and(|one| one.is_running || one.is_free() && one.next <= now)
    }

    /// When something is due next that is not yet.
    pub(super) fn wake(&self, now: Instant) -> Option<Instant> {
        let free = self.entries.values().filter(|entry| entry.is_free());
        free.map(|entry| entry.next)
            .filter(|next| *next > now)
            .min()
    }

    pub(super) fn start(&mut self, key: &K, now: Instant) {
        if let Some(entry) = self.entries.get_mut(key) {
            self.turn += 1;
            entry.turns.begun = self.turn;
            entry.is_running = true;
            entry.then = Then::Interval;
            entry.started = Some(now);
        }
    }

    /// It ended. Where it was triggered meanwhile it is due again at once, else after its interval, more or less.
    pub(super) fn end(&mut self, key: &K, now: Instant) {
        self.entries
            .retain(|known, entry| known != key || !entry.is_gone());
        let Some(entry) = self.entries.get_mut(key) else {
            return;
        };
        entry.is_running = false;
        entry.turns.done = entry.turns.begun;
        entry.next = match std::mem::replace(&mut entry.then, Then::Interval) {
            Then::Again => entry.soonest(now),
            _ => now + about(entry.interval, self.jitter),
        };
    }

    /// It is due now, or as soon as it may be. Any number of triggers are one. False where there is no such thing.
    pub(super) fn trigger(&mut self, key: &K, now: Instant) -> bool {
        let Some(entry) = self.there(key) else {
            return false;
        };
        if entry.is_running {
            entry.then = Then::Again;
        }
        entry.next = entry.next.min(entry.soonest(now));
        true
    }

    /// It is due at this time, although it was just begun: it was not done then.
    pub(super) fn at(&mut self, key: &K, time: Instant) {
        if let Some(entry) = self.there(key) {
            entry.next = time;
            entry.turns.done = 0;
        }
    }

    fn there(&mut self, key: &K) -> Option<&mut Entry> {
        self.entries.get_mut(key).filter(|entry| !entry.is_gone())
    }

    /// False where there is no such thing. What is let go on is due at once.
    pub(super) fn suspend(&mut self, key: &K, is_suspended: bool, now: Instant) -> bool {
        let Some(entry) = self.there(key) else {
            return false;
        };
        let goes_on = entry.is_suspended && !is_suspended;
        entry.is_suspended = is_suspended;
        goes_on.then(|| self.trigger(key, now));
        true
    }

    pub(super) fn is_suspended(&self, key: &K) -> bool {
        self.entries.get(key).is_some_and(|one| one.is_suspended)
    }

    pub(super) fn turns(&self, key: &K) -> Turns {
        let entry = self.entries.get(key);
        entry.map(|one| one.turns).unwrap_or_default()
    }

    pub(super) fn is_running(&self, key: &K) -> bool {
        self.entries.get(key).is_some_and(|one| one.is_running)
    }

    /// When it is due; none while it is suspended.
    pub(super) fn next(&self, key: &K) -> Option<Instant> {
        let entry = self.entries.get(key).filter(|one| !one.is_suspended);
        entry.map(|entry| entry.next)
    }

    pub(super) fn running(&self) -> usize {
        self.entries.values().filter(|one| one.is_running).count()
    }
}

impl Entry {
    fn new(interval: Duration, first: Instant) -> Self {
        Self {
            interval,
            next: first,
            started: None,
            is_running: false,
            turns: Turns::default(),
            is_suspended: false,
            then: Then::Interval,
        }
    }

    fn is_gone(&self) -> bool {
        self.then == Then::Forget
    }

    fn is_free(&self) -> bool {
        !self.is_running && !self.is_suspended
    }

    /// A trigger does not start it more often than that.
    fn soonest(&self, now: Instant) -> Instant {
        let started = self.started.map(|started| started + LEAST);
        started.map_or(now, |at| at.max(now))
    }
}

/// The interval, a part of it sooner or later, by chance.
fn about(interval: Duration, jitter: f64) -> Duration {
    let part = 1.0 + jitter * (2.0 * fastrand::f64() - 1.0);
    interval.mul_f64(part)
}

/// How long after the beginning something is due that was done this long ago: after the rest of its interval, more or
/// less. What is overdue is spread over a tenth of its interval and at most a minute, so that a program that begins again
/// does not do all of it at once. What was never done is due at once.
///
/// `ago` is none as well where the clock was set back, and then it is due after one interval at the latest.
pub(super) fn first(done: Done, interval: Duration, jitter: f64) -> Duration {
    let overdue = (interval / 10).min(Duration::from_secs(60));
    match done {
        Done::Never => Duration::ZERO,
        Done::InTheFuture => about(interval, jitter).min(interval),
        Done::Ago(ago) if ago >= interval => overdue.mul_f64(fastrand::f64()),
        Done::Ago(ago) => about(interval.saturating_sub(ago), jitter).min(interval),
    }
}

/// When something was done last, by a clock that may have been set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    Never,
    Ago(Duration),
    InTheFuture,
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn table() -> (Timetable<&'static str>, Instant) {
        let now = Instant::now();
        let mut table = Timetable::new(0.0);
        table.add("a", HOUR, now);
        table.add("b", HOUR / 2, now + HOUR / 4);
        (table, now)
    }

    #[test]
    fn each_has_an_interval_of_its_own() {
        let (mut table, now) = table();
        let mut done = Vec::new();
        let mut at = now;
        while at <= now + 2 * HOUR {
            for key in table.due(at) {
                table.start(&key, at);
                table.end(&key, at);
                done.push((key, (at - now).as_secs() / 60));
            }
            at = table.wake(at).unwrap();
        }
        assert_eq!(
            done,
            [
                ("a", 0),
                ("b", 15),
                ("b", 45),
                ("a", 60),
                ("b", 75),
                ("b", 105),
                ("a", 120)
            ]
        );
    }

    #[test]
    fn nothing_is_done_twice_at_once() {
        let (mut table, now) = table();
        table.start(&"a", now);
        assert!(table.trigger(&"a", now));
        assert!(table.due(now + HOUR / 8).is_empty());
        assert_eq!(table.running(), 1);
        table.end(&"a", now + LEAST);
        assert_eq!(table.due(now + LEAST), ["a"], "it was triggered");
        table.start(&"a", now + LEAST);
        table.end(&"a", now + 2 * LEAST);
        assert_eq!(table.next(&"a"), Some(now + 2 * LEAST + HOUR), "once");
    }

    #[test]
    fn what_is_gone_is_forgotten_when_it_ends() {
        let (mut table, now) = table();
        table.start(&"a", now);
        table.keep_only(|key| *key == "b");
        assert_eq!(table.running(), 1, "it is still to be waited for");
        assert!(!table.trigger(&"a", now) && !table.suspend(&"a", true, now));
        table.end(&"a", now);
        assert_eq!((table.running(), table.next(&"a")), (0, None));
    }

    #[test]
    fn what_comes_back_while_it_runs_is_not_done_twice_at_once() {
        let (mut table, now) = table();
        table.start(&"a", now);
        table.keep_only(|key| *key == "b");
        table.add("a", HOUR, now);
        assert!(table.due(now).is_empty());
        table.end(&"a", now + LEAST);
        assert_eq!(table.due(now + LEAST), ["a"]);
    }

    #[test]
    fn triggers_are_one_and_are_bounded() {
        let (mut table, now) = table();
        table.start(&"a", now);
        table.end(&"a", now);
        for _ in 0..1000 {
            assert!(table.trigger(&"a", now));
        }
        assert!(table.due(now).is_empty());
        assert_eq!(table.next(&"a"), Some(now + LEAST));
        assert!(!table.trigger(&"c", now), "there is no such thing");
    }

    #[test]
    fn what_is_suspended_waits_and_is_due_when_it_goes_on() {
        let (mut table, now) = table();
        table.start(&"a", now);
        table.end(&"a", now);
        assert!(table.suspend(&"a", true, now));
        assert_eq!((table.next(&"a"), table.is_suspended(&"a")), (None, true));
        table.trigger(&"a", now);
        assert!(table.due(now + HOUR / 8).is_empty());
        assert!(table.suspend(&"a", false, now + HOUR / 8));
        assert_eq!(table.due(now + HOUR / 8), ["a"]);
        assert!(!table.suspend(&"c", true, now));
    }

    #[test]
    fn a_shorter_interval_counts_from_now_on() {
        let (mut table, now) = table();
        table.start(&"a", now);
        table.end(&"a", now);
        table.add("a", HOUR / 60, now);
        assert_eq!(table.next(&"a"), Some(now + HOUR / 60));
        table.add("a", HOUR * 9, now);
        assert_eq!(table.next(&"a"), Some(now + HOUR / 60), "it is not put off");
    }

    #[test]
    fn jitter_stays_within_its_part() {
        for _ in 0..1000 {
            let time = about(HOUR, 0.05);
            assert!(time >= HOUR.mul_f64(0.9499) && time <= HOUR.mul_f64(1.0501));
        }
    }

    #[test]
    fn a_new_process_goes_on_where_the_last_one_was() {
        let minute = Duration::from_secs(60);
        assert_eq!(first(Done::Never, HOUR, 0.05), Duration::ZERO);
        assert_eq!(first(Done::Ago(HOUR / 2), HOUR, 0.0), HOUR / 2);
        for _ in 0..1000 {
            assert!(first(Done::Ago(9 * HOUR), HOUR, 0.05) <= minute);
            assert!(first(Done::Ago(9 * HOUR), 2 * minute, 0.05) <= minute / 5);
            assert!(first(Done::Ago(Duration::ZERO), HOUR, 0.05) <= HOUR);
        }
    }

    #[test]
    fn what_began_together_does_not_stay_together() {
        let mut ends = std::collections::BTreeSet::new();
        let mut overdue = std::collections::BTreeSet::new();
        for _ in 0..100 {
            let now = Instant::now();
            let mut table = Timetable::new(0.05);
            table.add("a", HOUR, now);
            table.start(&"a", now);
            table.end(&"a", now);
            ends.insert(table.next(&"a").unwrap() - now);
            overdue.insert(first(Done::Ago(9 * HOUR), HOUR, 0.0));
        }
        assert!(ends.len() > 50, "each by chance: {ends:?}");
        assert!(overdue.len() > 50, "spread: {overdue:?}");
    }

    #[test]
    fn the_longest_due_come_first_and_no_more_than_wanted() {
        let now = Instant::now();
        let mut table = Timetable::new(0.0);
        for key in 0..100_u32 {
            let first = now + Duration::from_secs(u64::from(key * 37 % 100));
            table.add(key, HOUR, first);
        }
        let later = now + HOUR;
        let all = table.due(later);
        assert_eq!(all.len(), 100);
        for most in [0, 1, 7, 99, 100, 200] {
            let some = table.due_first(later, most);
            assert_eq!(some, all[..most.min(100)], "{most}");
        }
        assert!(table.is_at_hand(&0, now) && !table.is_at_hand(&1, now));
        table.suspend(&0, true, now);
        assert!(!table.is_at_hand(&0, now));
    }

    #[test]
    fn a_clock_that_is_set_back_puts_nothing_off_for_long() {
        for _ in 0..1000 {
            assert!(first(Done::InTheFuture, HOUR, 0.05) <= HOUR);
        }
    }

    #[test]
    fn a_turn_is_over_when_one_that_began_later_was_done() {
        let mut table = Timetable::new(0.0);
        let (key, now) = ("a", Instant::now());
        table.add(key, LEAST, now);
        table.start(&key, now);
        let before = table.turns(&key);
        assert!(table.trigger(&key, now));
        table.end(&key, now);
        let is_over = |table: &Timetable<&str>| table.turns(&key).is_over_since(before);
        assert!(!is_over(&table), "it had begun before");
        table.start(&key, now);
        table.end(&key, now);
        table.at(&key, now + LEAST);
        assert!(!is_over(&table), "it was put off");
        // Another of its name is no younger.
        table.keep_only(|_| false);
        table.add(key, LEAST, now);
        assert!(!is_over(&table));
        table.start(&key, now);
        assert!(!is_over(&table));
        table.end(&key, now);
        assert!(is_over(&table));
    }
}
