//! `--bless`: the `[[expected]]` tables of a manifest, rewritten so that they say what was found. A person wrote the rest of it, so every
//! comment and every space of that stays.

mod rewrite;

use crate::arguments::Blessing;
use crate::finding::CaseSummary;
use crate::plan_file::Plan;
use crate::summary::Summary;
use anyhow::{Context as _, Result};
use harness::target::{Date, parse};
use rewrite::{Found, New, Outcome, rewrite};
use std::time::{Duration, SystemTime};
use suites::expectation::{Entry, Standing, Wrong};
use suites::targets::LoadedTarget;
use suites::verdict::Verdict;

/// How long a new entry holds.
const HOLDS: Duration = Duration::from_secs(90 * 24 * 3600);

/// Rewrites the manifest of each target and says what was done.
pub(crate) fn run(
    blessing: &Blessing,
    targets: &[LoadedTarget],
    plan: &Plan,
    summary: &Summary,
    started: SystemTime,
) -> Result<()> {
    let until = humantime::format_rfc3339_seconds(started + HOLDS).to_string();
    let until: Date = until.split('T').next().unwrap_or_default().parse()?;
    for target in targets {
        let path = target.path.display();
        let text = std::fs::read_to_string(&target.path)
            .with_context(|| format!("{path} could not be read"))?;
        let known = plan.whole.targets.iter().find(|one| one.id == target.id());
        let entries = Entry::of(&parse(&target.path, &text)?);
        if known.is_none_or(|known| known.entries != entries) {
            anyhow::bail!("{path} was changed while the cases ran, so it is left as it is");
        }
        let own = summary
            .cases
            .iter()
            .filter(|case| case.target == target.id());
        let found: Vec<Found<'_>> = own.map(found).collect();
        let wrong = |wrong| {
            let breaches = summary.breaches.iter();
            let own = breaches.filter(move |one| one.target == target.id() && one.wrong == wrong);
            own.map(|breach| breach.line).collect::<Vec<usize>>()
        };
        let new = New {
            reason: &blessing.reason,
            issue: &blessing.issue,
            owner: &blessing.owner,
            expires: until,
        };
        let outcome = rewrite(
            &text,
            &entries,
            &found,
            &wrong(Wrong::Unseen),
            &wrong(Wrong::Expired),
            &new,
        )
        .with_context(|| format!("{path} could not be rewritten"))?;
        if outcome.text != text {
            std::fs::write(&target.path, &outcome.text)
                .with_context(|| format!("{path} could not be written"))?;
        }
        tell(&path.to_string(), &outcome, &new);
    }
    Ok(())
}

fn tell(path: &str, outcome: &Outcome, new: &New<'_>) {
    println!(
        "{path}: {} expectations added, {} changed, {} removed",
        outcome.added, outcome.changed, outcome.removed
    );
    if outcome.added > 0 && new.is_silent() {
        println!(
            "  the new ones do not say why, where and who yet, and the manifest is refused until they do"
        );
    }
    for line in &outcome.expired {
        println!("  the entry that was on line {line} has expired; only you can give it a new day");
    }
}

fn found(case: &CaseSummary) -> Found<'_> {
    let failed = matches!(case.verdict, Verdict::Fail | Verdict::Warn);
    Found {
        id: &case.id,
        judged: failed || case.verdict == Verdict::Pass,
        failed,
        red: case.verdict == Verdict::Fail && case.aside.standing == Standing::Plain,
        words: [&case.step, &case.expected, &case.seen, &case.reason],
    }
}
