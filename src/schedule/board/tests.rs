//! No registry and no repository: what is listed and what runs is told to the board.

use std::time::{Duration, SystemTime};

use tagwright_policy::{Dialect, Policy};
use tokio::time::Instant;

use super::*;
use crate::automation::AutomationBuilder;
use crate::choices::Choice;
use crate::image_policy::ImagePolicy;
use crate::schedule::Scheduler;
use crate::state::KnownChoice;

const HOUR: Duration = Duration::from_secs(3600);

fn policy(name: &str, image: &str, dialect: Dialect) -> ImagePolicy {
    let policy = Policy::builder(dialect).semver("*").build().unwrap();
    ImagePolicy::new(name, format!("example.com/org/{image}"), policy)
}

/// An automation of its own repository with a policy for each image.
fn builder(name: &str, images: &[&str]) -> AutomationBuilder {
    let mut builder = AutomationBuilder::new();
    let url = format!("https://example.com/{name}.git");
    builder.client(registry_client()).name("", name);
    builder.remote(tagwright_gitwrite::Remote::new(&url).unwrap());
    builder.branch("main").author("Bot", "bot@example.com");
    for image in images {
        builder.image_policy(policy(&format!("ns:{image}"), image, Dialect::Flux));
    }
    builder
}

fn registry_client() -> tagwright_registry::Client {
    tagwright_registry::Client::builder().build().unwrap()
}

fn board(builders: &[AutomationBuilder], change: impl FnOnce(&mut SchedulerBuilder)) -> Board {
    let mut settings = Scheduler::builder();
    settings.scan_interval(HOUR).run_interval(HOUR).jitter(0.0);
    change(&mut settings);
    let mut board = Board::new(settings);
    replace(&mut board, builders, &Before::default());
    board
}

fn replace(board: &mut Board, builders: &[AutomationBuilder], before: &Before) {
    let built = builders.iter().map(|one| one.clone().build().unwrap());
    board.replace(built.collect(), false, before);
}

fn list() -> ImageRecord {
    ImageRecord {
        scanned: SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs(),
        tags: 2,
        latest: vec!["2.0.0".into(), "1.0.0".into()],
    }
}

fn chosen(image: &str, tag: &str) -> Answer {
    Answer::restored(
        Choice::new(format!("example.com/org/{image}"), tag),
        &list(),
    )
}

/// Tells what a listing gave; what follows of it comes back.
fn listed(board: &mut Board, image: &str, answers: &[(&str, Answer)]) -> Vec<Event> {
    let mut events = Vec::new();
    let of = |(automation, answer): &(&str, Answer)| {
        let policies = board.members.get(*automation)?.policies();
        let policy = policies
            .iter()
            .find(|one| one.name == format!("ns:{image}"))?;
        Some(((*automation).to_owned(), policy.clone(), answer.clone()))
    };
    let answers = answers.iter().filter_map(of).collect();
    board.listed(&format!("example.com/org/{image}"), answers, &mut events);
    events
}

fn begin(board: &mut Board, now: Instant) -> Vec<String> {
    board.begin_runs(now)
}

fn now() -> Instant {
    Instant::now()
}

#[test]
fn so_many_images_are_listed_at_a_time() {
    let automation = builder("a", &["1", "2", "3", "4", "5"]);
    let mut board = board(&[automation], |settings| _ = settings.concurrency(2, 1));
    let first = board.due_images(now());
    assert_eq!(first, ["example.com/org/1", "example.com/org/2"]);
    board.images.start(&first[0], now());
    assert_eq!(board.due_images(now()), ["example.com/org/2"]);
    board.images.start(&first[1], now());
    assert!(board.due_images(now()).is_empty());
    board.images.end(&first[0], now());
    assert_eq!(board.due_images(now()), ["example.com/org/3"]);
}

