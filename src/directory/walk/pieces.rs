//! The work that is left of a walk, shared by its threads.

use std::mem;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A piece of work: a folder to list, or files of a folder to read.
pub(super) enum Piece {
    Folder {
        parent: Arc<OwnedFd>,
        path: String,
        depth: usize,
    },
    Files {
        folder: Arc<OwnedFd>,
        paths: Vec<String>,
    },
}

/// The last found is taken first, so that few folders are open at a time.
pub(super) struct Pieces {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    open: Vec<Piece>,
    /// How many threads work on a piece, and may find more.
    busy: usize,
}

/// A thread's work on one piece. What it finds is handed in when it ends, in a panic too: the others wait for it.
pub(super) struct Turn<'a> {
    pieces: &'a Pieces,
    found: Vec<Piece>,
}

impl Pieces {
    pub(super) fn new(first: Piece) -> Self {
        Self {
            state: Mutex::new(State {
                open: vec![first],
                busy: 0,
            }),
            changed: Condvar::new(),
        }
    }

    /// The next piece; none when all is done.
    pub(super) fn next(&self) -> Option<(Piece, Turn<'_>)> {
        let mut state = self.lock();
        loop {
            if let Some(piece) = state.open.pop() {
                state.busy += 1;
                let found = Vec::new();
                return Some((
                    piece,
                    Turn {
                        pieces: self,
                        found,
                    },
                ));
            }
            if state.busy == 0 {
                return None;
            }
            let woken = self.changed.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Forgets what is left.
    pub(super) fn stop(&self) {
        self.lock().open.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    pub(super) fn add(&mut self, found: Vec<Piece>) {
        self.found.extend(found);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.pieces.lock();
        state.open.extend(mem::take(&mut self.found));
        state.busy -= 1;
        drop(state);
        self.pieces.changed.notify_all();
    }
}
