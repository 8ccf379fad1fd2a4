//! What a run found: gathered from the evidence alone, written as `summary.json`.

use crate::finding::{self, CaseSummary};
use crate::plan_file::Plan;
use crate::standing::{self, Breach, LeftOut};
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use suites::conclusion::{Grounds, conclude};
use suites::verdict::{RunResult, Totals};

/// Version of the form of `summary.json`.
const SCHEMA: u32 = 1;

/// The file's name in a run's directory.
pub(crate) const NAME: &str = "summary.json";

/// A run, as `summary.json` has it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Summary {
    schema: u32,
    /// The target's id; several are joined by `+`.
    pub(crate) target: String,
    /// The part of a plan that this run is, such as `slice:2/4`; nothing for a whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) part: Option<String>,
    started_at: String,
    /// The manifests that were given, as they are written on a command line, by target.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) manifests: BTreeMap<String, String>,
    /// Why the run did not come to its end, for each machine on which it did not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) broken_off: Vec<String>,
    pub(crate) totals: Totals,
    /// Entries of the manifests that do not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) breaches: Vec<Breach>,
    /// What was left out of what binds every target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) left_out: Vec<LeftOut>,
    pub(crate) cases: Vec<CaseSummary>,
}

impl Summary {
    /// Gathers what the evidence says of everything that was planned for this run. A stream without a verdict was cut: that is
    /// a fault of the harness, and so is a stream that is not there.
    pub(crate) fn gather(plan: &Plan, directory: &Path) -> Self {
        let cases = (plan.own()).map(|planned| finding::case(planned, directory).0);
        Self::of(plan, cases.collect(), Vec::new())
    }

    /// A run from its parts.
    pub(crate) fn of(plan: &Plan, mut cases: Vec<CaseSummary>, broken_off: Vec<String>) -> Self {
        let breaches = standing::settle(plan, &mut cases);
        Self {
            schema: SCHEMA,
            target: plan.title(),
            part: plan.partition().map(|part| part.to_string()),
            started_at: plan.started_at.clone(),
            manifests: BTreeMap::new(),
            broken_off,
            totals: Totals::of(cases.iter().map(|case| case.verdict)),
            breaches,
            left_out: standing::left_out(plan),
            cases,
        }
    }

    /// What the run as a whole says. One that was broken off is no success, whatever the rest of it says.
    pub(crate) fn result(&self) -> RunResult {
        conclude(&Grounds {
            totals: self.totals,
            covered: standing::covered(&self.cases),
            breached: !self.breaches.is_empty(),
            broken_off: !self.broken_off.is_empty(),
            left_out: !self.left_out.is_empty(),
        })
    }

    /// When the run began, as RFC 3339 has it.
    pub(crate) fn started_at(&self) -> &str {
        &self.started_at
    }

    /// Reads what a run has written, where it came to its end.
    pub(crate) fn read(directory: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(directory.join(NAME)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// A run that no plan is behind, for what is tried with made-up cases.
    pub(crate) fn made_up(target: &str, cases: Vec<CaseSummary>) -> Self {
        Self {
            schema: SCHEMA,
            target: target.to_owned(),
            part: None,
            broken_off: Vec::new(),
            manifests: BTreeMap::new(),
            started_at: "2026-01-01T00:00:00Z".to_owned(),
            totals: Totals::of(cases.iter().map(|case| case.verdict)),
            breaches: Vec::new(),
            left_out: Vec::new(),
            cases,
        }
    }

    pub(crate) fn write(&self, directory: &Path) -> Result<()> {
        let path = directory.join(NAME);
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        std::fs::write(&path, text)
            .with_context(|| format!("{} could not be written", path.display()))
    }
}
