use reqwest::Response;

/// Why a body could not be read whole.
pub(crate) enum BodyFailure {
    TooLarge,
    Broken(reqwest::Error),
}

/// Reads a body of at most `limit` bytes. One that announces more is not read at all.
pub(crate) async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, BodyFailure> {
    let announced = response.content_length().unwrap_or(0);
    if announced > limit as u64 {
        return Err(BodyFailure::TooLarge);
    }
    // The announcement is the server's word: it reserves a little, not all that it says.
    let mut body = Vec::with_capacity(usize::try_from(announced).unwrap_or(0).min(64 * 1024));
    while let Some(chunk) = response.chunk().await.map_err(BodyFailure::Broken)? {
        if body.len() + chunk.len() > limit {
            return Err(BodyFailure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The beginning of a body that only explains a failure: what cannot be read is left out.
pub(crate) async fn read_beginning(mut response: Response, limit: usize) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = limit - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() == limit {
            break;
        }
    }
    body
}