#[test]
fn so_many_automations_run_at_a_time() {
    let all = ["a", "b", "c"].map(|name| builder(name, &["1"]));
    let mut board = board(&all, |settings| _ = settings.concurrency(9, 2));
    assert!(begin(&mut board, now()).is_empty(), "nothing is listed yet");
    let answers = ["a", "b", "c"].map(|name| (name, chosen("1", "2.0.0")));
    listed(&mut board, "1", &answers);
    assert_eq!(begin(&mut board, now()), ["a", "b"]);
    assert!(begin(&mut board, now()).is_empty());
    board.end("a", now());
    assert_eq!(begin(&mut board, now()), ["c"]);
}

#[test]
fn one_after_another_writes_to_a_branch() {
    let (first, mut second) = (builder("a", &["1"]), builder("b", &["1"]));
    second.remote(tagwright_gitwrite::Remote::new("https://example.com/a.git").unwrap());
    let mut board = board(&[first.clone(), second.clone()], |_| {});
    let answers = ["a", "b"].map(|name| (name, chosen("1", "2.0.0")));
    listed(&mut board, "1", &answers);
    assert_eq!(begin(&mut board, now()), ["a"]);
    assert!(begin(&mut board, now()).is_empty());
    // Neither one of another name nor itself anew, while the first is still writing.
    replace(&mut board, &[second.clone()], &Before::default());
    assert!(begin(&mut board, now()).is_empty());
    replace(&mut board, &[first, second], &Before::default());
    listed(&mut board, "1", &answers);
    assert!(begin(&mut board, now()).is_empty());
    board.end("a", now());
    assert_eq!(begin(&mut board, now() + 2 * LEAST).len(), 1);
}

#[test]
fn the_last_choice_stands_when_a_listing_fails_and_the_failure_is_seen() {
    let mut board = board(&[builder("a", &["1"]), builder("b", &["1"])], |_| {});
    let good = ["a", "b"].map(|name| (name, chosen("1", "1.0.0")));
    listed(&mut board, "1", &good);
    let answers = [("a", chosen("1", "2.0.0")), ("b", Answer::lost())];
    let events = listed(&mut board, "1", &answers);
    let scanned = |event: &Event| matches!(event, Event::Scanned { .. });
    let failed = |event: &Event| matches!(event, Event::ScanFailed { .. });
    assert!(
        events.iter().any(scanned) && events.iter().any(failed),
        "{events:?}"
    );
    let status = board.status();
    assert!(status.images[0].last_error.is_some());
    let [a, b] = &status.automations[..] else {
        panic!("{status:?}")
    };
    let choice = |one: &AutomationStatus| one.policies[0].selected.clone().unwrap();
    assert_eq!(
        (&*choice(a), &*choice(b)),
        ("example.com/org/1:2.0.0", "example.com/org/1:1.0.0")
    );
    assert!(a.problems.is_empty() && a.policies[0].last_error.is_none());
    assert_eq!(b.problems.len(), 1, "{b:?}");
    assert!(b.policies[0].last_error.is_some());

    listed(&mut board, "1", &good);
    let status = board.status();
    assert!(status.images[0].last_error.is_none() && status.automations[1].problems.is_empty());
}

#[test]
fn a_failure_counts_where_all_changes_or_nothing() {
    for (all_or_nothing, stands) in [(false, true), (true, false)] {
        let mut automation = builder("a", &["1"]);
        automation.all_or_nothing(all_or_nothing);
        let mut board = board(&[automation], |_| {});
        listed(&mut board, "1", &[("a", chosen("1", "1.0.0"))]);
        listed(&mut board, "1", &[("a", Answer::lost())]);
        let answer = board.members["a"].answer("ns:1").unwrap();
        assert_eq!(answer.chosen().is_some(), stands);
        listed(&mut board, "1", &[("a", chosen("1", "1.0.0"))]);
        let answer = board.members["a"].answer("ns:1").unwrap();
        assert!(answer.chosen().is_some(), "it is over");
    }
}

