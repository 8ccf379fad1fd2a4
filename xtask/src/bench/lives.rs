//! One life of a backend through the harness, against the least that a launch can cost.

use crate::cargo;
use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use std::path::Path;
use std::process::Command;

/// The median life may cost this many times the floor's, and no more microseconds than this above it.
const MOST_TIMES: f64 = 2.0;
const MOST_ABOVE_US: i64 = 1500;
/// Both sides take turns in blocks of this many lives, so that what else the machine does meets both.
const BLOCK: u32 = 10;

/// The two distributions, in microseconds.
#[derive(Debug, Serialize)]
pub(super) struct Lives {
    rounds: u32,
    floor_p10_us: u64,
    floor_p50_us: u64,
    harness_p10_us: u64,
    harness_p50_us: u64,
    /// Median of the harness over median of the floor.
    ratio: f64,
    /// Median of the harness less median of the floor.
    above_us: i64,
    pub(super) holds: bool,
}

pub(super) fn measure(rounds: u32) -> Result<Lives> {
    eprintln!("building with optimisation (some minutes the first time)");
    let binaries = cargo::build_with("fixtures", &["--release", "--bins"])?;
    let examples = cargo::build_with("harness", &["--release", "--example", "cycle"])?;
    let server = binaries.join("reference-backend");
    let base = tempfile::Builder::new()
        .prefix("sc-floor-")
        .tempdir_in(harness::sandbox::base())?;
    let (mut floor, mut harness) = (Vec::new(), Vec::new());
    while harness.len() < rounds as usize {
        floor.extend(times(
            Command::new(binaries.join("floor")),
            &server,
            Some(base.path()),
        )?);
        harness.extend(times(Command::new(examples.join("cycle")), &server, None)?);
    }
    floor.sort_unstable();
    harness.sort_unstable();
    let at = |times: &[u64], percent: usize| {
        times
            .get(times.len() * percent / 100)
            .copied()
            .unwrap_or_default()
    };
    let (floor_p50_us, harness_p50_us) = (at(&floor, 50), at(&harness, 50));
    let ratio = harness_p50_us as f64 / floor_p50_us.max(1) as f64;
    let above_us = harness_p50_us.cast_signed() - floor_p50_us.cast_signed();
    Ok(Lives {
        rounds,
        floor_p10_us: at(&floor, 10),
        floor_p50_us,
        harness_p10_us: at(&harness, 10),
        harness_p50_us,
        ratio,
        above_us,
        holds: ratio <= MOST_TIMES && above_us <= MOST_ABOVE_US,
    })
}

fn times(mut program: Command, server: &Path, directory: Option<&Path>) -> Result<Vec<u64>> {
    program.arg(server).arg(BLOCK.to_string());
    if let Some(directory) = directory {
        program.arg(directory);
    }
    let output = program
        .output()
        .with_context(|| format!("{program:?} could not be started"))?;
    if !output.status.success() {
        bail!(
            "{program:?} failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| line.parse().with_context(|| format!("`{line}` is no time")))
        .collect()
}

impl Lives {
    pub(super) fn words(&self) -> String {
        format!(
            "a life (sandbox, spawn, ready, request, kill, proof, clean-up): p50 {:.2} times the floor, {} µs above it \
             (at most {MOST_TIMES} times and {MOST_ABOVE_US} µs): {}",
            self.ratio,
            self.above_us,
            if self.holds { "holds" } else { "DOES NOT HOLD" }
        )
    }
}
