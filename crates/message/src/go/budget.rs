//! What a render may still cost.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::fault::Fault;
use super::regex::{Pattern, Refusal};
use crate::limits::{GO_BYTES, GO_DEPTH, GO_NESTED_SETS, GO_STEPS};

/// Steps that compiling even a small pattern costs.
const PATTERN_STEPS: usize = 500;

#[derive(Debug)]
pub(super) struct Budget {
    steps: usize,
    bytes: usize,
    nested_sets: usize,
    depth: usize,
    /// The patterns that were read.
    patterns: BTreeMap<String, Rc<Pattern>>,
}

impl Budget {
    pub(super) fn new() -> Self {
        Budget {
            steps: GO_STEPS,
            bytes: GO_BYTES,
            nested_sets: GO_NESTED_SETS,
            depth: GO_DEPTH,
            patterns: BTreeMap::new(),
        }
    }

    /// Pays for steps before they are taken.
    pub(super) fn steps(&mut self, count: usize) -> Result<(), Fault> {
        let left = self.steps.checked_sub(count).ok_or_else(|| {
            let message = format!("the template takes more than {GO_STEPS} steps");
            Fault::limit(message).hint("make its loops shorter")
        })?;
        self.steps = left;
        Ok(())
    }

    /// Pays for bytes, best before they are allocated.
    pub(super) fn bytes(&mut self, count: usize) -> Result<(), Fault> {
        let left = self.bytes.checked_sub(count).ok_or_else(|| {
            let message = format!("the template makes values of more than {GO_BYTES} bytes");
            Fault::limit(message).hint("make its loops shorter")
        })?;
        self.bytes = left;
        Ok(())
    }

    /// A pattern, which is paid for and compiled when it is first met.
    pub(super) fn pattern(&mut self, source: &str) -> Result<Result<Rc<Pattern>, Refusal>, Fault> {
        if let Some(known) = self.patterns.get(source) {
            return Ok(Ok(Rc::clone(known)));
        }
        self.steps(PATTERN_STEPS + source.len())?;
        let pattern = match Pattern::new(source) {
            Ok(pattern) => Rc::new(pattern),
            Err(refusal) => return Ok(Err(refusal)),
        };
        // What counts make large takes long to compile and is large in memory.
        self.steps(pattern.weight() / 8)?;
        self.patterns.insert(source.to_owned(), Rc::clone(&pattern));
        Ok(Ok(pattern))
    }

    /// Pays for a map or a list that is put into a map.
    pub(super) fn nested_set(&mut self) -> Result<(), Fault> {
        let left = self.nested_sets.checked_sub(1).ok_or_else(|| {
            Fault::limit(format!(
                "the template puts more than {GO_NESTED_SETS} maps and lists into maps"
            ))
        })?;
        self.nested_sets = left;
        Ok(())
    }

    pub(super) fn enter(&mut self) -> Result<(), Fault> {
        let left = self.depth.checked_sub(1).ok_or_else(|| {
            let message = format!("the template runs more than {GO_DEPTH} levels deep");
            Fault::limit(message).hint("end its recursion")
        })?;
        self.depth = left;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth += 1;
    }
}
