//! Output with a bound.

use super::fault::Fault;
use crate::limits::OUTPUT_BYTES;

/// Bytes that are being printed; what goes over the bound is dropped, and
/// `finish` then fails.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    full: bool,
    /// What could not be printed.
    fault: Option<Fault>,
}

impl Buffer {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.bytes.len() + bytes.len() > OUTPUT_BYTES {
            self.full = true;
        }
        if !self.full {
            self.bytes.extend_from_slice(bytes);
        }
    }

    pub(super) fn push_str(&mut self, text: &str) {
        self.push(text.as_bytes());
    }

    pub(super) fn fill(&mut self, byte: u8, count: usize) {
        if self.bytes.len().saturating_add(count) > OUTPUT_BYTES {
            self.full = true;
        }
        if !self.full {
            self.bytes.resize(self.bytes.len() + count, byte);
        }
    }

    /// Gives up; the first fault stays.
    pub(super) fn fail(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }

    /// Whether the bound was reached, so that printing may stop;
    /// so may it after a fault.
    pub(super) fn is_full(&self) -> bool {
        self.full || self.fault.is_some()
    }

    pub(super) fn finish(self) -> Result<Vec<u8>, Fault> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        if self.full {
            return Err(too_long());
        }
        Ok(self.bytes)
    }
}

pub(super) fn too_long() -> Fault {
    let message = format!("the template makes a text of more than {OUTPUT_BYTES} bytes");
    Fault::limit(message).hint("make its loops shorter, or its widths smaller")
}
