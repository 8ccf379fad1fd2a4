//! What manifests foresaw, in a run whose parts were run by two machines.

use super::*;
use suites::expectation::{Entry, Kind, Standing, Wrong};

/// Cases that the suite has, one of each machine.
const ONE: &str = "stop.its-record-is-gone";
const OTHER: &str = "stop.its-socket-is-gone";

fn entry(kind: Kind, line: usize, case: &str) -> Entry {
    Entry {
        kind,
        line,
        case: case.into(),
        message: "it stays".into(),
        reason: "it is old".into(),
        issue: "#7".into(),
        owner: "ada".into(),
        expires: "2099-12-31".parse().unwrap(),
    }
}

/// Two machines whose manifest has these entries, and on which the two cases have these verdicts.
fn machines(entries: &[Entry], verdicts: [&str; 2]) -> Machines {
    let machines = Machines::with(|plan| {
        plan.whole.targets[0].entries = entries.to_vec();
        for (case, id) in plan.whole.cases.iter_mut().zip([ONE, OTHER]) {
            case.id = id.into();
        }
    });
    for (part, (case, verdict)) in (1..).zip([ONE, OTHER].into_iter().zip(verdicts)) {
        let recorder = Recorder::create(&machines.evidence(part, case), case).unwrap();
        recorder.record(Event::Verdict {
            verdict: verdict.into(),
            step: "it stays".into(),
            reason: String::new(),
            expected: String::new(),
            seen: String::new(),
            duration_ms: 1,
            checks: 1,
        });
        machines.sum_up(part);
    }
    machines
}

fn standings(summary: &Summary) -> [Standing; 2] {
    [0, 1].map(|place: usize| summary.cases[place].aside.standing)
}

#[test]
fn failures_that_were_foreseen_on_two_machines_make_no_run_red() {
    let entries = [
        entry(Kind::Expected, 9, ONE),
        entry(Kind::Quarantine, 17, OTHER),
    ];
    let summary = machines(&entries, ["fail", "fail"])
        .merged(&[1, 2])
        .unwrap();
    let expected = [Standing::Expected, Standing::Quarantined];
    assert_eq!(standings(&summary), expected);
    assert_eq!((summary.totals.fail, summary.breaches.len()), (2, 0));
    assert_eq!(summary.result(), RunResult::AsExpected);
}

#[test]
fn an_entry_of_both_machines_is_held_to_the_cases_of_both() {
    let entries = [entry(Kind::Expected, 9, "stop.its-*-is-gone")];
    let both = machines(&entries, ["fail", "fail"])
        .merged(&[2, 1])
        .unwrap();
    assert_eq!(standings(&both), [Standing::Expected; 2]);

    let summary = machines(&entries, ["fail", "pass"])
        .merged(&[1, 2])
        .unwrap();
    let told: Vec<_> = (summary.breaches.iter())
        .map(|breach| (breach.line, breach.wrong))
        .collect();
    assert_eq!(told, [(9, Wrong::Passed)]);
    assert_eq!(summary.result(), RunResult::NotConformant);
}

#[test]
fn an_entry_that_does_not_hold_is_told_once_whatever_the_machines_said_of_it() {
    let entries = [entry(Kind::Expected, 9, OTHER)];
    let parts = machines(&entries, ["pass", "pass"]);
    for order in [&[1, 2], &[2, 1]] {
        let summary = parts.merged(order).unwrap();
        assert_eq!(summary.breaches.len(), 1, "{:?}", summary.breaches);
        assert!(summary.breaches[0].sentence.contains(OTHER));
    }
    // The machine that had nothing to do with it had nothing to say of it.
    let plan = Plan::read(&parts.path(1)).unwrap();
    assert_eq!(Summary::gather(&plan, &parts.path(1)).breaches, []);
}

#[test]
fn a_failure_that_one_machine_did_not_foresee_is_red_beside_one_that_was() {
    let entries = [entry(Kind::Expected, 9, ONE)];
    let summary = machines(&entries, ["fail", "fail"])
        .merged(&[1, 2])
        .unwrap();
    assert_eq!(standings(&summary), [Standing::Expected, Standing::Plain]);
    assert_eq!(summary.result(), RunResult::NotConformant);
}

#[test]
fn a_case_in_quarantine_may_pass_on_its_machine() {
    let entries = [entry(Kind::Quarantine, 9, OTHER)];
    let summary = machines(&entries, ["pass", "pass"])
        .merged(&[1, 2])
        .unwrap();
    assert_eq!((summary.breaches.len(), summary.totals.pass), (0, 2));
}

#[test]
fn parts_whose_manifests_foresee_other_things_are_of_other_plans() {
    let parts = machines(&[entry(Kind::Expected, 9, ONE)], ["fail", "pass"]);
    let mut plan = Plan::read(&parts.path(2)).unwrap();
    plan.whole.targets[0].entries.clear();
    plan.sealed().unwrap().write(&parts.path(2)).unwrap();
    let why = parts.refused(&[1, 2]);
    assert!(why.contains("is of another plan than"), "{why}");
}
