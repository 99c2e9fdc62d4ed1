//! Records in files: killed writers, full disks, read-only folders.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use tagwright::{Applied, FileState, StateStore as _};
use tagwright_testkit::harness::{TestResult, Trial, async_test};

use crate::world::World;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test(
            "state::files_are_read_by_the_next_process",
            are_read_by_the_next_process,
        ),
        async_test(
            "state::a_broken_file_is_set_aside_and_kept",
            broken_is_set_aside,
        ),
        async_test(
            "state::a_folder_that_cannot_be_written_is_a_problem",
            cannot_be_written,
        ),
        async_test("state::writers_share_a_folder", writers_share_a_folder),
        async_test(
            "state::a_killed_writer_leaves_whole_records",
            a_killed_writer,
        ),
        async_test("state::a_full_disk_leaves_whole_records", a_full_disk),
        async_test("state::what_a_killed_writer_left_is_swept", left_is_swept),
    ]
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder").flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

async fn are_read_by_the_next_process() -> TestResult {
    let (world, folder) = (World::new(), tempfile::tempdir()?);
    let run = || async {
        let state = FileState::new(folder.path().join("deep/state"));
        world
            .automation()
            .state(Arc::new(state))
            .build()?
            .run()
            .await
    };
    assert!(matches!(run().await?.applied(), Applied::Pushed(_)));
    assert_eq!(run().await?.attempts(), 0);
    let names = names(&folder.path().join("deep/state"));
    assert_eq!(names.len(), 2, "{names:?}");
    #[cfg(unix)]
    for path in [
        folder.path().join("deep/state"),
        folder.path().join("deep/state").join(&names[0]),
    ] {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(path)?.permissions().mode() & 0o077, 0);
    }
    Ok(())
}

async fn broken_is_set_aside() -> TestResult {
    let (world, folder) = (World::new(), tempfile::tempdir()?);
    let mut builder = world.automation();
    let automation = builder
        .state(Arc::new(FileState::new(folder.path())))
        .build()?;
    let _ = automation.run().await?;
    let before = names(folder.path());
    for round in 1..=11 {
        for name in &before {
            fs::write(folder.path().join(name), b"{\"format\"")?;
        }
        let report = automation.run().await?;
        assert_eq!(report.plan().problems().len(), 2, "{report}");
        let kept = names(folder.path()).len() - before.len();
        assert_eq!(kept, 2 * round.min(9), "nine of each are kept");
    }
    assert_eq!(automation.run().await?.attempts(), 0);
    Ok(())
}

async fn cannot_be_written() -> TestResult {
    let (world, folder) = (World::new(), tempfile::tempdir()?);
    // A file where the folder is to be: root may write into a read-only one.
    let file = folder.path().join("state");
    fs::write(&file, b"")?;
    let state = Arc::new(FileState::new(&file));
    let report = world.automation().state(state).build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    let problems = report.plan().problems();
    assert!(!problems.is_empty() && !report.is_partial(), "{report}");
    for problem in problems {
        let message = problem.message();
        assert!(
            message.starts_with(&format!("cannot read {}", file.display())),
            "{message}"
        );
        assert!(
            message.ends_with("; check the folder's disk and permissions"),
            "{message}"
        );
    }
    Ok(())
}

async fn writers_share_a_folder() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8_u8 {
        let state = FileState::new(folder.path());
        writers.spawn(async move {
            for round in 0..20_usize {
                state
                    .store("k", &vec![b'a' + writer; 1 + round * 500])
                    .await?;
                let read = state.load("k").await?.unwrap_or_default();
                assert!(
                    read.iter().all(|byte| *byte == read[0]),
                    "of one writer, whole"
                );
            }
            Ok::<_, tagwright::StateError>(())
        });
    }
    while let Some(done) = writers.join_next().await {
        done??;
    }
    assert_eq!(names(folder.path()), ["k.json"]);
    Ok(())
}

/// This program again, writing records into a folder until it is ended.
pub(crate) fn write_for_ever(folder: &Path) -> ! {
    use std::io::Write as _;
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let state = FileState::new(folder);
    runtime.expect("a runtime").block_on(async {
        let mut round = 0_usize;
        loop {
            let letter = b'a' + u8::try_from(round % 26).unwrap_or_default();
            // A full disk refuses every long one: what stood there stays.
            let _ = state
                .store("k", &vec![letter; 1 + (round * 7919) % 300_000])
                .await;
            if round.is_multiple_of(8) {
                writeln!(std::io::stdout(), "{round}").expect("somebody counts");
            }
            round += 1;
        }
    })
}

fn writer(folder: &Path, limit: Option<u32>) -> Command {
    let program = std::env::current_exe().expect("this program");
    let mut command = match limit {
        None => Command::new(program),
        Some(blocks) => {
            // The signal of the limit is ignored, so that a write fails as on a full disk.
            let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\"");
            let mut shell = Command::new("sh");
            shell.args(["-c", &script]).arg(program);
            shell
        }
    };
    command
        .env(WRITER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// Names the folder to the child.
pub(crate) const WRITER: &str = "TAGWRIGHT_TEST_STATE_WRITER";

/// Lets a writer do some rounds and kills it.
fn write_and_kill(folder: &Path, limit: Option<u32>, rounds: usize) {
    use std::io::BufRead as _;
    let mut child = writer(folder, limit).spawn().expect("a child");
    let said = std::io::BufReader::new(child.stdout.take().expect("its output"));
    let heard = said.lines().map_while(Result::ok).take(rounds).count();
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert_eq!(heard, rounds, "it wrote");
}

async fn whole(folder: &Path) -> usize {
    let read = FileState::new(folder)
        .load("k")
        .await
        .expect("it can be read");
    let read = read.expect("there is a record");
    assert!(
        read.iter().all(|byte| *byte == read[0]),
        "it is of one write"
    );
    read.len()
}

async fn a_killed_writer() -> TestResult {
    let folder = tempfile::tempdir()?;
    for rounds in [2, 3, 5, 4, 2, 6] {
        write_and_kill(folder.path(), None, rounds);
        whole(folder.path()).await;
    }
    Ok(())
}

async fn a_full_disk() -> TestResult {
    let folder = tempfile::tempdir()?;
    write_and_kill(folder.path(), Some(64), 6);
    // Blocks of 512 bytes, or of 1024.
    assert!(whole(folder.path()).await <= 64 * 1024);
    Ok(())
}

async fn left_is_swept() -> TestResult {
    let folder = tempfile::tempdir()?;
    let (old, young) = (folder.path().join("a.1.new"), folder.path().join("b.2.new"));
    fs::write(&young, b"")?;
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    fs::File::create(&old)?.set_modified(long_ago)?;
    FileState::new(folder.path()).store("k", b"{}").await?;
    assert_eq!(names(folder.path()), ["b.2.new", "k.json"]);
    Ok(())
}
