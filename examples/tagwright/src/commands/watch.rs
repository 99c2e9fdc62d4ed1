//! `watch`: keep everything up to date until told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tagwright::{ManifestSource, ProblemKind, Scheduler};
use tokio::task::JoinSet;

use crate::cli::Global;
use crate::duration::duration;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::sources::Sources;
use crate::watch::{self, Control, Listener, Metrics, Service, Shared, Signal, Signals};

/// Keep everything up to date, as a service
///
/// Images are listed at their intervals and when a webhook comes; what a policy chooses anew is committed and pushed at
/// once. Manifests are read again when they change. SIGTERM and Ctrl-C end it when the runs that have begun are over;
/// SIGHUP reads manifests and Secrets again.
#[derive(Debug, Args)]
pub(crate) struct Watch {
    #[command(flatten)]
    sources: Sources,
    /// Where the status page, /healthz, /readyz and /metrics are; port 0 is any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9440")]
    listen: SocketAddr,
    /// Where webhooks of Flux's Receivers arrive; nowhere unless given
    #[arg(long, value_name = "ADDRESS")]
    webhook: Option<SocketAddr>,
    /// The socket for status, reconcile, suspend and resume [default: `$XDG_RUNTIME_DIR/tagwright.sock`, else
    /// /run/tagwright.sock where that can be made]
    #[arg(long, value_name = "PATH")]
    control: Option<PathBuf>,
    /// How often images are listed and automations run that say no interval of their own
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = duration)]
    interval: Duration,
    /// How often the manifests are looked at for changes
    #[arg(long, value_name = "DURATION", default_value = "1m", value_parser = duration)]
    source_interval: Duration,
    /// How long runs that have begun are waited for at the end
    #[arg(long, value_name = "DURATION", default_value = "25s", value_parser = duration)]
    grace: Duration,
}

impl Watch {
    pub(crate) async fn run(self, global: &Global) -> Result<Exit, Failure> {
        let mut signals = Signals::listen()?;
        let pages = Listener::bind("--listen", self.listen).await?;
        let hooks = match self.webhook {
            Some(address) => Some(Listener::bind("--webhook", address).await?),
            None => None,
        };
        let control = Control::open(self.control.as_deref())?;
        let service = tokio::select! {
            service = self.start(global) => service?,
            Signal::Stop = signals.next() => return Ok(Exit::Done),
        };
        let mut tasks = JoinSet::new();
        serve(&service, pages, hooks, &mut tasks);
        if let Some(control) = control {
            tasks.spawn(control.serve(Shared::clone(&service)));
        }
        tasks.spawn(service.metrics.clone().keep());
        let keeper = Shared::clone(&service);
        tasks.spawn(async move { keeper.keep_receivers().await });
        let follower = Shared::clone(&service);
        let follower = tokio::spawn(async move { follower.follow_events().await });
        tokio::select! {
            () = until_stopped(&service, &mut signals) => {}
            _ = follower => {
                return Err(Failure::new("the scheduler ended by itself; tell of it with the log"));
            }
        }
        service.begin_stop();
        let grace = self.grace;
        tracing::info!("stopping, and waiting up to {grace:?} for runs that have begun");
        tokio::select! {
            () = service.stop(grace) => tracing::info!("stopped"),
            () = until_stopped(&service, &mut signals) => {
                tracing::warn!("stopped at once, as it was told twice");
                service.stop(Duration::ZERO).await;
            }
        }
        Ok(Exit::Done)
    }

    /// What can be known to be wrong at the beginning is told then.
    async fn start(&self, global: &Global) -> Result<Shared, Failure> {
        let source = self.sources.open().await?;
        check(&source, global).await?;
        let metrics = Metrics::install()?;
        let mut scheduler = Scheduler::builder();
        scheduler
            .source(source.clone())
            .source_interval(self.source_interval)
            .scan_interval(self.interval)
            .run_interval(self.interval);
        if let Some(state) = self.sources.state() {
            scheduler.state(state);
        }
        let scheduler = scheduler.start().await?;
        let service = Service::new(scheduler, source, metrics);
        service.refresh_receivers().await;
        Ok(service)
    }
}

async fn check(source: &ManifestSource, global: &Global) -> Result<(), Failure> {
    let loaded = source.read().await?;
    let mut wrong = Vec::new();
    for problem in loaded.problems() {
        // As somebody wants it.
        if problem.kind() == ProblemKind::Suspended {
            tracing::info!("{problem}");
        } else {
            tracing::warn!("{problem}");
            wrong.push(problem);
        }
    }
    match &wrong[..] {
        [first, ..] if global.strict => Err(Failure::new(format!(
            "--strict is given, and the manifests have problems ({} in all), first {first}",
            wrong.len()
        ))),
        _ => Ok(()),
    }
}

fn serve(service: &Shared, pages: Listener, hooks: Option<Listener>, tasks: &mut JoinSet<()>) {
    let address = pages.address();
    tracing::info!("status page, health and metrics on http://{address}/");
    let is_local = address.ip().is_loopback();
    tasks.spawn(pages.serve(watch::pages(service, is_local)));
    if let Some(hooks) = hooks {
        tracing::info!("webhooks on http://{}/", hooks.address());
        tasks.spawn(hooks.serve(watch::hooks(service)));
    }
}

async fn until_stopped(service: &Shared, signals: &mut Signals) {
    while signals.next().await == Signal::Reload {
        tracing::info!("reading manifests and Secrets again");
        service.reload().await;
    }
}
