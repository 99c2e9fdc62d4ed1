//! A bar while images are listed, on a terminal alone.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// What the library does is seen by its spans: a `scan` for each image, with an event for each page.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    tags: AtomicU64,
}

/// The tags of a page, in the event of it.
#[derive(Default)]
struct Tags(u64);

impl Visit for Tags {
    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "tags" {
            self.0 = value;
        }
    }
}

/// How often it is drawn, so that one that is short is not seen.
const TICK: Duration = Duration::from_millis(200);

impl Progress {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = "{spinner} {bar:24} {pos} of {len} images listed, {msg} tags, {elapsed}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar.set_message("0");
        Self {
            bar,
            tags: AtomicU64::new(0),
        }
    }
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Progress {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        if attributes.metadata().name() == "scan" {
            self.bar.inc_length(1);
            self.bar.enable_steady_tick(TICK);
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut page = Tags::default();
        event.record(&mut page);
        if page.0 > 0 {
            let before = self.tags.fetch_add(page.0, Ordering::Relaxed);
            self.bar.set_message((before + page.0).to_string());
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let is_scan = context.span(&id).is_some_and(|span| span.name() == "scan");
        if !is_scan {
            return;
        }
        self.bar.inc(1);
        if self.bar.length() == Some(self.bar.position()) {
            self.bar.finish_and_clear();
        }
    }
}
