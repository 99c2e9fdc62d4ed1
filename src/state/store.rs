//! Where records are kept.

use std::future::Future;
use std::pin::Pin;

use super::error::StateError;

/// What a [`StateStore`] answers with: a boxed future, so that stores can be trait objects.
pub type StateFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StateError>> + Send + 'a>>;

/// Where an automation keeps what it saw: bytes under keys.
///
/// What is in the bytes is the library's own: JSON with a format version. Nothing in it is secret, and all of it can be
/// lost: a run without a record is as the first one was. A key is a text such as `image/ghcr.io/org/app`: up to a few
/// hundred bytes, with `/`, `:` and any letters in it.
///
/// A call that has no answer within 10 s, or that panics, is a failure of the store; after the first that has none the run
/// makes no further call.
///
/// Several automations and processes may share a store. The last writer wins; a reader gets what one writer wrote, whole.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
/// use tagwright::{StateFuture, StateStore};
///
/// #[derive(Default)]
/// struct Mine(Mutex<HashMap<String, Vec<u8>>>);
///
/// impl StateStore for Mine {
///     fn load<'a>(&'a self, key: &'a str) -> StateFuture<'a, Option<Vec<u8>>> {
///         Box::pin(async move { Ok(self.0.lock().unwrap().get(key).cloned()) })
///     }
///
///     fn store<'a>(&'a self, key: &'a str, bytes: &'a [u8]) -> StateFuture<'a, ()> {
///         Box::pin(async move {
///             self.0.lock().unwrap().insert(key.to_owned(), bytes.to_vec());
///             Ok(())
///         })
///     }
///
///     fn remove<'a>(&'a self, key: &'a str) -> StateFuture<'a, ()> {
///         Box::pin(async move {
///             self.0.lock().unwrap().remove(key);
///             Ok(())
///         })
///     }
/// }
/// ```
pub trait StateStore: Send + Sync {
    /// What stands under a key; `None` where nothing does.
    ///
    /// # Errors
    ///
    /// Whatever keeps the store from knowing. The run goes on without the record, says so, and does not write it.
    fn load<'a>(&'a self, key: &'a str) -> StateFuture<'a, Option<Vec<u8>>>;

    /// Puts bytes under a key, all of them or, on an error, none: what stood there before then stands there still.
    ///
    /// # Errors
    ///
    /// Whatever keeps the store from it. The run goes on, and says so.
    fn store<'a>(&'a self, key: &'a str, bytes: &'a [u8]) -> StateFuture<'a, ()>;

    /// Takes away what stands under a key, if anything does.
    ///
    /// # Errors
    ///
    /// As for [`store`](Self::store).
    fn remove<'a>(&'a self, key: &'a str) -> StateFuture<'a, ()>;

    /// Takes away a record that cannot be read, and keeps it for a person to look at where that is possible. Without this
    /// method it is [removed](Self::remove).
    ///
    /// # Errors
    ///
    /// As for [`store`](Self::store).
    fn set_aside<'a>(&'a self, key: &'a str) -> StateFuture<'a, ()> {
        self.remove(key)
    }
}
