//! The kill matrix: which defect is caught by which case, and whether that is as the cases say.

use super::pool::Done;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;
use suites::case::Case;
use suites::trials::caught;
use suites::verdict::{Level, Verdict};

const SCHEMA: u32 = 1;

/// All that a calibration found, as `calibration.json` has it.
#[derive(Debug, Serialize)]
pub(super) struct Calibration {
    schema: u32,
    defects: Vec<DefectRow>,
    nulls: Vec<NullRow>,
    controls: Vec<ControlRow>,
    /// Runs in which the harness itself was at fault; a calibration with one proves nothing.
    harness_errors: Vec<String>,
    /// Why a named case did not catch its defect, in words.
    misses: Vec<String>,
}

#[derive(Debug, Serialize)]
struct DefectRow {
    name: String,
    reached: bool,
    /// Cases that name it and failed at the step that they name.
    caught_by: Vec<String>,
    /// Cases that name it and did not.
    missed_by: Vec<String>,
    /// Cases that do not name it and failed all the same.
    also_failed: Vec<String>,
}

#[derive(Debug, Serialize)]
struct NullRow {
    name: String,
    required_passed: u32,
    passed: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ControlRow {
    name: String,
    required_failed: u32,
    tried: u32,
    failed: Vec<String>,
}

impl Calibration {
    pub(super) fn of(
        done: &[Done],
        defects: &[&str],
        nulls: &[&str],
        controls: &[&str],
        cases: &[&Case],
    ) -> Self {
        let of = |subject: &str| -> Vec<&Done> {
            let mut own: Vec<&Done> = done.iter().filter(|done| done.subject == subject).collect();
            own.sort_by_key(|done| cases.iter().position(|case| case.id == done.result.id));
            own
        };
        let mut misses = Vec::new();
        Self {
            schema: SCHEMA,
            defects: defects
                .iter()
                .map(|name| defect(name, &of(name), cases, &mut misses))
                .collect(),
            nulls: nulls.iter().map(|name| null(name, &of(name))).collect(),
            controls: controls
                .iter()
                .map(|name| control(name, &of(name)))
                .collect(),
            harness_errors: done
                .iter()
                .filter(|done| {
                    matches!(
                        done.result.verdict,
                        Verdict::HarnessError | Verdict::CouldNotRun
                    )
                })
                .map(|done| {
                    format!(
                        "{} on {}: {}",
                        done.result.id, done.subject, done.result.reason
                    )
                })
                .collect(),
            misses,
        }
    }

    /// Whether everything is as it must be.
    pub(super) fn holds(&self) -> bool {
        self.harness_errors.is_empty()
            && self.defects.iter().all(DefectRow::holds)
            && self.nulls.iter().all(|null| null.required_passed == 0)
            && self
                .controls
                .iter()
                .all(|control| control.required_failed == 0 && control.tried > 0)
    }

    pub(super) fn write(&self, directory: &Path) -> Result<()> {
        let path = directory.join("calibration.json");
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        std::fs::write(&path, text)
            .with_context(|| format!("{} could not be written", path.display()))
    }

