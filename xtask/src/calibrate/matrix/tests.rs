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

fn subjects() -> Subjects {
    let elsewhere = [("pipe-open-to-others", "this platform has no named pipes")];
    Subjects {
        defects: vec!["hangs".into()],
        nulls: vec!["sleeps".into()],
        controls: vec!["reference".into()],
        elsewhere: elsewhere
            .map(|(name, why)| (name.into(), why.into()))
            .into(),
    }
}

fn calibration(done: &[Done]) -> Calibration {
    Calibration::of(done, &subjects(), CASES)
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
        Calibration::of(&all, &subjects(), cases)
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

#[test]
fn what_can_only_be_shown_elsewhere_breaks_nothing_and_is_told() {
    let calibration = calibration(&well());
    assert!(calibration.holds());
    let drawn = calibration.draw();
    let line = "--  pipe-open-to-others  not tried here: this platform has no named pipes";
    assert!(drawn.contains(line), "{drawn}");
    assert!(drawn.ends_with("1 of 1 defects are caught by exactly the cases that name them; 1 more can be shown on other machines alone\n"));
}
