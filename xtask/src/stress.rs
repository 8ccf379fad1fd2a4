//! `cargo xtask stress`: the same run many times over. A verdict that changes is a fault of the suite, whatever it says.

use crate::arguments::Stress;
use crate::finding::CaseSummary;
use crate::{again, run_directory};
use anyhow::{Context as _, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use suites::verdict::Verdict;

/// The verdict of each case on each target.
type Verdicts = BTreeMap<(String, String), Verdict>;

pub(crate) fn run(arguments: &Stress) -> Result<u8> {
    let out = run_directory::for_reports(arguments.out.as_deref())?.join("stress");
    let over = AtomicBool::new(false);
    let runs = std::thread::scope(|scope| {
        for _ in 0..arguments.load {
            scope.spawn(|| busy(&over));
        }
        let runs = all(arguments, &out);
        over.store(true, Ordering::Relaxed);
        runs
    })?;
    let changes = changes(&runs);
    for change in &changes {
        println!("{change}");
    }
    let failed: Vec<String> = (runs.iter().enumerate())
        .filter(|(_, run)| run.code != 0)
        .map(|(index, run)| format!("{} (exit code {})", index + 1, run.code))
        .collect();
    if !failed.is_empty() {
        println!("runs that did not pass: {}", failed.join(", "));
    }
    println!(
        "{} runs of {} cases, {} verdicts changed; reports: {}",
        runs.len(),
        runs.first().map_or(0, |run| run.verdicts.len()),
        changes.len(),
        run_directory::shown(&out).display()
    );
    Ok(u8::from(!changes.is_empty() || !failed.is_empty()))
}

struct Run {
    code: i32,
    verdicts: Verdicts,
}

/// Something else that wants the processor.
fn busy(over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        std::hint::spin_loop();
    }
}

fn all(arguments: &Stress, out: &Path) -> Result<Vec<Run>> {
    let asked = again::Run {
        targets: &arguments.targets,
        cases: &arguments.cases,
        jobs: arguments.jobs,
        wine: arguments.wine,
    };
    let mut runs = Vec::new();
    for number in 1..=arguments.runs {
        let directory = out.join(number.to_string());
        // What an earlier stress left must not pass for a result of this one.
        if directory.exists() {
            std::fs::remove_dir_all(&directory)
                .with_context(|| format!("{} cannot be removed", directory.display()))?;
        }
        let (code, summary) = asked.run(&directory)?;
        let verdict = |case: CaseSummary| ((case.target, case.id), case.verdict);
        println!("run {number} of {}: exit code {code}", arguments.runs);
        runs.push(Run {
            code,
            verdicts: summary.cases.into_iter().map(verdict).collect(),
        });
    }
    Ok(runs)
}

/// What was not the same in all runs, in words.
fn changes(runs: &[Run]) -> Vec<String> {
    let Some(first) = runs.first() else {
        return Vec::new();
    };
    let mut changes = Vec::new();
    let names: BTreeSet<_> = runs.iter().flat_map(|run| run.verdicts.keys()).collect();
    for name in names {
        let verdict = |run: &Run| run.verdicts.get(name).copied();
        let others: Vec<String> = (runs.iter().enumerate())
            .filter(|(_, run)| verdict(run) != verdict(first))
            .map(|(index, run)| {
                let now = verdict(run).map_or("nothing", Verdict::name);
                format!("{now} in run {}", index + 1)
            })
            .collect();
        if !others.is_empty() {
            let then = verdict(first).map_or("nothing", Verdict::name);
            let (target, case) = name;
            changes.push(format!(
                "{target}::{case}: {then} in run 1, {}",
                others.join(", ")
            ));
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(verdicts: &[(&str, Verdict)]) -> Run {
        let named =
            |(id, verdict): &(&str, Verdict)| (("mine".to_owned(), (*id).to_owned()), *verdict);
        Run {
            code: 0,
            verdicts: verdicts.iter().map(named).collect(),
        }
    }

    #[test]
    fn runs_that_say_the_same_have_no_changes() {
        let same = || run(&[("stop.a", Verdict::Pass), ("stop.b", Verdict::Warn)]);
        assert!(changes(&[same(), same(), same()]).is_empty());
    }

    #[test]
    fn a_verdict_that_changes_is_told_with_its_runs() {
        let runs = [
            run(&[("stop.a", Verdict::Pass), ("stop.b", Verdict::Pass)]),
            run(&[("stop.a", Verdict::Fail), ("stop.b", Verdict::Pass)]),
            run(&[("stop.a", Verdict::Pass)]),
        ];
        assert_eq!(
            changes(&runs),
            [
                "mine::stop.a: pass in run 1, fail in run 2",
                "mine::stop.b: pass in run 1, nothing in run 3"
            ]
        );
    }
}
