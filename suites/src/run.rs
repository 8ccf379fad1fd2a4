//! Running one case on one target: sandbox, time limit, clean-up, verdict, evidence.

use crate::case::Case;
use crate::context::Context;
use crate::contract;
use crate::targets::LoadedTarget;
use crate::verdict::{Finding, Level, Outcome, Stop, Verdict, judge};
use harness::events::{Event, EventsError, Recorder};
use serde::{Deserialize, Serialize};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub use crate::context::Defect;

/// Longest time that one case may take. Every wait in it has a bound of its own; this is for a case that is itself at fault.
const CASE_LIMIT: Duration = Duration::from_secs(120);

/// How one case is run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The defect to switch on.
    pub defect: Option<String>,
    /// The directory of the evidence; none is kept without it.
    pub evidence: Option<PathBuf>,
    /// Whether it is a second try, whose evidence must not take the place of the first's.
    pub again: bool,
    /// Leave the sandbox.
    pub keep: bool,
}

/// What came of one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseResult {
    /// The target's id.
    pub target: String,
    /// The case.
    pub id: String,
    /// Its clause.
    pub clause: String,
    /// How binding the clause is.
    pub level: Level,
    /// The verdict.
    pub verdict: Verdict,
    /// The step that failed, or empty.
    pub step: String,
    /// Why, in one sentence; empty for a pass.
    pub reason: String,
    /// What was expected, or empty.
    pub expected: String,
    /// What was seen, or empty.
    pub seen: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The defects that the target says were reached.
    pub reached: Vec<String>,
}

/// Runs a case on a target.
///
/// # Errors
/// [`EventsError`] when the evidence cannot be written.
pub fn run(
    target: &LoadedTarget,
    case: &Case,
    options: &Options,
) -> Result<CaseResult, EventsError> {
    let subject = format!("{}::{}", target.id(), case.id);
    let recorder = match &options.evidence {
        Some(directory) => {
            let path = match options.again {
                true => again_path(directory, target.id(), case.id),
                false => stream_path(directory, target.id(), case.id),
            };
            Recorder::create(&path, &subject)?
        }
        None => Recorder::off(),
    };
    let started = Instant::now();
    let report = options.defect.as_ref().and_then(|_| Report::new().ok());
    let defect = options
        .defect
        .as_ref()
        .zip(report.as_ref())
        .map(|(name, report)| Defect {
            name: name.clone(),
            report: report.path(),
        });
    let (outcome, checks) = guarded(target, case, defect, &recorder, options.keep);
    let reached = report.map_or_else(Vec::new, |report| report.reached());
    let result = result(target, case, &outcome, checks, started.elapsed(), reached);
    recorder.record(Event::Verdict {
        verdict: result.verdict.name().to_owned(),
        step: result.step.clone(),
        reason: result.reason.clone(),
        expected: result.expected.clone(),
        seen: result.seen.clone(),
        duration_ms: result.duration_ms,
        checks,
    });
    Ok(result)
}

/// The file of a case's evidence.
#[must_use]
pub fn stream_path(directory: &Path, target: &str, case: &str) -> PathBuf {
    directory
        .join("events")
        .join(target)
        .join(format!("{case}.ndjson"))
}

/// The file of the evidence of its second try, when it was run again alone.
#[must_use]
pub fn again_path(directory: &Path, target: &str, case: &str) -> PathBuf {
    stream_path(directory, target, &format!("{case}.again"))
}

/// Runs the case with a bound, and then ends all that it started, whatever came of it. A panic is the case's own fault.
fn guarded(
    target: &LoadedTarget,
    case: &Case,
    defect: Option<Defect>,
    recorder: &Recorder,
    keep: bool,
) -> (Outcome, u32) {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return (Err(Stop::Harness(format!("no runtime: {error}"))), 0),
    };
    let context = match Context::new(target, defect, recorder, keep) {
        Ok(context) => context,
        Err(stop) => return (Err(stop), 0),
    };
    let bounded = async { tokio::time::timeout(CASE_LIMIT, (case.run)(&context)).await };
    let outcome = match std::panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(bounded))) {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(Stop::Harness(format!(
            "the case did not end within {CASE_LIMIT:?}"
        ))),
        Err(panic) => Err(Stop::Harness(format!(
            "the case panicked: {}",
            words(panic.as_ref())
        ))),
    };
    let ended = runtime.block_on(async {
        for process in context.started() {
            process
                .end()
                .await
                .map_err(|error| Stop::Harness(error.to_string()))?;
        }
        Ok(())
    });
    context.stop_watching();
    let outcome = outcome.and_then(|()| context.kept_to_the_protocol());
    (outcome.and(ended), context.checks())
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without words".to_owned())
}

fn result(
    target: &LoadedTarget,
    case: &Case,
    outcome: &Outcome,
    checks: u32,
    took: Duration,
    reached: Vec<String>,
) -> CaseResult {
    let level = contract::clause(case.clause).map_or(Level::Must, |clause| clause.level);
    let none = Finding {
        step: String::new(),
        expected: String::new(),
        seen: String::new(),
    };
    let (finding, reason) = match outcome {
        Ok(()) if checks == 0 => (none, "the case made no check".to_owned()),
        Ok(()) => (none, String::new()),
        Err(Stop::Fail(finding)) => {
            let reason = format!(
                "{}: expected {}; seen: {}",
                finding.step, finding.expected, finding.seen
            );
            (finding.clone(), reason)
        }
        Err(Stop::CouldNotRun(why) | Stop::Harness(why)) => (none, why.clone()),
    };
    CaseResult {
        target: target.id().to_owned(),
        id: case.id.to_owned(),
        clause: case.clause.to_owned(),
        level,
        verdict: judge(outcome, checks, level),
        step: finding.step,
        reason,
        expected: finding.expected,
        seen: finding.seen,
        duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        reached,
    }
}

/// The side channel on which a target with a defect says that it was reached. It lies outside the sandbox, so that no case
/// takes it for something that the target left behind.
struct Report(tempfile::TempDir);

impl Report {
    fn new() -> std::io::Result<Self> {
        tempfile::Builder::new()
            .prefix("sc-report-")
            .tempdir()
            .map(Self)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("reached")
    }

    fn reached(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.path()).unwrap_or_default();
        let mut names: Vec<String> = text.lines().map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    }
}
