//! What is to be said of a run beside its verdicts: what the manifests said before, and what was left out.

use crate::finding::CaseSummary;
use crate::plan_file::{Plan, PlannedCase, Target};
use harness::target::Date;
use serde::{Deserialize, Serialize};
use suites::cases;
use suites::expectation::{self, Row, Tried, Wrong};
use suites::plan::Gate;
use suites::scope::{self, System};
use suites::verdict::Verdict;

/// An entry of a manifest that does not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Breach {
    pub(crate) target: String,
    pub(crate) line: usize,
    pub(crate) wrong: Wrong,
    pub(crate) sentence: String,
}

/// A clause that binds every target of its role, and was left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LeftOut {
    pub(crate) target: String,
    pub(crate) clause: String,
    pub(crate) why: String,
}

/// Says of each case how it stands, by the day on which the run began, and which entries do not hold.
pub(crate) fn settle(plan: &Plan, cases: &mut [CaseSummary]) -> Vec<Breach> {
    // A plan that was written by this program begins with a day; of any other, nothing is taken for expired.
    let day = plan.started_at.split('T').next().unwrap_or_default();
    let today = day.parse().ok().or(Date::new(0, 1, 1));
    let Some(today) = today else {
        return Vec::new();
    };
    let mut breaches = Vec::new();
    for target in &plan.whole.targets {
        let mut own: Vec<&mut CaseSummary> = (cases.iter_mut())
            .filter(|case| case.target == target.id)
            .collect();
        let catalogue: Vec<&str> = cases::all()
            .filter(|case| case.role() == target.role)
            .map(|case| case.id)
            .collect();
        let rows: Vec<Row<'_>> = planned(plan, target).map(row).collect();
        let tried: Vec<Tried<'_>> = own.iter().map(|case| tried(case)).collect();
        let judged = expectation::judge(&target.entries, &catalogue, &rows, &tried, today);
        for (case, (standing, entry)) in own.iter_mut().zip(judged.standings) {
            case.aside.standing = standing;
            case.aside.known = entry.and_then(|place| target.entries.get(place).cloned());
        }
        breaches.extend(judged.breaches.into_iter().map(|breach| Breach {
            target: target.id.clone(),
            line: breach.line,
            wrong: breach.wrong,
            sentence: breach.sentence,
        }));
    }
    breaches
}

/// What the whole plan leaves out of the core of the contract.
pub(crate) fn left_out(plan: &Plan) -> Vec<LeftOut> {
    let system = System::of(&plan.whole.platform);
    let of = |target: &Target| {
        let rows = planned(plan, target).map(|case| (case.id.as_str(), &case.gate));
        let out = scope::left_out(
            system,
            target.role,
            target.backend.is_some(),
            &rows,
            &cases::all(),
        );
        let id = target.id.clone();
        out.into_iter().map(move |out| LeftOut {
            target: id.clone(),
            clause: out.clause,
            why: out.why,
        })
    };
    plan.whole.targets.iter().flat_map(of).collect()
}

fn planned<'a>(
    plan: &'a Plan,
    target: &'a Target,
) -> impl Iterator<Item = &'a PlannedCase> + Clone {
    (plan.whole.cases.iter()).filter(|case| case.target == target.id)
}

fn row(case: &PlannedCase) -> Row<'_> {
    Row {
        id: &case.id,
        not_applicable: match &case.gate {
            Gate::NotApplicable(why) => Some(why),
            _ => None,
        },
    }
}

fn tried(case: &CaseSummary) -> Tried<'_> {
    Tried {
        id: &case.id,
        verdict: case.verdict,
        words: [&case.step, &case.expected, &case.seen, &case.reason],
        again: case.aside.again.as_ref().map(|again| again.verdict),
    }
}

/// Counts failures that an entry covers.
pub(crate) fn covered(cases: &[CaseSummary]) -> u32 {
    let fails = cases.iter().filter(|case| case.verdict == Verdict::Fail);
    let covered = fails.filter(|case| case.aside.standing.is_covered());
    u32::try_from(covered.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
pub(crate) mod foreseen;

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;
    use suites::partition::Partition;
    use suites::plan::plan;
    use suites::targets;

    fn left_out_of(cases: &[&'static suites::case::Case]) -> Vec<LeftOut> {
        let loaded = targets::load_all(&targets::references()).unwrap();
        let planned = plan(&loaded, cases);
        let now = SystemTime::now();
        let whole = Plan::new(
            &loaded,
            &planned,
            Partition::WHOLE,
            std::env::consts::OS.into(),
            now,
        )
        .unwrap();
        left_out(&whole)
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_run_of_all_cases_on_the_references_leaves_nothing_out() {
        let all: Vec<_> = cases::all().collect();
        assert_eq!(left_out_of(&all), []);
    }

    #[test]
    fn a_run_of_some_says_for_each_target_what_it_leaves_out() {
        let some: Vec<_> = cases::all()
            .filter(|case| case.id.starts_with("stop."))
            .collect();
        let out = left_out_of(&some);
        let of = |target: &str, chapter: &str| {
            out.iter()
                .any(|one| one.target == target && one.clause.starts_with(chapter))
        };
        assert!(of("reference", "ready.") && !of("reference", "stop.removes-socket"));
        assert!(of("reference-client", "client.") && !of("reference", "client."));
    }
}