    pub(super) fn draw(&self) -> String {
        let mut text = String::from("kill matrix: each defect, and the cases that caught it\n");
        let width = self
            .defects
            .iter()
            .map(|row| row.name.len())
            .max()
            .unwrap_or(0);
        for row in &self.defects {
            let mark = if row.holds() { "ok " } else { "BAD" };
            let _ = writeln!(
                text,
                "{mark} {:<width$}  {}",
                row.name,
                row.caught_by.join(" ")
            );
            if !row.reached {
                let _ = writeln!(text, "    {:<width$}  never reached", "");
            }
            for case in &row.missed_by {
                let _ = writeln!(text, "    {:<width$}  missed by {case}", "");
            }
            for case in &row.also_failed {
                let _ = writeln!(text, "    {:<width$}  also failed: {case}", "");
            }
        }
        for row in &self.nulls {
            let mark = if row.required_passed == 0 {
                "ok "
            } else {
                "BAD"
            };
            let _ = writeln!(
                text,
                "{mark} null target {}: {} required cases passed {}",
                row.name,
                row.required_passed,
                row.passed.join(" ")
            );
        }
        for row in &self.controls {
            let mark = if row.required_failed == 0 {
                "ok "
            } else {
                "BAD"
            };
            let _ = writeln!(
                text,
                "{mark} control {}: {} of {} required cases failed {}",
                row.name,
                row.required_failed,
                row.tried,
                row.failed.join(" ")
            );
        }
        for line in self.misses.iter().chain(&self.harness_errors) {
            let _ = writeln!(text, "BAD {line}");
        }
        let good = self.defects.iter().filter(|row| row.holds()).count();
        let _ = writeln!(
            text,
            "{good} of {} defects are caught by exactly the cases that name them",
            self.defects.len()
        );
        text
    }
}

impl DefectRow {
    fn holds(&self) -> bool {
        self.reached
            && !self.caught_by.is_empty()
            && self.missed_by.is_empty()
            && self.also_failed.is_empty()
    }
}

fn defect(name: &str, done: &[&Done], cases: &[&Case], misses: &mut Vec<String>) -> DefectRow {
    let mut row = DefectRow {
        name: name.to_owned(),
        reached: done
            .iter()
            .any(|done| done.result.reached.iter().any(|one| one == name)),
        caught_by: Vec::new(),
        missed_by: Vec::new(),
        also_failed: Vec::new(),
    };
    for done in done {
        let id = done.result.id.clone();
        let proof = cases
            .iter()
            .find(|case| case.id == id)
            .and_then(|case| case.proofs.iter().find(|proof| proof.defect == name));
        let caught = proof.map(|proof| (proof.certain, caught(&done.result, name, proof.step)));
        match caught {
            Some((_, Ok(()))) => row.caught_by.push(id),
            Some((false, Err(_))) if done.result.verdict == Verdict::Pass => {}
            Some((_, Err(why))) => {
                misses.push(format!("{id}: {why}"));
                row.missed_by.push(id);
            }
            None if done.result.verdict != Verdict::Pass => {
                row.also_failed
                    .push(format!("{id} (at `{}`)", done.result.step));
            }
            None => {}
        }
    }
    row
}

fn null(name: &str, done: &[&Done]) -> NullRow {
    let passed: Vec<String> = done
        .iter()
        .filter(|done| done.result.verdict == Verdict::Pass && done.result.level == Level::Must)
        .map(|done| done.result.id.clone())
        .collect();
    NullRow {
        name: name.to_owned(),
        required_passed: u32::try_from(passed.len()).unwrap_or(u32::MAX),
        passed,
    }
}

fn control(name: &str, done: &[&Done]) -> ControlRow {
    let required: Vec<&&Done> = done
        .iter()
        .filter(|done| done.result.level == Level::Must)
        .collect();
    let failed: Vec<String> = required
        .iter()
        .filter(|done| done.result.verdict != Verdict::Pass)
        .map(|done| done.result.id.clone())
        .collect();
    ControlRow {
        name: name.to_owned(),
        required_failed: u32::try_from(failed.len()).unwrap_or(u32::MAX),
        tried: u32::try_from(required.len()).unwrap_or(u32::MAX),
        failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use suites::case::{fails_at, may_fail_at};
    use suites::run::CaseResult;

    const ENDS: Case = Case {
        id: "stop.it-ends",
        clause: "stop.ends",
        needs: &[],
        proofs: &[fails_at("hangs", "it ends")],
        run: |_| Box::pin(async { Ok(()) }),
    };
    const CLEANS: Case = Case {
        id: "stop.it-cleans",
        proofs: &[fails_at("leaves-record", "the record is gone")],
        ..ENDS
    };
    const CASES: &[&Case] = &[&ENDS, &CLEANS];

    fn done(subject: &str, case: &Case, verdict: Verdict, step: &str, reached: bool) -> Done {
        Done {
            subject: subject.to_owned(),
            result: CaseResult {
                target: "reference".into(),
                id: case.id.into(),
                clause: case.clause.into(),
                level: Level::Must,
                verdict,
                step: step.into(),
                reason: "the reason".into(),
                expected: String::new(),
                seen: String::new(),
                duration_ms: 1,
                reached: if reached {
                    vec![subject.to_owned()]
                } else {
                    Vec::new()
                },
            },
        }
    }

    fn calibration(done: &[Done]) -> Calibration {
        Calibration::of(done, &["hangs"], &["sleeps"], &["reference"], CASES)
    }

    /// A calibration in which all is well but for what a test puts in another's place.
    fn well() -> Vec<Done> {
        vec![
            done("hangs", &ENDS, Verdict::Fail, "it ends", true),
            done("hangs", &CLEANS, Verdict::Pass, "", true),
            done("sleeps", &ENDS, Verdict::Fail, "it becomes ready", false),
            done("reference", &ENDS, Verdict::Pass, "", false),
        ]
    }

    #[test]
    fn holds_when_each_defect_fails_exactly_its_cases() {
        let calibration = calibration(&well());
        assert!(calibration.holds());
        assert_eq!(calibration.defects[0].caught_by, ["stop.it-ends"]);
    }

    #[test]
    fn breaks_on_a_defect_that_is_missed() {
        let mut all = well();
        all[0] = done("hangs", &ENDS, Verdict::Pass, "", true);
        let calibration = calibration(&all);
        assert!(!calibration.holds());
        assert_eq!(calibration.defects[0].missed_by, ["stop.it-ends"]);
        assert!(calibration.misses[0].contains("hangs was reached and not caught"));
    }

    #[test]
    fn breaks_on_a_catch_for_another_reason() {
        let mut all = well();
        all[0] = done("hangs", &ENDS, Verdict::Fail, "it becomes ready", true);
        assert!(!calibration(&all).holds());
    }

    #[test]
    fn a_catch_by_chance_may_be_missed_but_not_for_another_reason() {
        const BY_CHANCE: Case = Case {
            proofs: &[may_fail_at("hangs", "the record is gone")],
            ..CLEANS
        };
        let with = |verdict, step| {
            let mut all = well();
            all[1] = done("hangs", &BY_CHANCE, verdict, step, true);
            let cases: &[&Case] = &[&ENDS, &BY_CHANCE];
            Calibration::of(&all, &["hangs"], &["sleeps"], &["reference"], cases)
        };
        assert!(with(Verdict::Pass, "").holds());
        assert!(with(Verdict::Fail, "the record is gone").holds());
        assert!(!with(Verdict::Fail, "it ends").holds());
        assert!(!with(Verdict::HarnessError, "").holds());
    }

    #[test]
    fn breaks_on_a_case_that_fails_without_naming_the_defect() {
        let mut all = well();
        all[1] = done("hangs", &CLEANS, Verdict::Fail, "the record is gone", true);
        let calibration = calibration(&all);
        assert!(!calibration.holds());
        assert_eq!(
            calibration.defects[0].also_failed,
            ["stop.it-cleans (at `the record is gone`)"]
        );
    }

    #[test]
    fn breaks_on_a_defect_that_was_never_reached() {
        let mut all = well();
        all[0] = done("hangs", &ENDS, Verdict::Fail, "it ends", false);
        all[1] = done("hangs", &CLEANS, Verdict::Pass, "", false);
        let calibration = calibration(&all);
        assert!(!calibration.holds() && !calibration.defects[0].reached);
    }

    #[test]
    fn breaks_on_a_null_target_that_passes() {
        let mut all = well();
        all[2] = done("sleeps", &ENDS, Verdict::Pass, "", false);
        let calibration = calibration(&all);
        assert!(!calibration.holds());
        assert_eq!(
            (
                calibration.nulls[0].required_passed,
                calibration.nulls[0].passed.len()
            ),
            (1, 1)
        );
    }

    #[test]
    fn breaks_on_an_honest_target_that_fails_or_was_not_tried() {
        let mut all = well();
        all[3] = done("reference", &ENDS, Verdict::Fail, "it ends", false);
        assert!(!calibration(&all).holds());
        all.pop();
        assert!(!calibration(&all).holds());
    }

    #[test]
    fn breaks_on_a_fault_of_the_harness() {
        let mut all = well();
        all[1] = done("hangs", &CLEANS, Verdict::HarnessError, "", true);
        let calibration = calibration(&all);
        assert!(
            !calibration.holds()
                && calibration
                    .draw()
                    .contains("BAD stop.it-cleans on hangs: the reason")
        );
    }
}
