//! What a run found: gathered from the evidence alone, written as `summary.json`.

use anyhow::{Context as _, Result};
use harness::events::{self, Event};
use serde::Serialize;
use std::path::Path;
use std::time::SystemTime;
use suites::contract;
use suites::plan::{Gate, Planned};
use suites::run::stream_path;
use suites::verdict::{Level, Totals, Verdict};

/// Version of the form of `summary.json`.
const SCHEMA: u32 = 1;

/// A run, as `summary.json` has it.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    schema: u32,
    /// The target's id; several are joined by `+`.
    pub(crate) target: String,
    started_at: String,
    pub(crate) totals: Totals,
    pub(crate) cases: Vec<CaseSummary>,
}

/// One case on one target.
#[derive(Debug, Serialize)]
pub(crate) struct CaseSummary {
    pub(crate) id: String,
    pub(crate) target: String,
    pub(crate) clause: String,
    pub(crate) level: Level,
    pub(crate) verdict: Verdict,
    pub(crate) reason: String,
    pub(crate) duration_ms: u64,
    /// Where its sandbox was; it is still there when the run was told to keep it.
    #[serde(skip)]
    pub(crate) sandbox: String,
    #[serde(skip)]
    pub(crate) step: String,
    #[serde(skip)]
    pub(crate) expected: String,
    #[serde(skip)]
    pub(crate) seen: String,
}

impl Summary {
    /// Gathers what the evidence says of everything that was planned. A stream without a verdict was cut: that is a fault
    /// of the harness, and so is a stream that is not there.
    pub(crate) fn gather(planned: &[Planned<'_>], directory: &Path, started: SystemTime) -> Self {
        let cases: Vec<CaseSummary> = planned
            .iter()
            .map(|planned| case(planned, directory))
            .collect();
        let mut targets: Vec<&str> = planned.iter().map(|planned| planned.target.id()).collect();
        targets.dedup();
        Self {
            schema: SCHEMA,
            target: targets.join("+"),
            started_at: humantime::format_rfc3339_seconds(started).to_string(),
            totals: Totals::of(cases.iter().map(|case| case.verdict)),
            cases,
        }
    }

    #[cfg(test)]
    pub(crate) fn for_tests(target: &str, cases: Vec<CaseSummary>) -> Self {
        Self {
            schema: SCHEMA,
            target: target.to_owned(),
            started_at: "2026-01-01T00:00:00Z".to_owned(),
            totals: Totals::of(cases.iter().map(|case| case.verdict)),
            cases,
        }
    }

    pub(crate) fn write(&self, directory: &Path) -> Result<()> {
        let path = directory.join("summary.json");
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        std::fs::write(&path, text)
            .with_context(|| format!("{} could not be written", path.display()))
    }
}

fn case(planned: &Planned<'_>, directory: &Path) -> CaseSummary {
    let (target, case) = (planned.target.id(), planned.case);
    let mut summary = CaseSummary {
        id: case.id.to_owned(),
        target: target.to_owned(),
        clause: case.clause.to_owned(),
        level: contract::clause(case.clause).map_or(Level::Must, |clause| clause.level),
        verdict: Verdict::HarnessError,
        reason: String::new(),
        duration_ms: 0,
        sandbox: String::new(),
        step: String::new(),
        expected: String::new(),
        seen: String::new(),
    };
    match &planned.gate {
        Gate::NotApplicable(why) => {
            (summary.verdict, summary.reason) = (Verdict::NotApplicable, why.clone());
        }
        Gate::CouldNotRun(why) => {
            (summary.verdict, summary.reason) = (Verdict::CouldNotRun, why.clone());
        }
        Gate::Run => judged(&mut summary, &stream_path(directory, target, case.id)),
    }
    summary
}

fn judged(summary: &mut CaseSummary, stream: &Path) {
    let entries = match events::read(stream) {
        Ok(entries) => entries,
        Err(error) => {
            summary.reason = format!("there is no evidence that it ran: {error}");
            return;
        }
    };
    for entry in &entries {
        if let Event::Sandbox { root } = &entry.event {
            summary.sandbox.clone_from(root);
        }
    }
    match entries.last().map(|entry| &entry.event) {
        Some(Event::Verdict {
            verdict,
            step,
            reason,
            expected,
            seen,
            duration_ms,
            ..
        }) => {
            summary.verdict = Verdict::from_name(verdict).unwrap_or(Verdict::HarnessError);
            summary.reason.clone_from(reason);
            summary.step.clone_from(step);
            summary.expected.clone_from(expected);
            summary.seen.clone_from(seen);
            summary.duration_ms = *duration_ms;
        }
        last => {
            summary.reason = format!("it was cut before its verdict; the last event was {last:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use harness::events::Recorder;

    fn blank() -> CaseSummary {
        CaseSummary {
            id: "stop.it-ends".into(),
            target: "mine".into(),
            clause: "stop.ends".into(),
            level: Level::Must,
            verdict: Verdict::HarnessError,
            reason: String::new(),
            duration_ms: 0,
            sandbox: String::new(),
            step: String::new(),
            expected: String::new(),
            seen: String::new(),
        }
    }

    fn verdict(name: &str) -> Event {
        Event::Verdict {
            verdict: name.into(),
            step: "it ends".into(),
            reason: "why".into(),
            expected: "this".into(),
            seen: "that".into(),
            duration_ms: 9,
            checks: 2,
        }
    }

    fn judged_from(events: &[Event]) -> CaseSummary {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("stream");
        let recorder = Recorder::create(&path, "mine::stop.it-ends").unwrap();
        for event in events {
            recorder.record(event.clone());
        }
        let mut summary = blank();
        judged(&mut summary, &path);
        summary
    }

    #[test]
    fn a_verdict_is_taken_from_the_end_of_the_stream() {
        let summary = judged_from(&[Event::Note { text: "x".into() }, verdict("fail")]);
        assert_eq!((summary.verdict, summary.duration_ms), (Verdict::Fail, 9));
        assert_eq!(
            (summary.step.as_str(), summary.seen.as_str()),
            ("it ends", "that")
        );
    }

    #[test]
    fn a_stream_that_was_cut_is_a_fault_of_the_harness() {
        let summary = judged_from(&[Event::Note {
            text: "last words".into(),
        }]);
        assert_eq!(summary.verdict, Verdict::HarnessError);
        assert!(
            summary.reason.contains("cut before its verdict")
                && summary.reason.contains("last words")
        );
    }

    #[test]
    fn a_verdict_that_is_not_last_is_none() {
        let summary = judged_from(&[
            verdict("pass"),
            Event::Note {
                text: "more".into(),
            },
        ]);
        assert_eq!(summary.verdict, Verdict::HarnessError);
    }

    #[test]
    fn an_unknown_verdict_is_a_fault_of_the_harness() {
        assert_eq!(
            judged_from(&[verdict("splendid")]).verdict,
            Verdict::HarnessError
        );
    }

    #[test]
    fn a_stream_that_is_not_there_is_a_fault_of_the_harness() {
        let mut summary = blank();
        judged(&mut summary, Path::new("/nowhere/stream"));
        assert_eq!(summary.verdict, Verdict::HarnessError);
        assert!(summary.reason.contains("there is no evidence that it ran"));
    }
}
