//! Runs one case on one target and prints the result as one line of JSON: the unit of calibration.
//!
//! `run-case --target FILE --case ID [--defect NAME] [--out DIR]`

use std::path::PathBuf;
use std::process::ExitCode;
use suites::run::{Options, run};
use suites::{cases, targets};

fn main() -> ExitCode {
    match work() {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("run-case: {message}");
            ExitCode::from(2)
        }
    }
}

fn work() -> Result<String, String> {
    let mut options = Options::default();
    let (mut target, mut id) = (None, None);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words
            .next()
            .ok_or_else(|| format!("`{word}` needs a value"))?;
        match word.as_str() {
            "--target" => target = Some(PathBuf::from(value)),
            "--case" => id = Some(value),
            "--defect" => options.defect = Some(value),
            "--out" => options.evidence = Some(PathBuf::from(value)),
            _ => {
                return Err(format!(
                    "`{word}` is not known; --target, --case, --defect and --out are"
                ));
            }
        }
    }
    let path = target.ok_or("--target is missing")?;
    let id = id.ok_or("--case is missing")?;
    let case = cases::all()
        .find(|case| case.id == id)
        .ok_or_else(|| format!("there is no case `{id}`"))?;
    let targets = targets::load_all(&[path]).map_err(|error| error.to_string())?;
    let target = targets.first().ok_or("there is no target")?;
    let result = run(target, case, &options).map_err(|error| error.to_string())?;
    serde_json::to_string(&result).map_err(|error| error.to_string())
}
