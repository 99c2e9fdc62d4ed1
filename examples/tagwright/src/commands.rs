//! A file for each command.

pub(crate) mod apply;
pub(crate) mod completions;
pub(crate) mod create;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod lint;
pub(crate) mod man;
pub(crate) mod mark;
pub(crate) mod plan;
pub(crate) mod reconcile;
pub(crate) mod run;
pub(crate) mod select;
pub(crate) mod status;
pub(crate) mod suspend;
pub(crate) mod tags;
pub(crate) mod watch;

use std::time::Duration;

use tokio::runtime::Builder;

use crate::cli::{Cli, Command, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::logs;

/// For work on other threads to see that it is to stop, and to take its processes with it.
const STOPPING: Duration = Duration::from_secs(10);

pub(crate) fn run(cli: Cli) -> Result<Exit, Failure> {
    let is_service = matches!(cli.command, Command::Watch(_));
    logs::start(&cli.global, is_service);
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let work = run_command(cli.command, &cli.global);
        if is_service {
            return work.await;
        }
        let interrupts = Interrupts::hear();
        tokio::select! {
            ended = work => ended,
            failure = interrupts.interrupted() => Err(failure),
        }
    });
    runtime.shutdown_timeout(STOPPING);
    ended
}

async fn run_command(command: Command, global: &Global) -> Result<Exit, Failure> {
    match command {
        Command::Tags(tags) => tags.run(global).await,
        Command::Select(select) => select.run(global).await,
        Command::Explain(explain) => explain.run(global).await,
        Command::Plan(plan) => plan.run(global).await,
        Command::Apply(apply) => apply.run(global).await,
        Command::Run(run) => run.run(global).await,
        Command::Lint(lint) => lint.run(global).await,
        Command::Watch(watch) => watch.run(global).await,
        Command::Status(status) => status.run(global).await,
        Command::Reconcile(reconcile) => reconcile.run(global).await,
        Command::Suspend(suspend) => suspend.run(global).await,
        Command::Resume(resume) => resume.run(global).await,
        Command::Create(create) => create.run(global).await,
        Command::Mark(mark) => mark.run(global).await,
        Command::Doctor(doctor) => doctor.run(global).await,
        Command::Completions(completions) => completions.run(global).await,
        Command::Man(man) => man.run(global).await,
    }
}
