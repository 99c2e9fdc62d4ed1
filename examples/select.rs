//! Select only: which of these tags wins, and why each of the others does not. No registry, no repository.
//!
//! `cargo run --example select -- '5.0.x' 5.0.1 5.0.3 5.1.0 latest`; with a range alone the tags are read from standard
//! input, one a line, and without any there are some to look at.

#![allow(clippy::print_stdout, reason = "printing is what an example is for")]

use std::error::Error;
use std::io::IsTerminal as _;
use std::{env, io};

use tagwright::Dialect;
use tagwright::policy::Policy;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let range = arguments.next().unwrap_or_else(|| "5.0.x".to_owned());
    let mut tags: Vec<String> = arguments.collect();
    if tags.is_empty() && !io::stdin().is_terminal() {
        tags = io::stdin().lines().collect::<Result<_, _>>()?;
    }
    if tags.is_empty() {
        tags = ["5.0.1", "5.0.3", "5.1.0", "latest"]
            .map(str::to_owned)
            .into();
    }

    let policy = Policy::builder(Dialect::Flux).semver(&range).build()?;
    let explanation = policy.explanation(tags.iter().map(String::as_str))?;
    for explained in explanation.tags() {
        println!("{}\t{}", explained.tag(), explained.verdict());
    }
    println!("{}", explanation.selection());
    Ok(())
}
