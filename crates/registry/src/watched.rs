use std::fs;
use std::io::ErrorKind::{NotADirectory, NotFound, PermissionDenied};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use crate::error::{Error, Kind};
use crate::login::{self, FILE_BYTES};

/// A file with credentials that others may change: it is read when it is first asked for, when it has changed since,
/// and when what it held was refused.
pub(crate) struct Watched<T> {
    path: PathBuf,
    /// Whether it is an error when the file is not there.
    required: bool,
    parse: fn(&[u8]) -> Result<T, Error>,
    held: Mutex<Option<Held<T>>>,
    /// Whether it was told that it may not be read.
    told: AtomicBool,
}

struct Held<T> {
    mark: Mark,
    content: [u8; 32],
    value: Arc<T>,
}

/// What of a file changes when its contents do.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mark {
    modified: Option<SystemTime>,
    length: u64,
    file: (u64, u64),
}

/// How often a file is read that is broken, since it may be half written, and how long is waited between.
const READINGS: usize = 3;
const PAUSE: Duration = Duration::from_millis(50);

enum Look {
    Absent,
    NoFile,
    AsBefore,
    Read(Mark, Vec<u8>),
}

impl<T> Watched<T> {
    pub(crate) fn new(path: PathBuf, required: bool, parse: fn(&[u8]) -> Result<T, Error>) -> Self {
        Self {
            path,
            required,
            parse,
            held: Mutex::default(),
            told: AtomicBool::new(false),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What the file holds now; none when it is not there and need not be. `anew` reads it even if it looks as before.
    pub(crate) async fn get(&self, anew: bool) -> Result<Option<Arc<T>>, Error> {
        let mut held = self.held.lock().await;
        let mut readings = 1;
        loop {
            let known = held.as_ref().map(|held| held.mark).filter(|_| !anew);
            let (mark, bytes) = match self.look(known).await? {
                Look::AsBefore => return Ok(held.as_ref().map(|held| Arc::clone(&held.value))),
                Look::Absent | Look::NoFile => {
                    *held = None;
                    return Ok(None);
                }
                Look::Read(mark, bytes) => (mark, bytes),
            };
            match self.take(&mut held, mark, &bytes) {
                Ok(value) => return Ok(Some(value)),
                Err(error) if readings >= READINGS => return Err(error.within(&self.name())),
                Err(_) => readings += 1,
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn look(&self, known: Option<Mark>) -> Result<Look, Error> {
        let path = self.path.clone();
        // Files may lie on a network.
        let looked = tokio::task::spawn_blocking(move || look(&path, known)).await;
        self.judge(looked.map_err(|_| self.unreadable("interrupted"))?)
    }

    fn judge(&self, looked: io::Result<Look>) -> Result<Look, Error> {
        let denied = matches!(&looked, Err(error) if error.kind() == PermissionDenied);
        let told = self.told.swap(denied, Ordering::Relaxed);
        match looked {
            Ok(Look::Absent) if self.required => Err(self.unreadable("there is none")),
            Ok(Look::NoFile) => Err(self.unreadable("it is no file")),
            Ok(look) => Ok(look),
            // Nobody named it, and a home may belong to someone else.
            Err(_) if denied && !self.required => {
                if !told {
                    let file = self.name();
                    tracing::warn!("{file} may hold logins, and may not be read");
                }
                Ok(Look::Absent)
            }
            Err(error) => Err(self.unreadable(&error.kind().to_string())),
        }
    }

    /// The same contents stay the same value, with all that it remembers.
    fn take(&self, held: &mut Option<Held<T>>, mark: Mark, bytes: &[u8]) -> Result<Arc<T>, Error> {
        let content: [u8; 32] = Sha256::digest(bytes).into();
        let value = match held.take().filter(|held| held.content == content) {
            Some(held) => held.value,
            None => Arc::new((self.parse)(bytes)?),
        };
        *held = Some(Held {
            mark,
            content,
            value: Arc::clone(&value),
        });
        Ok(value)
    }

    fn name(&self) -> String {
        let path: String = self.path.to_string_lossy().into_owned();
        format!("the file {}", login::shown(&path))
    }

    fn unreadable(&self, why: &str) -> Error {
        Error::new(
            Kind::Config,
            format!("{} cannot be read: {why}", self.name()),
            "check the path and the permissions",
        )
    }
}

fn look(path: &Path, known: Option<Mark>) -> io::Result<Look> {
    let metadata = match fs::metadata(path) {
        // What is no file, a pipe perhaps, would hold up who opens it.
        Ok(metadata) if !metadata.is_file() => return Ok(Look::NoFile),
        Ok(metadata) => metadata,
        // A home that is no folder, as /dev/null, holds no files either.
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => return Ok(Look::Absent),
        Err(error) => return Err(error),
    };
    // Taken before the file is read: what is written meanwhile is noticed the next time.
    let mark = Mark::of(&metadata);
    if known == Some(mark) {
        return Ok(Look::AsBefore);
    }
    let mut bytes = Vec::new();
    // One byte more than a file may have, by which it is known to have too many.
    let file = fs::File::open(path)?.take(FILE_BYTES as u64 + 1);
    io::BufReader::new(file).read_to_end(&mut bytes)?;
    Ok(Look::Read(mark, bytes))
}

impl Mark {
    fn of(metadata: &fs::Metadata) -> Self {
        #[cfg(unix)]
        let file = {
            use std::os::unix::fs::MetadataExt as _;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let file = (0, 0);
        Self {
            modified: metadata.modified().ok(),
            length: metadata.len(),
            file,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use super::*;

    struct Count(Arc<AtomicUsize>);

    impl Subscriber for Count {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn event(&self, _: &Event<'_>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn that_a_file_may_not_be_read_is_told_once() {
        let file = Watched::new("auth.json".into(), false, |_| Ok(()));
        let told = Arc::new(AtomicUsize::new(0));
        let denied = || io::Error::from(PermissionDenied);
        tracing::subscriber::with_default(Count(Arc::clone(&told)), || {
            for _ in 0..3 {
                assert!(matches!(file.judge(Err(denied())), Ok(Look::Absent)));
            }
            assert_eq!(told.load(Ordering::Relaxed), 1);
            // It was there for a moment.
            assert!(file.judge(Ok(Look::Read(mark(), Vec::new()))).is_ok());
            assert!(file.judge(Err(denied())).is_ok());
        });
        assert_eq!(told.load(Ordering::Relaxed), 2);
    }

    fn mark() -> Mark {
        Mark {
            modified: None,
            length: 0,
            file: (0, 0),
        }
    }

    #[test]
    fn one_that_was_named_must_be_readable() {
        let file = Watched::new("auth.json".into(), true, |_| Ok(()));
        let error = file.judge(Err(PermissionDenied.into())).err();
        let text = "the file auth.json cannot be read: permission denied; check the path and the permissions";
        assert_eq!(error.map(|error| error.to_string()).as_deref(), Some(text));
    }
}
