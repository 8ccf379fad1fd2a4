//! What the page knows of a run before a case is opened.

use super::proofs::{self, Caught};
use crate::finding::CaseSummary;
use crate::standing::{Breach, LeftOut};
use crate::summary::Summary;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use suites::contract;
use suites::expectation::{Entry, Standing};
use suites::run::{again_path, stream_path};
use suites::verdict::{RunResult, Totals};

/// Version of the form of the page's data; its script and its data always come together.
const FORM: u32 = 1;

/// A run, with short names because there are thousands of cases.
#[derive(Serialize)]
pub(super) struct Data<'a> {
    form: u32,
    target: &'a str,
    started: &'a str,
    part: Option<&'a str>,
    result: &'static str,
    totals: &'a Totals,
    broken: &'a [String],
    breaches: &'a [Breach],
    /// What binds every target and was left out.
    out: &'a [LeftOut],
    targets: Vec<&'a str>,
    clauses: Vec<Clause<'a>>,
    cases: Vec<Case<'a>>,
    /// What each case was shown to catch, and what that is.
    proofs: BTreeMap<&'static str, Vec<Caught>>,
    defects: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
struct Clause<'a> {
    slug: &'a str,
    level: &'static str,
    text: &'a str,
    reason: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    needs: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    bug: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    excluded: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a str>,
}

#[derive(Serialize)]
struct Case<'a> {
    id: &'a str,
    /// Its place in `targets`.
    t: usize,
    clause: &'a str,
    level: &'static str,
    v: &'static str,
    ms: u64,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    step: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    expected: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    seen: &'a str,
    again: String,
    stream: String,
    /// How it stands beside its verdict; nothing where that is all there is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
    /// What the manifest says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<&'a Entry>,
    /// What came of it when it was run again alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<Second<'a>>,
}

#[derive(Serialize)]
struct Second<'a> {
    v: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    step: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    stream: String,
}

impl<'a> Data<'a> {
    pub(super) fn of(summary: &'a Summary) -> Self {
        let mut targets: Vec<&str> = Vec::new();
        for case in &summary.cases {
            if !targets.contains(&case.target.as_str()) {
                targets.push(&case.target);
            }
        }
        let places: BTreeMap<&str, usize> = (targets.iter().enumerate())
            .map(|(place, target)| (*target, place))
            .collect();
        let cases = summary.cases.iter().map(|case| Case {
            id: &case.id,
            t: places
                .get(case.target.as_str())
                .copied()
                .unwrap_or_default(),
            clause: &case.clause,
            level: case.level.word(),
            v: case.verdict.name(),
            ms: case.duration_ms,
            reason: &case.reason,
            step: &case.step,
            expected: &case.expected,
            seen: &case.seen,
            again: again(case, summary),
            stream: shown(&stream_path(Path::new(""), &case.target, &case.id)),
            standing: match case.aside.standing {
                Standing::Plain => None,
                standing => Some(standing.name()),
            },
            known: case.aside.known.as_ref(),
            second: case.aside.again.as_ref().map(|again| Second {
                v: again.verdict.name(),
                step: &again.step,
                reason: &again.reason,
                stream: shown(&again_path(Path::new(""), &case.target, &case.id)),
            }),
        });
        let proofs = proofs::of(summary);
        Self {
            form: FORM,
            target: &summary.target,
            started: summary.started_at(),
            part: summary.part.as_deref(),
            result: words(summary.result()),
            totals: &summary.totals,
            broken: &summary.broken_off,
            breaches: &summary.breaches,
            out: &summary.left_out,
            clauses: clauses(summary),
            cases: cases.collect(),
            targets,
            defects: proofs::words(&proofs),
            proofs,
        }
    }
}

/// In words, for a reader who does not know the exit codes.
pub(super) const fn words(result: RunResult) -> &'static str {
    match result {
        RunResult::Conformant => "conformant",
        RunResult::NotConformant => "not conformant",
        RunResult::Invalid => "invalid",
        RunResult::Incomplete => "incomplete",
        RunResult::AsExpected => "not conformant, as expected",
        RunResult::Partial => "partial",
    }
}

/// The clauses of all chapters that the run has cases of, in the contract's order: also those without a case, which are gaps.
fn clauses(summary: &Summary) -> Vec<Clause<'_>> {
    let mut chapters: Vec<&str> = summary.cases.iter().map(|case| chapter(&case.id)).collect();
    chapters.sort_unstable();
    chapters.dedup();
    let all = contract::clauses().unwrap_or_default().iter();
    all.filter(|clause| chapters.binary_search(&chapter(&clause.slug)).is_ok())
        .map(|clause| Clause {
            slug: &clause.slug,
            level: clause.level.word(),
            text: &clause.text,
            reason: &clause.reason,
            needs: &clause.needs,
            bug: clause.bug.as_deref(),
            excluded: clause.excluded.as_deref(),
            fix: clause.fix.as_deref(),
        })
        .collect()
}

fn chapter(name: &str) -> &str {
    name.split('.').next().unwrap_or_default()
}

/// The command that tries a case again.
fn again(case: &CaseSummary, summary: &Summary) -> String {
    let manifest = summary.manifests.get(&case.target);
    let target = manifest.map_or_else(String::new, |path| format!(" --target {path}"));
    format!("cargo xtask e2e{target} --case {} --keep", case.id)
}

/// With `/` on every system, as it is in a link.
fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}
