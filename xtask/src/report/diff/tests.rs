use super::*;
use rstest::rstest;

fn case(target: &str, id: &str, verdict: Verdict, step: &str) -> CaseSummary {
    CaseSummary {
        target: target.into(),
        step: step.into(),
        expected: "this".into(),
        seen: "that".into(),
        ..crate::finding::tests::case(id, verdict, "because of this")
    }
}

fn run(cases: &[(&str, &str, Verdict)]) -> Summary {
    let cases = cases
        .iter()
        .map(|(target, id, verdict)| case(target, id, *verdict, ""));
    Summary::made_up("mine", cases.collect())
}

/// Worse, better, changed and same.
fn counts(before: &Summary, after: &Summary) -> [usize; 4] {
    let found = Difference::of(before, after);
    [
        found.worse.len(),
        found.better.len(),
        found.other.len(),
        found.same,
    ]
}

#[rstest]
#[case(Verdict::Pass, Verdict::Pass, [0, 0, 0, 1])]
#[case(Verdict::Pass, Verdict::Warn, [1, 0, 0, 0])]
#[case(Verdict::Pass, Verdict::Fail, [1, 0, 0, 0])]
#[case(Verdict::Pass, Verdict::CouldNotRun, [1, 0, 0, 0])]
#[case::claimed_no_more(Verdict::Pass, Verdict::NotApplicable, [1, 0, 0, 0])]
#[case::hidden(Verdict::Fail, Verdict::NotApplicable, [1, 0, 0, 0])]
#[case(Verdict::Fail, Verdict::HarnessError, [1, 0, 0, 0])]
#[case(Verdict::Fail, Verdict::Pass, [0, 1, 0, 0])]
#[case(Verdict::Fail, Verdict::Warn, [0, 1, 0, 0])]
#[case(Verdict::NotApplicable, Verdict::Pass, [0, 1, 0, 0])]
#[case(Verdict::NotApplicable, Verdict::Fail, [1, 0, 0, 0])]
#[case(Verdict::NotApplicable, Verdict::NotApplicable, [0, 0, 0, 1])]
fn a_verdict_changes(
    #[case] before: Verdict,
    #[case] after: Verdict,
    #[case] expected: [usize; 4],
) {
    let one = |verdict| run(&[("mine", "stop.it-ends", verdict)]);
    assert_eq!(counts(&one(before), &one(after)), expected);
}

#[rstest]
#[case::passes(Verdict::Pass, [0, 1, 0, 1], [1, 0, 0, 1])]
#[case::fails(Verdict::Fail, [1, 0, 0, 1], [1, 0, 0, 1])]
#[case::does_not_apply(Verdict::NotApplicable, [0, 0, 1, 1], [0, 0, 1, 1])]
fn a_case_comes_or_goes(
    #[case] verdict: Verdict,
    #[case] comes: [usize; 4],
    #[case] goes: [usize; 4],
) {
    let few = run(&[("mine", "stop.it-ends", Verdict::Pass)]);
    let more = run(&[
        ("mine", "stop.it-ends", Verdict::Pass),
        ("mine", "stop.it-drains", verdict),
    ]);
    assert_eq!(counts(&few, &more), comes);
    assert_eq!(counts(&more, &few), goes);
}

#[test]
fn two_versions_of_a_target_are_compared_whatever_they_are_called() {
    let before = run(&[("app-1", "stop.it-ends", Verdict::Pass)]);
    let after = run(&[("app-2", "stop.it-ends", Verdict::Fail)]);
    assert_eq!(counts(&before, &after), [1, 0, 0, 0]);
}

#[test]
fn several_targets_are_told_apart() {
    let before = run(&[
        ("a", "stop.it-ends", Verdict::Pass),
        ("b", "stop.it-ends", Verdict::Fail),
    ]);
    let after = run(&[
        ("a", "stop.it-ends", Verdict::Fail),
        ("b", "stop.it-ends", Verdict::Pass),
    ]);
    assert_eq!(counts(&before, &after), [1, 1, 0, 0]);
}

#[test]
fn a_failure_that_moved_to_another_step_is_told_and_is_not_worse() {
    let one = |step| {
        Summary::made_up(
            "mine",
            vec![case("mine", "stop.it-ends", Verdict::Fail, step)],
        )
    };
    let (before, after) = (one("it ends"), one("its record is gone"));
    let found = Difference::of(&before, &after);
    assert!(found.worse.is_empty());
    insta::assert_snapshot!(found.words(), @r"
    changed (1)
      mine::stop.it-ends: fail -> fail
          step was  it ends
          step      its record is gone
          expected  this
          seen      that

    0 worse, 0 better, 1 changed, 0 as before
    ");
}

#[test]
fn what_became_worse_comes_first_with_its_reason() {
    let before = run(&[
        ("mine", "a.a", Verdict::Fail),
        ("mine", "b.b", Verdict::Pass),
        ("mine", "c.c", Verdict::Pass),
    ]);
    let after = run(&[
        ("mine", "a.a", Verdict::Pass),
        ("mine", "b.b", Verdict::Fail),
    ]);
    insta::assert_snapshot!(Difference::of(&before, &after).words(), @r"
    worse (2)
      mine::b.b: pass -> fail
          because   because of this
      mine::c.c: pass -> gone

    better (1)
      mine::a.a: fail -> pass

    2 worse, 1 better, 0 changed, 0 as before
    ");
}
