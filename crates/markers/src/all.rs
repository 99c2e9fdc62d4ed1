//! Many files at once, on all cores.

use std::{
    num::NonZero,
    sync::{Mutex, PoisonError},
    thread,
};

use crate::{
    decision::Decision,
    error::Error,
    marker::Marker,
    plan::{FilePlan, plan},
    syntax::Syntax,
};

/// Decides every marker of many files, on all cores.
///
/// A file is a name, of any kind, and its bytes. `decide` is asked once a file for what decides its
/// markers, as [`plan`] takes it. The answers stand in the order of the files, each for itself: one
/// that is no YAML is an [`Error`] in its place and stops no other. Beside the answers, memory is
/// what the file needs that each core has in hand.
///
/// ```
/// use tagwright_markers::{Setters, Syntax, apply_all, plan_all};
///
/// let files = [
///     ("a.yaml", "image: app:1 # {\"$imagepolicy\": \"ns:app\"}\n"),
///     ("b.yaml", "{{- if .x }} # {\"$imagepolicy\": \"ns:app\"}\n"),
///     ("c.yaml", "image: app:1\n"),
/// ];
/// let setters = Setters::from([("ns:app", "app:2")]);
/// let plans = plan_all(&files, &Syntax::flux(), |_name| setters.decide());
/// assert_eq!(plans[0].as_ref().map(|plan| plan.edits().len()), Ok(1));
/// assert_eq!(plans[1].as_ref().map_err(|error| error.line()).unwrap_err(), Some(1));
///
/// let changed = plans.into_iter().flatten().filter(|plan| !plan.is_unchanged()).collect();
/// let texts = apply_all(changed);
/// assert_eq!(texts[0].as_deref(), Ok(&b"image: app:2 # {\"$imagepolicy\": \"ns:app\"}\n"[..]));
/// ```
///
/// # Panics
///
/// When `decide` or what it gives panics.
pub fn plan_all<'a, N, B, D>(
    files: &'a [(N, B)],
    syntax: &Syntax,
    decide: impl Fn(&'a N) -> D + Sync,
) -> Vec<Result<FilePlan<'a>, Error>>
where
    N: Sync,
    B: AsRef<[u8]> + Sync,
    D: FnMut(&Marker, &str) -> Decision,
{
    on_all_cores(files.iter(), |(name, bytes)| {
        plan(bytes.as_ref(), syntax, decide(name))
    })
}

/// Applies many plans, on all cores; the texts stand in the order of the plans.
///
/// Each is what [`FilePlan::apply`] gives, its error included.
pub fn apply_all(plans: Vec<FilePlan<'_>>) -> Vec<Result<Vec<u8>, Error>> {
    on_all_cores(plans.into_iter(), FilePlan::apply)
}

/// What `work` makes of each item, in their order.
fn on_all_cores<T, R: Send>(
    items: impl ExactSizeIterator<Item = T> + Send,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let count = items.len();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(count.div_ceil(MIN_SHARE));
    let items = Mutex::new(items.enumerate());
    let take = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let share = || {
        std::iter::from_fn(take)
            .map(|(index, item)| (index, work(item)))
            .collect::<Vec<_>>()
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(share)).collect();
        let mut done = share();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Files below which a thread costs more than it saves.
const MIN_SHARE: usize = 8;
