//! Asking a running `watch`.

use std::io::{self, ErrorKind};
use std::path::Path;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::{Answer, ControlArgs, Request};
use crate::failure::Failure;

pub(crate) async fn ask(control: &ControlArgs, request: &Request) -> Result<Answer, Failure> {
    let place = control.place();
    let line = format!("{}\n", serde_json::to_string(request)?);
    let wait = control.timeout;
    let answered = timeout(wait, exchange(&place, &line)).await.map_err(|_| {
        let place = place.display();
        Failure::new(format!(
            "the watch at {place} did not answer in {wait:?}; it goes on with what was asked; wait longer with --timeout"
        ))
    })?;
    let text = answered.map_err(|error| unreachable(&place, &error))?;
    let answer = serde_json::from_slice(&text).map_err(|_| {
        let place = place.display();
        Failure::new(format!(
            "what listens at {place} gave no answer of a watch of this version; look at its log"
        ))
    })?;
    match answer {
        Answer::Refused(reason) => Err(Failure::new(reason)),
        answer => Ok(answer),
    }
}

async fn exchange(place: &Path, line: &str) -> io::Result<Vec<u8>> {
    let mut stream = UnixStream::connect(place).await?;
    stream.write_all(line.as_bytes()).await?;
    stream.shutdown().await?;
    let mut text = Vec::new();
    stream.read_to_end(&mut text).await?;
    Ok(text)
}

fn unreachable(place: &Path, error: &io::Error) -> Failure {
    let place = place.display();
    Failure::new(match error.kind() {
        ErrorKind::NotFound | ErrorKind::ConnectionRefused => format!(
            "no watch answers at {place}; start one with tagwright watch, or name its socket with --control"
        ),
        ErrorKind::PermissionDenied => {
            format!("the watch at {place} is another user's: {error}; run this as that user")
        }
        _ => format!("the watch at {place} cannot be asked: {error}; look at its log"),
    })
}
