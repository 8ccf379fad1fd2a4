//! The kill matrix: which defect is caught by which case, and whether that is as the cases say.

use super::part::Subjects;
use super::pool::Done;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::collections::BTreeMap;
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
    /// Defects that were not tried, each with the reason: no case that names it can be tried on this machine.
    elsewhere: BTreeMap<String, String>,
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
    /// Of each that failed, what was seen.
    reasons: Vec<String>,
}

impl Calibration {
    pub(super) fn of(done: &[Done], subjects: &Subjects, cases: &[&Case]) -> Self {
        let of = |subject: &str| -> Vec<&Done> {
            let mut own: Vec<&Done> = done.iter().filter(|done| done.subject == subject).collect();
            own.sort_by_key(|done| cases.iter().position(|case| case.id == done.result.id));
            own
        };
        let mut misses = Vec::new();
        Self {
            schema: SCHEMA,
            defects: (subjects.defects)
                .iter()
                .map(|name| defect(name, &of(name), cases, &mut misses))
                .collect(),
            elsewhere: subjects.elsewhere.clone(),
            nulls: (subjects.nulls.iter())
                .map(|name| null(name, &of(name)))
                .collect(),
            controls: (subjects.controls)
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
            .chain(self.elsewhere.keys().map(String::len))
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
            for reason in &row.reasons {
                let _ = writeln!(text, "    {reason}");
            }
        }
        for (name, why) in &self.elsewhere {
            let _ = writeln!(text, "--  {name:<width$}  not tried here: {why}");
        }
        for line in self.misses.iter().chain(&self.harness_errors) {
            let _ = writeln!(text, "BAD {line}");
        }
        let good = self.defects.iter().filter(|row| row.holds()).count();
        let _ = writeln!(
            text,
            "{good} of {} defects are caught by exactly the cases that name them{}",
            self.defects.len(),
            match self.elsewhere.len() {
                0 => String::new(),
                others => format!("; {others} more can be shown on other machines alone"),
            }
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
            .and_then(|case| case.proof(name));
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
    let failed: Vec<&&&Done> = required
        .iter()
        .filter(|done| done.result.verdict != Verdict::Pass)
        .collect();
    let told = |done: &&&&Done| format!("{}: {}", done.result.id, done.result.reason);
    ControlRow {
        name: name.to_owned(),
        required_failed: u32::try_from(failed.len()).unwrap_or(u32::MAX),
        tried: u32::try_from(required.len()).unwrap_or(u32::MAX),
        reasons: failed.iter().map(told).collect(),
        failed: failed.iter().map(|done| done.result.id.clone()).collect(),
    }
}

#[cfg(test)]
mod tests;
