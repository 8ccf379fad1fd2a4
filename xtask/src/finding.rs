//! What came of one case, by the evidence alone.

use crate::plan_file::PlannedCase;
use harness::events::{self, Event};
use serde::{Deserialize, Serialize};
use std::path::Path;
use suites::expectation::{Entry, Standing};
use suites::plan::Gate;
use suites::run::{again_path, stream_path};
use suites::verdict::{Level, Verdict};

/// One case on one target.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    /// The step that failed, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) step: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) expected: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) seen: String,
    /// What is to be said of it beside its verdict.
    #[serde(default, skip_serializing_if = "Aside::is_plain")]
    pub(crate) aside: Aside,
}

/// What is to be said of a case beside its verdict.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Aside {
    #[serde(default, skip_serializing_if = "is_plain")]
    pub(crate) standing: Standing,
    /// The entry of the manifest that covers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) known: Option<Entry>,
    /// What came of it when it was run again alone, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) again: Option<Again>,
}

impl Aside {
    /// Whether there is nothing to be said.
    pub(crate) fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// What the manifest says of it, in one line.
    pub(crate) fn known_words(&self) -> Option<String> {
        let entry = self.known.as_ref()?;
        let (reason, issue, owner) = (&entry.reason, &entry.issue, &entry.owner);
        Some(format!(
            "{reason} ({issue}, {owner}, until {})",
            entry.expires
        ))
    }
}

/// The second of two tries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Again {
    pub(crate) verdict: Verdict,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) step: String,
    pub(crate) reason: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_plain(standing: &Standing) -> bool {
    *standing == Standing::Plain
}

/// What the evidence of a case holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// A verdict, or none was needed: the case was left out by the plan.
    Verdict,
    /// A stream that ends before its verdict.
    Cut,
    /// Nothing.
    Nothing,
}

/// What is said of one planned case, and what that rests on.
pub(crate) fn case(planned: &PlannedCase, directory: &Path) -> (CaseSummary, Evidence) {
    let mut summary = CaseSummary {
        id: planned.id.clone(),
        target: planned.target.clone(),
        clause: planned.clause.clone(),
        level: planned.level,
        verdict: Verdict::HarnessError,
        reason: String::new(),
        duration_ms: 0,
        sandbox: String::new(),
        step: String::new(),
        expected: String::new(),
        seen: String::new(),
        aside: Aside::default(),
    };
    let evidence = match &planned.gate {
        Gate::NotApplicable(why) => {
            (summary.verdict, summary.reason) = (Verdict::NotApplicable, why.clone());
            Evidence::Verdict
        }
        Gate::CouldNotRun(why) => {
            (summary.verdict, summary.reason) = (Verdict::CouldNotRun, why.clone());
            Evidence::Verdict
        }
        Gate::Run => {
            let stream = stream_path(directory, &planned.target, &planned.id);
            let evidence = judged(&mut summary, &stream);
            let again = again_path(directory, &planned.target, &planned.id);
            if again.exists() {
                let mut second = summary.clone();
                judged(&mut second, &again);
                run_again(&mut summary, second);
            }
            evidence
        }
    };
    (summary, evidence)
}

/// Takes the second of two tries into account. Where nothing is known of it, the first is not trusted either.
fn run_again(first: &mut CaseSummary, second: CaseSummary) {
    if matches!(second.verdict, Verdict::HarnessError | Verdict::CouldNotRun) {
        first.verdict = second.verdict;
        first.reason = format!("when it was run again alone: {}", second.reason);
    }
    first.aside.again = Some(Again {
        verdict: second.verdict,
        step: second.step,
        reason: second.reason,
    });
}

fn judged(summary: &mut CaseSummary, stream: &Path) -> Evidence {
    let (entries, cut) = match events::reading(stream) {
        Ok(reading) => (reading.entries, reading.cut),
        Err(error) => {
            summary.reason = format!("there is no evidence that it ran: {error}");
            return Evidence::Nothing;
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
            Evidence::Verdict
        }
        last => {
            summary.reason = format!("it was cut before its verdict; the last event was {last:?}");
            if cut > 0 {
                summary.reason += &format!(", and {cut} bytes of a line without its end follow");
            }
            Evidence::Cut
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use harness::events::Recorder;

    /// A finding of the target `mine`, for the tests of what tells of findings.
    pub(crate) fn case(id: &str, verdict: Verdict, reason: &str) -> CaseSummary {
        CaseSummary {
            id: id.into(),
            verdict,
            reason: reason.into(),
            duration_ms: 1,
            ..blank()
        }
    }

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
            aside: Aside::default(),
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
