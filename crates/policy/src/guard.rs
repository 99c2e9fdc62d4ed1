//! Reasons to hold back a tag that a policy selected.
//!
//! Each guard is a pure check: what it needs to know, times included, is given
//! to it. The answer is `Ok`, or an [`Objection`] with a sentence.
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use tagwright_policy::guard::{Hold, MinimumAge, Shrink, SkipList, downgrade};
//! use tagwright_policy::{Dialect, Policy};
//!
//! let now = UNIX_EPOCH + Duration::from_secs(86_400);
//! let policy = Policy::builder(Dialect::Flux).semver("*").build()?;
//! assert_eq!(
//!     downgrade(&policy, "5.1.0", "5.0.3").unwrap_err().to_string(),
//!     "5.0.3 is lower than 5.1.0 in the policy's order",
//! );
//!
//! assert!(SkipList::new(["5.0.3"]).check("5.0.3").is_err());
//! assert!(Hold::at("5.0.2")?.until(now).check("5.0.3", now).is_ok());
//! assert!(MinimumAge::new(Duration::from_secs(3_600)).check("5.0.3", Some(now), now).is_err());
//! assert!(Shrink::new(50).check(1_000, 499).is_err());
//! # Ok::<(), tagwright_policy::Error>(())
//! ```

mod age;
mod downgrade;
mod hold;
mod objection;
mod shrink;
mod skip;

pub use age::MinimumAge;
pub use downgrade::downgrade;
pub use hold::Hold;
pub use objection::Objection;
pub use shrink::Shrink;
pub use skip::SkipList;
