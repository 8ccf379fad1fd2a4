//! What evidence costs: the same cases with their event streams and without, in turns.

use crate::cargo;
use crate::e2e::JOBS_A_CORE;
use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;
use suites::case::Case;
use suites::cases;
use suites::plan::{Gate, plan};
use suites::targets::{self, FIXTURES_VARIABLE};
use suites::trials::{OUT_VARIABLE, TARGETS_VARIABLE};

/// A run with evidence may take this many times as long as one without.
const MOST_TIMES: f64 = 1.10;
/// Runs on each side; the fastest of them counts, because what else the machine does only ever adds to it.
const TURNS: usize = 8;
/// Every so many of the cases that apply to the reference: those that wait and those that work, as a run has them.
const EVERY: usize = 3;

/// How long the runs took, in microseconds.
#[derive(Debug, Serialize)]
pub(super) struct Evidence {
    cases: usize,
    turns: usize,
    with_us: u64,
    without_us: u64,
    /// The sum with evidence over the sum without.
    ratio: f64,
    bytes: u64,
    pub(super) holds: bool,
}

pub(super) fn measure(out: &Path) -> Result<Evidence> {
    cargo::ensure_nextest()?;
    let fixtures = cargo::build("fixtures")?;
    let directory = tempfile::Builder::new()
        .prefix("bench-evidence-")
        .tempdir_in(out)?;
    let cases = sample()?;
    let run = |evidence: bool| {
        let mut runner = runner(&cases, &fixtures);
        match evidence {
            true => runner.env(OUT_VARIABLE, directory.path()),
            false => runner.env_remove(OUT_VARIABLE),
        };
        time(&mut runner)
    };
    run(true)?; // what is built here is not measured below
    let (mut with_us, mut without_us) = (u64::MAX, u64::MAX);
    for turn in 0..TURNS {
        // Who goes first changes, so that what the first run warms helps both.
        let first = turn % 2 == 0;
        for evidence in [first, !first] {
            let fastest = if evidence {
                &mut with_us
            } else {
                &mut without_us
            };
            *fastest = run(evidence)?.min(*fastest);
        }
    }
    let mut bytes = 0;
    for case in &cases {
        let stream = suites::run::stream_path(directory.path(), "reference", case);
        let left = std::fs::metadata(&stream);
        bytes += left
            .with_context(|| format!("{case} left no evidence"))?
            .len();
    }
    let ratio = with_us as f64 / without_us.max(1) as f64;
    Ok(Evidence {
        cases: cases.len(),
        turns: TURNS,
        with_us,
        without_us,
        ratio,
        bytes,
        holds: ratio <= MOST_TIMES,
    })
}

/// The cases as a run has them: by nextest, as many at a time.
fn runner(cases: &[&str], fixtures: &Path) -> Command {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let filter: Vec<String> = (cases.iter())
        .map(|case| format!("test(=reference::{case})"))
        .collect();
    let mut runner = cargo::conformance(JOBS_A_CORE * cores);
    runner
        .arg("--filterset")
        .arg(filter.join(" | "))
        .env(TARGETS_VARIABLE, targets::reference())
        .env(FIXTURES_VARIABLE, fixtures)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    runner
}

fn time(command: &mut Command) -> Result<u64> {
    let started = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("{command:?} could not be started"))?;
    let took = started.elapsed().as_micros();
    if !status.success() {
        bail!("a run of the reference ended with {status}");
    }
    Ok(u64::try_from(took).unwrap_or(u64::MAX))
}

fn sample() -> Result<Vec<&'static str>> {
    let targets = targets::load_all(&[targets::reference()])?;
    let all: Vec<&Case> = cases::all().collect();
    let planned = plan(&targets, &all);
    let runs = planned.iter().filter(|planned| planned.gate == Gate::Run);
    Ok(runs.map(|planned| planned.case.id).step_by(EVERY).collect())
}

impl Evidence {
    pub(super) fn words(&self) -> String {
        format!(
            "evidence of {} cases ({:.1} MB): {:.3} times as long as without, {} µs and {} µs (at most {MOST_TIMES} times): {}",
            self.cases,
            self.bytes as f64 / 1e6,
            self.ratio,
            self.with_us,
            self.without_us,
            if self.holds { "holds" } else { "DOES NOT HOLD" }
        )
    }
}
