//! Stores that fail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tagwright::{Applied, Severity, StateError, StateFuture, StateStore};
use tagwright_testkit::harness::{TestResult, Trial, async_test};

use crate::world::World;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test(
            "state::a_full_store_is_a_problem",
            a_full_store_is_a_problem,
        ),
        async_test(
            "state::a_broken_record_is_made_anew",
            a_broken_record_is_made_anew,
        ),
        async_test(
            "state::a_newer_record_is_left_alone",
            a_newer_record_is_left_alone,
        ),
        async_test("state::a_store_may_panic", a_store_may_panic),
        async_test(
            "state::what_is_kept_is_no_secret",
            what_is_kept_is_no_secret,
        ),
    ]
}

/// Keeps records, and refuses to when it is full.
#[derive(Debug, Default)]
pub(crate) struct Shelves {
    pub(crate) records: Mutex<BTreeMap<String, Vec<u8>>>,
    pub(crate) is_full: bool,
}

impl Shelves {
    fn replace_all(&self, bytes: &[u8]) {
        let mut records = self.records.lock().expect("the records");
        records
            .values_mut()
            .for_each(|record| *record = bytes.to_vec());
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.all().into_keys().collect()
    }

    fn all(&self) -> BTreeMap<String, Vec<u8>> {
        self.records.lock().expect("the records").clone()
    }
}

impl StateStore for Shelves {
    fn load<'a>(&'a self, key: &'a str) -> StateFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move { Ok(self.all().get(key).cloned()) })
    }

    fn store<'a>(&'a self, key: &'a str, bytes: &'a [u8]) -> StateFuture<'a, ()> {
        Box::pin(async move {
            if self.is_full {
                return Err(StateError::new("the shelf is full; make room"));
            }
            let mut records = self.records.lock().expect("the records");
            records.insert(key.to_owned(), bytes.to_vec());
            Ok(())
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> StateFuture<'a, ()> {
        Box::pin(async move {
            self.records.lock().expect("the records").remove(key);
            Ok(())
        })
    }
}

async fn a_full_store_is_a_problem() -> TestResult {
    let world = World::new();
    let full = Arc::new(Shelves {
        is_full: true,
        ..Shelves::default()
    });
    let report = world.automation().state(full).build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    let [problem] = report.plan().problems() else {
        panic!("one problem, found {:?}", report.plan().problems())
    };
    assert_eq!(
        problem.to_string(),
        "state: warning: the shelf is full; make room"
    );
    assert!(!report.is_partial());
    Ok(())
}

async fn a_broken_record_is_made_anew() -> TestResult {
    let world = World::new();
    let store = Arc::new(Shelves::default());
    let mut builder = world.automation();
    let automation = builder.state(Arc::clone(&store) as _).build()?;
    let _ = automation.run().await?;
    let kept = store.all();
    store.replace_all(b"{\"format\":1,\"rec");
    let report = automation.run().await?;
    assert_eq!(report.applied(), &Applied::NothingToDo);
    let problems = report.plan().problems();
    assert_eq!(
        problems.len(),
        2,
        "of the automation and of the image: {problems:?}"
    );
    for problem in problems {
        assert_eq!(problem.severity(), Severity::Warning);
        assert!(
            problem
                .message()
                .ends_with("cannot be read at line 1, column 16; it is set aside and made anew"),
            "{problem}"
        );
    }
    assert_eq!(
        store.all().keys().collect::<Vec<_>>(),
        kept.keys().collect::<Vec<_>>()
    );
    let third = automation.run().await?;
    assert_eq!((third.attempts(), third.plan().problems().len()), (0, 0));
    Ok(())
}

async fn a_newer_record_is_left_alone() -> TestResult {
    let world = World::new();
    let store = Arc::new(Shelves::default());
    let mut builder = world.automation();
    let automation = builder.state(Arc::clone(&store) as _).build()?;
    let _ = automation.run().await?;
    store.replace_all(b"{\"format\":2,\"new\":true}");
    let newer = store.all();
    let report = automation.run().await?;
    assert_eq!(report.applied(), &Applied::NothingToDo);
    assert!(
        report.plan().problems()[1].message().ends_with(
            "/org/app' has format 2, and this version reads 1; update tagwright, or keep its state elsewhere"
        ),
        "{report}"
    );
    assert_eq!(store.all(), newer);
    Ok(())
}

async fn what_is_kept_is_no_secret() -> TestResult {
    let world = World::new();
    let store = Arc::new(Shelves::default());
    let mut builder = world.automation();
    let _ = builder
        .state(Arc::clone(&store) as _)
        .build()?
        .run()
        .await?;
    let records = store.all();
    let mut names: Vec<&str> = records.keys().map(String::as_str).collect();
    names.retain(|name| !name.starts_with("automation/tagwright/"));
    assert_eq!(names, [format!("image/{}", world.image())]);
    let image: serde_json::Value = serde_json::from_slice(&records[names[0]])?;
    assert_eq!(image["record"]["tags"], 5);
    assert_eq!(image["record"]["latest"][0], "latest");
    Ok(())
}

/// Has nothing, and falls over when it is given something.
struct Frail;

impl StateStore for Frail {
    fn load<'a>(&'a self, _: &'a str) -> StateFuture<'a, Option<Vec<u8>>> {
        Box::pin(async { Ok(None) })
    }

    fn store<'a>(&'a self, _: &'a str, _: &'a [u8]) -> StateFuture<'a, ()> {
        Box::pin(async { panic!("a store fell over, as the test wants it") })
    }

    fn remove<'a>(&'a self, _: &'a str) -> StateFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

async fn a_store_may_panic() -> TestResult {
    let world = World::new();
    let mut builder = world.automation();
    let report = builder.state(Arc::new(Frail)).build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    let problems = report.plan().problems();
    assert!(!problems.is_empty());
    for problem in problems {
        let text = problem.to_string();
        let begin = "state: warning: the store did not do its work: ";
        assert!(text.starts_with(begin), "{text}");
    }
    Ok(())
}