#[test]
fn in_fleet_a_choice_starts_no_run() {
    for (dialect, runs) in [(Dialect::Flux, true), (Dialect::Fleet, false)] {
        let mut automation = builder("a", &[]);
        automation.dialect(dialect);
        automation.image_policy(policy("ns:1", "1", dialect));
        let mut board = board(&[automation], |_| {});
        listed(&mut board, "1", &[("a", chosen("1", "1.0.0"))]);
        assert_eq!(
            begin(&mut board, now()),
            ["a"],
            "the first one, once it is listed"
        );
        board.end("a", now());
        let events = listed(&mut board, "1", &[("a", chosen("1", "2.0.0"))]);
        assert_eq!(events.len(), 2, "scanned and selected: {events:?}");
        let soon = !begin(&mut board, now() + LEAST).is_empty();
        assert_eq!(soon, runs, "{dialect:?}");
        assert_eq!(
            begin(&mut board, now() + 2 * HOUR).len(),
            usize::from(!runs)
        );
    }
}

/// How long after a listing the next one comes.
fn next_listing(board: &mut Board) -> Duration {
    let (image, now) = ("example.com/org/1".to_owned(), now());
    board.images.start(&image, now);
    board.images.end(&image, now);
    board.images.next(&image).unwrap() - now
}

#[test]
fn the_shortest_interval_counts_and_only_of_those_that_are_there() {
    let every = |name: &str, interval| {
        let mut automation = builder(name, &[]);
        let policy = policy("ns:1", "1", Dialect::Flux).with_interval(interval);
        automation.image_policy(policy);
        automation
    };
    let (often, seldom) = (every("a", HOUR / 60), every("b", HOUR));
    let mut board = board(&[often.clone(), seldom.clone()], |_| {});
    assert_eq!(next_listing(&mut board), HOUR / 60);
    replace(
        &mut board,
        &[every("a", HOUR / 2), seldom.clone()],
        &Before::default(),
    );
    assert_eq!(next_listing(&mut board), HOUR / 2, "it was raised");
    replace(&mut board, &[often, seldom.clone()], &Before::default());
    assert_eq!(next_listing(&mut board), HOUR / 60);
    replace(&mut board, &[seldom], &Before::default());
    assert_eq!(next_listing(&mut board), HOUR, "the short one is gone");
}

#[test]
fn intervals_have_a_floor_and_a_ceiling() {
    for (interval, floor, next) in [
        (Duration::ZERO, Duration::ZERO, LEAST),
        (Duration::from_nanos(1), HOUR / 60, HOUR / 60),
        (HOUR, HOUR / 60, HOUR),
        (HOUR, Duration::MAX, super::super::timetable::MOST),
        (Duration::MAX, LEAST, super::super::timetable::MOST),
    ] {
        let mut automation = builder("a", &["1"]);
        automation.interval(interval);
        let mut board = board(&[automation], |settings| {
            settings.scan_interval(interval).minimum_interval(floor);
        });
        assert_eq!(next_listing(&mut board), next);
        let now = now();
        board.begin("a", now);
        board.end("a", now);
        let run = board.automations.next(&"a".to_owned()).unwrap();
        assert_eq!(run - now, next);
    }
}

#[test]
fn a_source_that_always_changes_puts_a_run_off_for_a_while_only() {
    let mut board = board(&[builder("a", &["1"])], |_| {});
    listed(&mut board, "1", &[("a", chosen("1", "1.0.0"))]);
    let mut at = now();
    for change in 0..3 {
        assert_eq!(begin(&mut board, at), ["a"]);
        assert!(board.members["a"].asks(), "{change}");
        board.end("a", at);
        board.changed("a", at);
        if change > 0 {
            assert!(begin(&mut board, at).is_empty(), "not without a pause");
            at += LEAST;
        }
    }
    assert_eq!(begin(&mut board, at), ["a"]);
    assert!(!board.members["a"].asks(), "it runs as it is known");
    let failed = Err(Error::new(ErrorKind::Cancelled, "whatever"));
    board.ran("a", failed, &mut Vec::new());
    assert!(board.members["a"].asks());
}

