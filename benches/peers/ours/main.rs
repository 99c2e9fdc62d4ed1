//! Our side of `benches/peers/run`: each command does once what the Go program of that name does, and prints the same
//! line, "seconds peak-KiB idle-KiB answer".
//!
//! A bench target, so that it is built as the benches are; `cargo bench` without a command runs nothing here.

#![allow(clippy::print_stdout, clippy::print_stderr)]

#[path = "../../common/mod.rs"]
mod common;

mod generate;
mod gitwrite;
mod list;
mod manifests;
mod pages;
mod relay;
mod report;
mod select;
mod serve;
mod setters;
mod whole;

use std::process::ExitCode;

use common::folder;

const USAGE: &str = "commands of this side:
  generate FOLDER                          write the inputs
  select TAGS-FILE RANGE EXCLUSION         greatest version in a range
  stream TAGS-FILE RANGE                   the same, the tags read as they are pushed
  filter TAGS-FILE PATTERN EXTRACT EXCLUSION   greatest extracted number
  setters FOLDER SETTER VALUE              update a folder in place
  setters-anew FOLDER SETTER VALUE         the same, changed files truncated and written anew
  parse FILE                               the YAML parser alone
  manifests FOLDER                         read the objects of Flux and Fleet
  files FOLDER                             read the files alone
  list HOST:PORT/REPOSITORY                list tags into a selector
  many HOST:PORT/PREFIX COUNT              list the tags of many repositories
  gitwrite URL FILE CONTENT-FILE           read all files, change one, commit, push
  small URL FILE CONTENT-FILE              the same, files over 1 MiB left on the server
  known URL FILE CONTENT-FILE              change one known file, commit, push
  writers URL COUNT                        so many at once add one to the file `count`
  whole URL HOST:PORT REVISION             list 200 images, change 50 values, commit, push
  second URL HOST:PORT REVISION RECEIVED LISTED   the run after it, with nothing to do
  serve-pages TAGS-FILE                    answers of a registry, until standard input ends
  serve-git FOLDER COUNT-FILE              a Git server with that folder's files, until standard input ends
  serve-large FOLDER COUNT-FILE            the same, and 75 binaries of 10 MB
  serve-whole FOLDER COUNT-FILE LISTED-FILE  a Git server, and a registry whose answers are counted too";

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result {
    match *arguments {
        ["generate", folder] => generate::inputs(folder.as_ref()),
        ["select", tags, range, exclusion] => select::in_range(tags, range, exclusion),
        ["stream", tags, range] => select::streamed(tags, range),
        ["filter", tags, pattern, extract, exclusion] => {
            select::filtered(tags, pattern, extract, exclusion)
        }
        ["setters", folder, setter, value] => {
            setters::update(folder.as_ref(), setter, value, folder::in_place)
        }
        ["setters-anew", folder, setter, value] => {
            setters::update(folder.as_ref(), setter, value, folder::truncating)
        }
        ["parse", file] => setters::parse(file.as_ref()),
        ["manifests", folder] => manifests::read(folder.as_ref()),
        ["files", folder] => manifests::files(folder.as_ref()),
        ["list", repository] => list::into_selector(repository),
        ["many", prefix, count] => list::many(prefix, count.parse()?),
        ["gitwrite", url, file, content] => gitwrite::search(url, file, content),
        ["small", url, file, content] => gitwrite::search_small(url, file, content),
        ["known", url, file, content] => gitwrite::known(url, file, content),
        ["writers", url, count] => gitwrite::writers(url, count.parse()?),
        ["serve-pages", tags] => pages::serve(tags),
        ["serve-git", folder, count] => serve::git(folder.as_ref(), count.as_ref(), 0),
        ["serve-large", folder, count] => serve::git(folder.as_ref(), count.as_ref(), 75),
        ["serve-whole", folder, count, listed] => {
            serve::whole(folder.as_ref(), count.as_ref(), listed.as_ref())
        }
        ["whole", url, registry, revision] => whole::run(url, registry, revision.parse()?),
        ["second", url, registry, revision, received, listed] => {
            whole::second(url, registry, revision.parse()?, [received, listed])
        }
        // What `cargo bench` passes.
        ["--bench"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(USAGE.into()),
    }
}
