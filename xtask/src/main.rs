//! The command line of the sidecar conformance suite: `cargo xtask …`.

mod again;
mod arguments;
mod batch;
mod bench;
mod bless;
mod bounded;
mod calibrate;
mod cargo;
mod doctor;
mod e2e;
mod explain;
mod finding;
mod forms;
mod github;
mod junit;
mod merge;
mod new_case;
mod plan_file;
mod progress;
mod report;
mod retry;
mod run_directory;
#[cfg(test)]
mod schema;
mod standing;
mod stress;
mod summary;
mod survey;
mod table;
mod terminal;
mod wine;
mod workflow;

use arguments::{Arguments, Verb};
use clap::Parser as _;
use std::process::ExitCode;

/// Usage, manifest or harness error: nothing can be concluded.
const INVALID: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.verb {
        Verb::E2e(arguments) => e2e::run(&arguments),
        Verb::Bench(arguments) => bench::run(&arguments),
        Verb::Calibrate(arguments) => calibrate::run(&arguments),
        Verb::Stress(arguments) => stress::run(&arguments),
        Verb::Survey(arguments) => survey::run(&arguments),
        Verb::Github(verb) => workflow::run(&verb),
        Verb::Report(arguments) => report::run(&arguments),
        Verb::NewCase(arguments) => new_case::run(&arguments),
        Verb::Explain(arguments) => explain::run(&arguments),
        Verb::Test(arguments) => cargo::test(&arguments),
        Verb::Doctor(arguments) => doctor::run(&arguments),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(INVALID)
        }
    }
}
