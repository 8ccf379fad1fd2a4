//! `cargo xtask bench`: what the harness costs, never as absolute figures but against a floor measured in the same run.

mod bridge;
mod lives;
mod runs;

use crate::arguments::Bench;
use crate::run_directory;
use anyhow::{Context as _, Result};
use serde::Serialize;

const SCHEMA: u32 = 1;

/// `bench.json`.
#[derive(Debug, Serialize)]
struct Report {
    schema: u32,
    cores: usize,
    lives: lives::Lives,
    bridge: bridge::Bridge,
    #[serde(skip_serializing_if = "Option::is_none")]
    runs: Option<runs::Runs>,
}

pub(crate) fn run(arguments: &Bench) -> Result<u8> {
    let out = run_directory::for_reports(arguments.out.as_deref())?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let lives = lives::measure(arguments.rounds)?;
    println!("{}", lives.words());
    let bridge = bridge::measure(arguments.rounds)?;
    println!("{}", bridge.words());
    let runs = if arguments.quick {
        None
    } else {
        Some(runs::measure(cores, &out)?)
    };
    let mut holds = lives.holds;
    if let Some(runs) = &runs {
        print!("{}", runs.words());
        holds &= runs.holds();
    }
    let path = out.join("bench.json");
    let report = Report {
        schema: SCHEMA,
        cores,
        lives,
        bridge,
        runs,
    };
    let mut text = serde_json::to_string_pretty(&report)?;
    text.push('\n');
    std::fs::write(&path, text)
        .with_context(|| format!("{} could not be written", path.display()))?;
    println!("written: {}", path.display());
    Ok(u8::from(!holds))
}
