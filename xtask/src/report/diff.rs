//! `cargo xtask report diff A B`: what changed between two runs, or between two versions of a target.

use super::read;
use crate::arguments::Diff;
use crate::finding::CaseSummary;
use crate::summary::Summary;
use anyhow::Result;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use suites::verdict::Verdict;

/// Something became worse.
const WORSE: u8 = 1;

pub(super) fn run(arguments: &Diff) -> Result<u8> {
    let before = read::summary(&arguments.before)?;
    let after = read::summary(&arguments.after)?;
    let difference = Difference::of(&before, &after);
    print!("{}", difference.words());
    Ok(if difference.worse.is_empty() {
        0
    } else {
        WORSE
    })
}

/// What changed, by what it means for who depends on the target.
#[derive(Default)]
struct Difference<'a> {
    worse: Vec<Change<'a>>,
    better: Vec<Change<'a>>,
    /// Neither: not tried before and not now, or failing at another step.
    other: Vec<Change<'a>>,
    same: usize,
}

/// One case on one target; at least one side is there.
#[derive(Clone, Copy)]
struct Change<'a> {
    before: Option<&'a CaseSummary>,
    after: Option<&'a CaseSummary>,
}

enum Meaning {
    Worse,
    Better,
    Other,
    Same,
}

impl<'a> Difference<'a> {
    fn of(before: &'a Summary, after: &'a Summary) -> Self {
        let named = named_alike(before, after);
        let mut pairs: BTreeMap<(&str, &str), Change<'a>> = BTreeMap::new();
        let nothing = Change {
            before: None,
            after: None,
        };
        let key = |case: &'a CaseSummary| {
            (
                if named { case.target.as_str() } else { "" },
                case.id.as_str(),
            )
        };
        for case in &before.cases {
            pairs.entry(key(case)).or_insert(nothing).before = Some(case);
        }
        for case in &after.cases {
            pairs.entry(key(case)).or_insert(nothing).after = Some(case);
        }
        let mut difference = Self::default();
        for change in pairs.into_values() {
            match change.meaning() {
                Meaning::Worse => difference.worse.push(change),
                Meaning::Better => difference.better.push(change),
                Meaning::Other => difference.other.push(change),
                Meaning::Same => difference.same += 1,
            }
        }
        difference
    }

    fn words(&self) -> String {
        let mut text = String::new();
        for (title, changes) in [
            ("worse", &self.worse),
            ("better", &self.better),
            ("changed", &self.other),
        ] {
            if changes.is_empty() {
                continue;
            }
            let _ = writeln!(text, "{title} ({})", changes.len());
            for change in changes {
                change.tell(&mut text);
            }
            text.push('\n');
        }
        let _ = writeln!(
            text,
            "{} worse, {} better, {} changed, {} as before",
            self.worse.len(),
            self.better.len(),
            self.other.len(),
            self.same
        );
        text
    }
}

/// Whether targets are told apart by name. Two versions of one target may bear two names, and are compared case by case.
fn named_alike(before: &Summary, after: &Summary) -> bool {
    let only = |summary: &'_ Summary| {
        let first = summary.cases.first().map(|case| case.target.clone());
        first.filter(|first| summary.cases.iter().all(|case| case.target == *first))
    };
    only(before).is_none() || only(after).is_none()
}

impl Change<'_> {
    fn meaning(&self) -> Meaning {
        match (self.before, self.after) {
            (Some(before), Some(after)) if before.verdict == after.verdict => {
                if before.step == after.step {
                    Meaning::Same
                } else {
                    Meaning::Other
                }
            }
            (Some(before), Some(after)) => match (rank(before.verdict), rank(after.verdict)) {
                (None, Some(0 | 1)) => Meaning::Better,
                (None, Some(_)) => Meaning::Worse,
                // What was known is known no more, even if it was a failure.
                (Some(_), None) => Meaning::Worse,
                (before, after) if after > before => Meaning::Worse,
                _ => Meaning::Better,
            },
            (None, Some(after)) => match rank(after.verdict) {
                Some(0 | 1) => Meaning::Better,
                None => Meaning::Other,
                Some(_) => Meaning::Worse,
            },
            (Some(before), None) if before.verdict == Verdict::NotApplicable => Meaning::Other,
            (Some(_), None) => Meaning::Worse,
            (None, None) => Meaning::Same,
        }
    }

    fn tell(&self, text: &mut String) {
        let Some(case) = self.after.or(self.before) else {
            return;
        };
        let now = self.after.map_or("gone", |after| after.verdict.name());
        let was = self.before.map_or("new", |before| before.verdict.name());
        let _ = writeln!(text, "  {}::{}: {was} -> {now}", case.target, case.id);
        let steps = (self.before, self.after);
        if let (Some(before), Some(after)) = steps
            && before.verdict == after.verdict
        {
            let _ = writeln!(text, "      step was  {}", before.step);
        }
        let Some(after) = self.after.filter(|after| after.verdict != Verdict::Pass) else {
            return;
        };
        if after.step.is_empty() {
            let _ = writeln!(text, "      because   {}", after.reason);
        } else {
            let _ = writeln!(text, "      step      {}", after.step);
            let _ = writeln!(text, "      expected  {}", after.expected);
            let _ = writeln!(text, "      seen      {}", after.seen);
        }
    }
}

/// How bad a verdict is; nothing for a case that does not apply.
const fn rank(verdict: Verdict) -> Option<u8> {
    match verdict {
        Verdict::Pass => Some(0),
        Verdict::Warn => Some(1),
        Verdict::CouldNotRun => Some(2),
        Verdict::Fail => Some(3),
        Verdict::HarnessError => Some(4),
        Verdict::NotApplicable => None,
    }
}

#[cfg(test)]
mod tests;
