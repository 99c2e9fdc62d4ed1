//! A socket of one `watch`, for its user alone.

use std::fs::{self, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::OFlags;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::timeout;

use super::answer::answer;
use crate::control::{Answer, LONGEST, default_place};
use crate::failure::Failure;
use crate::watch::Shared;

/// For a request to come, and for an answer to be taken.
const PATIENCE: Duration = Duration::from_secs(10);

/// Gone when it is dropped.
pub(crate) struct Control {
    listener: UnixListener,
    guard: Guard,
}

struct Guard {
    place: PathBuf,
    /// Held for as long as this `watch` runs.
    _lock: File,
}

impl Control {
    /// At a place that was given; without one at the usual place, if that can be written to.
    pub(crate) fn open(given: Option<&Path>) -> Result<Option<Self>, Failure> {
        let place = given.map_or_else(default_place, Path::to_owned);
        let shown = place.display();
        let lock = match lock(&place) {
            Ok(lock) => lock,
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::new(format!(
                    "another watch has the control socket {shown}; stop it, or give this one another with --control"
                )));
            }
            Err(TryLockError::Error(error)) if given.is_none() => {
                tracing::warn!(
                    "no control socket, as {shown} cannot be made: {error}; give a place with --control"
                );
                return Ok(None);
            }
            Err(TryLockError::Error(error)) => return Err(unusable(&place, &error)),
        };
        let listener = listen(&place).map_err(|error| unusable(&place, &error))?;
        let guard = Guard { place, _lock: lock };
        Ok(Some(Self { listener, guard }))
    }

    /// Until it is dropped.
    pub(crate) async fn serve(self, service: Shared) {
        let Self { listener, guard } = self;
        tracing::info!("control socket {}", guard.place.display());
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let service = Shared::clone(&service);
                    tokio::spawn(async move {
                        if let Err(error) = serve(stream, &service).await {
                            tracing::debug!(%error, "a control connection broke");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a control connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // It may have been taken away.
        let _ = fs::remove_file(&self.place);
    }
}

fn unusable(place: &Path, error: &io::Error) -> Failure {
    let place = place.display();
    Failure::new(format!(
        "the control socket {place} cannot be made: {error}; give another place with --control"
    ))
}

/// Beside the socket, as a socket says nothing about who made it.
fn lock(place: &Path) -> Result<File, TryLockError> {
    let mut name = place.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        // Who may open it may hold it for ever.
        .mode(0o600)
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
        .open(&name)
        .map_err(TryLockError::Error)?;
    file.try_lock()?;
    Ok(file)
}

/// What an earlier one left behind is replaced; nobody else can ever reach the new one.
fn listen(place: &Path) -> io::Result<UnixListener> {
    match fs::symlink_metadata(place) {
        Ok(found) if !found.file_type().is_socket() => {
            return Err(io::Error::other("a file that is no socket is there"));
        }
        _ => {}
    }
    let parent = place.parent().filter(|parent| *parent != Path::new(""));
    // Its name is short, as that of a socket may not be long.
    let folder = tempfile::Builder::new()
        .prefix(".")
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(parent.unwrap_or(Path::new(".")))?;
    let made = folder.path().join("s");
    let listener = UnixListener::bind(&made)?;
    fs::set_permissions(&made, Permissions::from_mode(0o600))?;
    fs::rename(&made, place)?;
    Ok(listener)
}

async fn serve(mut stream: UnixStream, service: &Shared) -> io::Result<()> {
    let (reader, mut writer) = stream.split();
    let mut line = String::new();
    let mut reader = BufReader::new(reader.take(LONGEST));
    timeout(PATIENCE, reader.read_line(&mut line)).await??;
    let answer = match serde_json::from_str(&line) {
        Ok(request) => answer(service, request).await,
        Err(_) => Answer::Refused(
            "this watch is of another version and does not know the request; start it anew"
                .to_owned(),
        ),
    };
    let text = format!("{}\n", serde_json::to_string(&answer)?);
    timeout(PATIENCE, writer.write_all(text.as_bytes())).await??;
    writer.shutdown().await
}
