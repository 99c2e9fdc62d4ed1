//! A file for each command.

pub(crate) mod apply;
pub(crate) mod completions;
pub(crate) mod create;
pub(crate) mod lint;
pub(crate) mod man;
pub(crate) mod mark;
pub(crate) mod plan;
pub(crate) mod run;
pub(crate) mod watch;

use tokio::runtime::Builder;

use crate::cli::{Cli, Command};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::logs;

pub(crate) fn run(cli: Cli) -> Result<Exit, Failure> {
    let is_service = matches!(cli.command, Command::Watch(_));
    logs::start(&cli.global, is_service);
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let global = cli.global;
    runtime.block_on(async {
        match cli.command {
            Command::Plan(plan) => plan.run(&global).await,
            Command::Apply(apply) => apply.run(&global).await,
            Command::Run(run) => run.run(&global).await,
            Command::Lint(lint) => lint.run(&global).await,
            Command::Watch(watch) => watch.run(&global).await,
            Command::Create(create) => create.run(&global).await,
            Command::Mark(mark) => mark.run(&global).await,
            Command::Completions(completions) => completions.run(&global).await,
            Command::Man(man) => man.run(&global).await,
        }
    })
}