#[test]
fn what_was_chosen_before_a_restart_is_not_listed_for_a_run() {
    let choice = Choice::new("example.com/org/1", "1.0.0");
    let known = KnownChoice {
        selected: Some(choice.to_string()),
        choice: Some(choice),
        ..KnownChoice::default()
    };
    let known = Known {
        choices: [("ns:1".to_owned(), known)].into(),
        ..Known::default()
    };
    let before = Before {
        images: [("example.com/org/1".to_owned(), list())].into(),
        automations: [("a".to_owned(), known)].into(),
    };
    let mut board = board(&[], |_| {});
    replace(&mut board, &[builder("a", &["1"])], &before);
    assert_eq!(begin(&mut board, now()), ["a"]);
    assert!(board.due_images(now()).is_empty());
    board.end("a", now());
    listed(&mut board, "1", &[("a", chosen("1", "2.0.0"))]);
    assert_eq!(begin(&mut board, now() + LEAST), ["a"]);
}

fn ranged(range: &str) -> AutomationBuilder {
    let policy = Policy::builder(Dialect::Flux).semver(range).build();
    let mut automation = builder("a", &[]);
    automation.policy("ns:1", "example.com/org/1", policy.unwrap());
    automation
}

#[test]
fn what_a_policy_chose_before_it_changed_is_not_taken() {
    let mut board = board(&[ranged("5.0.x")], |_| {});
    let list = |board: &mut Board, policy: &Watched| {
        let answer = ("a".to_owned(), policy.clone(), Answer::lost());
        board.listed("example.com/org/1", vec![answer], &mut Vec::new());
    };
    let old = board.members["a"].policies()[0].clone();
    replace(&mut board, &[ranged("5.1.x")], &Before::default());
    let new = board.members["a"].policies()[0].clone();
    list(&mut board, &old);
    assert!(begin(&mut board, now()).is_empty());
    list(&mut board, &new);
    assert_eq!(begin(&mut board, now()), ["a"]);
}

#[test]
fn what_is_resumed_counts_what_came_meanwhile() {
    let mut board = board(&[builder("a", &["1", "2"])], |_| {});
    for image in ["1", "2"] {
        listed(&mut board, image, &[("a", chosen(image, "1.0.0"))]);
    }
    assert_eq!(begin(&mut board, now()), ["a"]);
    board.end("a", now());
    let later = now() + 2 * LEAST;
    assert!(board.due_images(later).is_empty() && begin(&mut board, later).is_empty());
    let automation = Watching::Automation("a".to_owned());
    assert!(board.suspend(&automation, true) && board.suspend(&automation, false));
    assert_eq!(
        board.due_images(later),
        ["example.com/org/1", "example.com/org/2"]
    );
    assert_eq!(begin(&mut board, later), ["a"]);
    // What does not rest is not started by that.
    board.end("a", later);
    for image in board.due_images(later) {
        board.images.start(&image, later);
        board.images.end(&image, later);
    }
    assert!(board.suspend(&automation, false));
    assert!(board.due_images(later + 2 * LEAST).is_empty());
}

#[test]
fn what_had_no_choice_yet_is_written_when_it_is_resumed() {
    let policy = Watching::Policy {
        automation: "a".to_owned(),
        policy: "ns:1".to_owned(),
    };
    for what in [Watching::Image("example.com/org/1".to_owned()), policy] {
        let mut board = board(&[builder("a", &["1"])], |_| {});
        assert!(board.suspend(&what, true));
        assert_eq!(begin(&mut board, now()), ["a"], "it runs without");
        board.end("a", now());
        assert!(board.suspend(&what, false));
        let later = now() + 2 * LEAST;
        assert_eq!(board.due_images(later), ["example.com/org/1"]);
        assert!(begin(&mut board, later).is_empty(), "it waits for the list");
        listed(&mut board, "1", &[("a", chosen("1", "1.0.0"))]);
        assert_eq!(begin(&mut board, later), ["a"]);
    }
}
