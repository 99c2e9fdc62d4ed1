//! The control socket.

mod answer;
mod names;
mod reconcile;
mod socket;

pub(crate) use socket::Control;
