//! Whole runs against the reference: how long, how many a second, and whether the number of jobs changes a verdict.

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use suites::targets;

const LONGEST_RUN_MS: u64 = 15_000;
/// The chapters for clients and the pair together, on two cores.
const LONGEST_CLIENT_RUN_MS: u64 = 20_000;
const FEWEST_A_SECOND_A_CORE: f64 = 20.0;
const JOBS: [u16; 5] = [1, 2, 4, 8, 16];
/// A case that took no longer than this in a run by itself waited for nothing.
const WAITED_FOR_NOTHING_MS: u64 = 50;

/// What the runs took.
#[derive(Debug, Serialize)]
pub(super) struct Runs {
    /// Cases for backends.
    cases: usize,
    /// The run of these with as many jobs as there are cores, in milliseconds.
    wall_ms: u64,
    /// Cases for clients, alone and in a pair.
    client_cases: usize,
    /// The run of these with as many jobs as a run has by itself, in milliseconds.
    client_wall_ms: u64,
    /// How many cases waited for nothing, and how many of these ran in a second on each core.
    unwaiting_cases: usize,
    unwaiting_per_second_per_core: f64,
    jobs: Vec<JobsRun>,
}

#[derive(Debug, Serialize)]
struct JobsRun {
    jobs: u16,
    wall_ms: u64,
    same_verdicts: bool,
    differences: Vec<String>,
}

struct Run {
    wall_ms: u64,
    verdicts: BTreeMap<String, String>,
    durations: BTreeMap<String, u64>,
}

pub(super) fn measure(cores: usize, out: &Path) -> Result<Runs> {
    let directory = out.join(format!("bench-{}", std::process::id()));
    let runs = measure_in(cores, &directory);
    std::fs::remove_dir_all(&directory).ok();
    runs
}

fn measure_in(cores: usize, directory: &Path) -> Result<Runs> {
    let all = e2e(directory, &[])?; // what is built here is not measured below
    let of = |target: PathBuf| ["--target".to_owned(), target.display().to_string()];
    let mut backend = of(targets::reference()).to_vec();
    backend.extend(["--jobs".to_owned(), cores.to_string()]);
    let own = e2e(directory, &backend)?;
    let client = e2e(directory, &of(targets::reference_client()))?;
    let mut jobs = Vec::new();
    let mut alone = BTreeMap::new();
    for count in JOBS {
        let run = e2e(directory, &["--jobs".into(), count.to_string()])?;
        let differences: Vec<String> = all
            .verdicts
            .iter()
            .filter(|(id, verdict)| run.verdicts.get(*id) != Some(*verdict))
            .map(|(id, verdict)| format!("{id}: {verdict} and {:?}", run.verdicts.get(id)))
            .collect();
        jobs.push(JobsRun {
            jobs: count,
            wall_ms: run.wall_ms,
            same_verdicts: differences.is_empty(),
            differences,
        });
        if count == 1 {
            alone = run.durations;
        }
    }
    // Cases of the backend alone: they are what the figure was first taken of.
    let ran = |id: &String| {
        own.verdicts
            .get(id)
            .is_some_and(|verdict| verdict == "pass")
    };
    let unwaiting: Vec<String> = alone
        .into_iter()
        .filter(|(id, ms)| *ms <= WAITED_FOR_NOTHING_MS && ran(id))
        .map(|(id, _)| id)
        .collect();
    let mut arguments = backend;
    arguments.extend(
        unwaiting
            .iter()
            .flat_map(|id| ["--case".to_owned(), id.clone()]),
    );
    let quick = e2e(directory, &arguments)?;
    let seconds = quick.wall_ms as f64 / 1000.0;
    Ok(Runs {
        cases: own.verdicts.len(),
        wall_ms: own.wall_ms,
        client_cases: client.verdicts.len(),
        client_wall_ms: client.wall_ms,
        unwaiting_cases: unwaiting.len(),
        unwaiting_per_second_per_core: unwaiting.len() as f64 / seconds / cores as f64,
        jobs,
    })
}

fn e2e(directory: &Path, arguments: &[String]) -> Result<Run> {
    let started = Instant::now();
    let status =
        Command::new(std::env::current_exe().context("this program's own path is unknown")?)
            .arg("e2e")
            .arg("--out")
            .arg(directory)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
    let wall_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let text = std::fs::read_to_string(directory.join("summary.json")).with_context(|| {
        format!("a run of the reference ended with {status} and left no summary")
    })?;
    let summary: serde_json::Value = serde_json::from_str(&text)?;
    let Some(cases) = summary["cases"].as_array() else {
        bail!("the summary of a run holds no cases");
    };
    let id = |case: &serde_json::Value| case["id"].as_str().unwrap_or_default().to_owned();
    Ok(Run {
        wall_ms,
        verdicts: cases
            .iter()
            .map(|case| {
                (
                    id(case),
                    case["verdict"].as_str().unwrap_or_default().to_owned(),
                )
            })
            .collect(),
        durations: cases
            .iter()
            .map(|case| (id(case), case["duration_ms"].as_u64().unwrap_or(u64::MAX)))
            .collect(),
    })
}

impl Runs {
    pub(super) fn holds(&self) -> bool {
        self.wall_ms <= LONGEST_RUN_MS
            && self.client_wall_ms <= LONGEST_CLIENT_RUN_MS
            && self.unwaiting_per_second_per_core >= FEWEST_A_SECOND_A_CORE
            && self.jobs.iter().all(|run| run.same_verdicts)
    }

    pub(super) fn words(&self) -> String {
        let mut text = format!(
            "a run of {} cases for backends: {} ms (at most {LONGEST_RUN_MS})\n\
             a run of {} cases for clients and the pair: {} ms (at most {LONGEST_CLIENT_RUN_MS})\n{} cases that wait for nothing: {:.1} a second a core (at \
             least {FEWEST_A_SECOND_A_CORE})\n",
            self.cases,
            self.wall_ms,
            self.client_cases,
            self.client_wall_ms,
            self.unwaiting_cases,
            self.unwaiting_per_second_per_core
        );
        for run in &self.jobs {
            let same = if run.same_verdicts {
                "same verdicts".to_owned()
            } else {
                run.differences.join("; ")
            };
            text.push_str(&format!(
                "with {} jobs: {} ms, {same}\n",
                run.jobs, run.wall_ms
            ));
        }
        text
    }
}
