//! Edit only: the marked values of one YAML file, and no other byte. No registry, no repository.
//!
//! `cargo run --example edit -- flux-system:app=ghcr.io/org/app:5.0.3 < deployment.yaml`

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example prints"
)]

use std::env;
use std::error::Error;
use std::io::{self, Read as _, Write as _};

use tagwright::markers::OutcomeKind;
use tagwright::{Choice, Choices, Dialect, markers};

fn main() -> Result<(), Box<dyn Error>> {
    let mut choices = Choices::new(Dialect::Flux);
    for argument in env::args().skip(1) {
        let (policy, image) = argument.split_once('=').ok_or("write POLICY=IMAGE:TAG")?;
        let (image, tag) = image.rsplit_once(':').ok_or("write POLICY=IMAGE:TAG")?;
        choices.choose(policy, Choice::new(image, tag));
    }

    let mut text = Vec::new();
    io::stdin().read_to_end(&mut text)?;
    let plan = markers::plan(&text, &choices.syntax(), |marker, _| choices.decide(marker))?;
    for edit in plan.edits() {
        eprintln!("line {}: {} -> {}", edit.line(), edit.old(), edit.new());
    }
    for outcome in plan.outcomes() {
        if !matches!(
            outcome.kind(),
            OutcomeKind::Updated | OutcomeKind::Unchanged
        ) {
            eprintln!("line {}: {}", outcome.line(), outcome.message());
        }
    }
    io::stdout().write_all(&plan.apply()?)?;
    Ok(())
}
