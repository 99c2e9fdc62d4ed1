//! Durations on the command line.

use std::time::Duration;

use tagwright::manifests::parse_duration;

/// As Flux's manifests have them.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let nanoseconds = parse_duration(text)
        .map_err(|error| format!("{error}; write for example 30s, 5m or 1h30m"))?;
    let nanoseconds = u64::try_from(nanoseconds).unwrap_or(0);
    if nanoseconds == 0 {
        return Err("it has to be longer than nothing; write for example 30s".to_owned());
    }
    Ok(Duration::from_nanos(nanoseconds))
}
