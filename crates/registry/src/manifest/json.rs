use serde::de::DeserializeOwned;

use crate::error::{Error, Kind};

/// Reads `what` from a text of JSON. The error says where it breaks, and quotes nothing.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, Error> {
    // Serde takes a list for a structure, too.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(malformed(format!(
            "an answer that is no JSON object where {what} is due"
        )));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        malformed(format!(
            "{what} that cannot be read at line {line}, column {column}"
        ))
    })
}

pub(crate) fn malformed(found: impl Into<String>) -> Error {
    Error::new(
        Kind::InvalidResponse,
        found,
        "check that this is the address of a registry",
    )
}
