//! Prints what is tried here, as one line of JSON: for a plan that is made on another system.
//!
//! `decide FILE…`

use std::path::PathBuf;
use std::process::ExitCode;
use suites::decisions::Decisions;
use suites::{cases, targets};

fn main() -> ExitCode {
    match work() {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("decide: {message}");
            ExitCode::from(2)
        }
    }
}

fn work() -> Result<String, String> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let targets = targets::load_all(&paths).map_err(|error| error.to_string())?;
    let cases: Vec<_> = cases::all().collect();
    serde_json::to_string(&Decisions::make(targets, &cases)).map_err(|error| error.to_string())
}
