//! What the table tells beside the verdicts: failures that were foreseen, entries that do not hold, what was left out.

use super::Drawing;
use crate::finding::CaseSummary;
use crate::summary::Summary;
use std::fmt::Write as _;
use suites::expectation::Standing;
use suites::verdict::Verdict;

/// Clauses of one reason that are named; the rest is counted.
const NAMED: usize = 3;

/// Failures that an entry covers, a line each: whoever wrote the entry knows the rest.
pub(super) fn known(text: &mut String, summary: &Summary) {
    let covered = (summary.cases.iter()).filter(|case| case.aside.standing.is_covered());
    let before = text.len();
    for case in covered {
        let word = case.aside.standing.name().to_uppercase();
        let _ = write!(text, "{word}  {}::{}", case.target, case.id);
        if let Some(words) = case.aside.known_words() {
            let _ = write!(text, ": {words}");
        }
        text.push('\n');
    }
    if text.len() > before {
        text.push('\n');
    }
}

/// Entries that do not hold, each with the line on which it stands.
pub(super) fn breaches(text: &mut String, summary: &Summary, drawing: &Drawing<'_>) {
    for breach in &summary.breaches {
        let given = drawing.targets.iter().find(|(id, _)| *id == breach.target);
        let place = match given.and_then(|(_, path)| path.as_ref()) {
            Some(path) => format!("{path}:{}", breach.line),
            None => format!("the manifest of {}, line {}", breach.target, breach.line),
        };
        let _ = writeln!(text, "NOT AS SAID  {place}: {}", breach.sentence);
    }
    if !summary.breaches.is_empty() {
        text.push('\n');
    }
}

/// What came of a second try.
pub(super) fn again(text: &mut String, case: &CaseSummary) {
    let Some(again) = &case.aside.again else {
        return;
    };
    let what = match again.verdict {
        Verdict::Pass => "it passed, so it is flaky",
        _ if again.step == case.step => "it failed at the same step",
        _ => &again.reason,
    };
    let _ = writeln!(text, "    alone     {what}");
}

/// What binds every target, and was left out, by reason.
pub(super) fn left_out(text: &mut String, summary: &Summary) {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for out in &summary.left_out {
        match reasons.iter_mut().find(|(why, _)| *why == out.why) {
            Some((_, clauses)) => clauses.push(&out.clause),
            None => reasons.push((&out.why, vec![&out.clause])),
        }
    }
    for (why, clauses) in &reasons {
        let named = clauses.iter().take(NAMED).copied().collect::<Vec<_>>();
        let more = match clauses.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = writeln!(
            text,
            "left out of the core: {}{more}, because {why}",
            named.join(", ")
        );
    }
}

/// How many of the failures are not plain ones, in brackets; nothing if all are.
pub(super) fn of_them(summary: &Summary) -> String {
    let count = |standing: Standing| {
        let fails = summary
            .cases
            .iter()
            .filter(|case| case.verdict == Verdict::Fail);
        fails.filter(|case| case.aside.standing == standing).count()
    };
    let parts: Vec<String> = [Standing::Expected, Standing::Quarantined, Standing::Flaky]
        .into_iter()
        .filter_map(|standing| {
            let count = count(standing);
            (count > 0).then(|| format!("{count} {}", standing.name()))
        })
        .collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!(" ({})", parts.join(", ")),
    }
}
