//! The service that keeps automations running.

mod control;
mod diary;
mod hooks;
mod listen;
mod metrics;
mod page;
mod pages;
mod service;
mod signals;

pub(crate) use control::Control;
pub(crate) use listen::Listener;
pub(crate) use metrics::Metrics;
pub(crate) use service::{Service, Shared};
pub(crate) use signals::{Signal, Signals};

use axum::Router;

/// The read-only pages.
pub(crate) fn pages(service: &Shared, is_local: bool) -> Router {
    pages::routes(service, is_local)
}

/// Where webhooks arrive.
pub(crate) fn hooks(service: &Shared) -> Router {
    hooks::routes(service)
}
