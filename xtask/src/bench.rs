//! `cargo xtask bench`: what the harness costs, never as absolute figures but against a floor measured in the same run.

mod bridge;
mod evidence;
mod lives;
mod report;
mod runs;

use crate::arguments::{Bench, BenchPart};
use crate::run_directory;
use anyhow::{Context as _, Result};
use serde::Serialize;

const SCHEMA: u32 = 1;

/// `bench.json`. What was not measured is not there.
#[derive(Debug, Serialize)]
struct Figures {
    schema: u32,
    cores: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    lives: Option<lives::Lives>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bridge: Option<bridge::Bridge>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<evidence::Evidence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<report::Report>,
    #[serde(skip_serializing_if = "Option::is_none")]
    runs: Option<runs::Runs>,
}

pub(crate) fn run(arguments: &Bench) -> Result<u8> {
    let out = run_directory::for_reports(arguments.out.as_deref())?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let wants = |part| arguments.wants(part);
    let mut holds = true;
    let mut told = |words: String, kept: bool| {
        println!("{words}");
        holds &= kept;
    };
    let mut figures = Figures {
        schema: SCHEMA,
        cores,
        lives: None,
        bridge: None,
        evidence: None,
        report: None,
        runs: None,
    };
    if wants(BenchPart::Lives) {
        let lives = figures.lives.insert(lives::measure(arguments.rounds)?);
        told(lives.words(), lives.holds);
    }
    if wants(BenchPart::Bridge) {
        let bridge = figures.bridge.insert(bridge::measure(arguments.rounds)?);
        told(bridge.words(), true);
    }
    if wants(BenchPart::Evidence) {
        let evidence = figures.evidence.insert(evidence::measure(&out)?);
        told(evidence.words(), evidence.holds);
    }
    if wants(BenchPart::Report) {
        let report = figures.report.insert(report::measure(&out)?);
        told(report.words(), report.holds);
    }
    if wants(BenchPart::Runs) {
        let runs = figures.runs.insert(runs::measure(cores, &out)?);
        told(runs.words().trim_end().to_owned(), runs.holds());
    }
    let path = out.join("bench.json");
    let mut text = serde_json::to_string_pretty(&figures)?;
    text.push('\n');
    std::fs::write(&path, text)
        .with_context(|| format!("{} could not be written", path.display()))?;
    println!("written: {}", path.display());
    Ok(u8::from(!holds))
}
