use super::*;
use proptest::prelude::*;
use rstest::rstest;

const CATALOGUE: [&str; 5] = ["stop.a", "stop.b", "stop.c", "ready.a", "record.a"];

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn entry(kind: Kind, line: usize, case: &str, message: &str) -> Entry {
    Entry {
        kind,
        line,
        case: case.into(),
        message: message.into(),
        reason: "the library does so".into(),
        issue: "#7".into(),
        owner: "ada".into(),
        expires: date("2027-01-31"),
    }
}

fn tried<'a>(id: &'a str, verdict: Verdict, step: &'a str) -> Tried<'a> {
    Tried {
        id,
        verdict,
        words: [step, "exit code 0", "exit code 3", step],
        again: None,
    }
}

/// All that is planned, of which `record.a` does not apply.
fn rows<'a>(ids: &[&'a str]) -> Vec<Row<'a>> {
    let row = |id: &&'a str| Row {
        id,
        not_applicable: id
            .starts_with("record.")
            .then_some("it writes no discovery record"),
    };
    ids.iter().map(row).collect()
}

fn judged(entries: &[Entry], tried: &[Tried<'_>]) -> Judged {
    judge(
        entries,
        &CATALOGUE,
        &rows(&CATALOGUE),
        tried,
        date("2026-11-21"),
    )
}

fn found(judged: &Judged) -> Vec<(Wrong, usize)> {
    let all = judged.breaches.iter();
    all.map(|breach| (breach.wrong, breach.line)).collect()
}

use Kind::{Expected, Quarantine};
use Standing::{Expected as AsExpected, Flaky, Plain, Quarantined};
use Verdict::{CouldNotRun, Fail, HarnessError, Pass, Warn};

/// One entry for `stop.a`, and each verdict of it.
#[rstest]
#[case::as_expected(Expected, "it ends", Fail, AsExpected, None)]
#[case::as_expected_of_a_should(Expected, "it ends", Warn, AsExpected, None)]
#[case::by_what_was_expected(Expected, "code 0", Fail, AsExpected, None)]
#[case::by_what_was_seen(Expected, "exit code 3", Fail, AsExpected, None)]
#[case::passed(Expected, "it ends", Pass, Plain, Some(Wrong::Passed))]
#[case::otherwise(Expected, "it begins", Fail, Plain, Some(Wrong::OtherMessage))]
#[case::otherwise_of_a_should(Expected, "it begins", Warn, Plain, Some(Wrong::OtherMessage))]
#[case::other_case_of_letters(Expected, "IT ENDS", Fail, Plain, Some(Wrong::OtherMessage))]
#[case::not_known(Expected, "it ends", CouldNotRun, Plain, None)]
#[case::harness(Expected, "it ends", HarnessError, Plain, None)]
#[case::quarantined(Quarantine, "it ends", Fail, Quarantined, None)]
#[case::quarantined_should(Quarantine, "it ends", Warn, Quarantined, None)]
#[case::quarantined_and_passed(Quarantine, "it ends", Pass, Plain, None)]
#[case::quarantined_otherwise(Quarantine, "it begins", Fail, Plain, Some(Wrong::OtherMessage))]
#[case::quarantined_not_known(Quarantine, "it ends", CouldNotRun, Plain, None)]
fn an_entry_is_held_against_its_case(
    #[case] kind: Kind,
    #[case] message: &str,
    #[case] verdict: Verdict,
    #[case] standing: Standing,
    #[case] wrong: Option<Wrong>,
) {
    let judged = judged(
        &[entry(kind, 12, "stop.a", message)],
        &[tried("stop.a", verdict, "it ends")],
    );
    let place = standing.is_covered().then_some(0);
    assert_eq!(judged.standings, [(standing, place)]);
    let expected: Vec<(Wrong, usize)> = wrong.into_iter().map(|wrong| (wrong, 12)).collect();
    assert_eq!(found(&judged), expected);
}

#[rstest]
#[case::failed_twice(Fail, Some(Fail), Plain)]
#[case::passed_alone(Fail, Some(Pass), Flaky)]
#[case::a_should_passed_alone(Warn, Some(Pass), Flaky)]
#[case::not_run_again(Fail, None, Plain)]
#[case::passed_at_once(Pass, None, Plain)]
#[case::unknown_alone(Fail, Some(CouldNotRun), Plain)]
fn alone_green_is_flaky(
    #[case] verdict: Verdict,
    #[case] again: Option<Verdict>,
    #[case] standing: Standing,
) {
    let one = Tried {
        again,
        ..tried("stop.a", verdict, "it ends")
    };
    assert_eq!(judged(&[], &[one]).standings, [(standing, None)]);
    let quarantine = [entry(Quarantine, 3, "stop.a", "it ends")];
    let covered = judged(&quarantine, &[one]).standings[0].0;
    assert_eq!(covered == Quarantined, one.failed());
}

#[rstest]
#[case::last_day("2027-01-31", false)]
#[case::day_after("2027-02-01", true)]
#[case::year_after("2028-01-01", true)]
#[case::long_before("2026-01-01", false)]
fn an_entry_holds_to_the_end_of_its_last_day(#[case] today: &str, #[case] expired: bool) {
    let entries = [entry(Expected, 12, "stop.a", "it ends")];
    let failed = [tried("stop.a", Fail, "it ends")];
    let judged = judge(
        &entries,
        &CATALOGUE,
        &rows(&CATALOGUE),
        &failed,
        date(today),
    );
    let wrong: &[(Wrong, usize)] = if expired {
        &[(Wrong::Expired, 12)]
    } else {
        &[]
    };
    assert_eq!(found(&judged), wrong);
    assert_eq!(judged.standings[0].0.is_covered(), !expired);
    assert!(!expired || judged.breaches[0].sentence.contains("ada"));
}

#[rstest]
#[case::no_such_case("stop.z", &CATALOGUE, Some("`stop.z` is no case of such a target"))]
#[case::no_such_glob("pair.*", &CATALOGUE, Some("`pair.*` is no case"))]
#[case::not_applicable("record.*", &CATALOGUE, Some("it writes no discovery record; remove the entry"))]
#[case::one_applies("re*.a", &CATALOGUE, None)]
#[case::not_selected("stop.b", &["ready.a"], None)]
#[case::not_selected_and_might_not_apply("record.a", &["ready.a"], None)]
#[case::no_such_case_whatever_is_selected("stop.z", &["ready.a"], Some("is no case"))]
fn an_entry_that_can_never_hold_is_unseen(
    #[case] case: &str,
    #[case] selected: &[&str],
    #[case] words: Option<&str>,
) {
    let entries = [entry(Quarantine, 12, case, "it ends")];
    let judged = judge(
        &entries,
        &CATALOGUE,
        &rows(selected),
        &[],
        date("2026-11-21"),
    );
    let sentence = judged
        .breaches
        .first()
        .map(|breach| breach.sentence.as_str());
    match (sentence, words) {
        (Some(sentence), Some(words)) => assert!(sentence.contains(words), "{sentence}"),
        (sentence, words) => assert_eq!(sentence, words),
    }
    assert!(
        judged
            .breaches
            .iter()
            .all(|breach| breach.wrong == Wrong::Unseen)
    );
}

#[rstest]
#[case::the_same(Expected, "stop.a", Expected, "stop.a")]
#[case::glob_and_id(Expected, "stop.*", Expected, "stop.a")]
#[case::globs_that_meet(Expected, "stop.*", Quarantine, "*.a")]
#[case::two_kinds(Expected, "stop.a", Quarantine, "stop.a")]
fn a_case_that_two_entries_name_is_covered_by_neither(
    #[case] one: Kind,
    #[case] first: &str,
    #[case] other: Kind,
    #[case] second: &str,
) {
    let entries = [
        entry(one, 3, first, "it ends"),
        entry(other, 9, second, "it ends"),
    ];
    let judged = judged(&entries, &[tried("stop.a", Fail, "it ends")]);
    assert_eq!(judged.standings, [(Plain, None)]);
    assert_eq!(found(&judged), [(Wrong::Twice, 9)]);
    assert_eq!(
        judged.breaches[0].sentence,
        "`stop.a` is named by line 3 too; keep one of the two"
    );
}

#[test]
fn each_case_of_a_glob_must_fail() {
    let entries = [entry(Expected, 3, "stop.*", "it ends")];
    let found = judged(
        &entries,
        &[
            tried("stop.a", Fail, "it ends"),
            tried("stop.b", Pass, ""),
            tried("stop.c", Fail, "its record is gone"),
            tried("ready.a", Fail, "it ends"),
        ],
    );
    let standings: Vec<Standing> = found.standings.iter().map(|(one, _)| *one).collect();
    assert_eq!(standings, [AsExpected, Plain, Plain, Plain]);
    let sentences: Vec<&str> = found
        .breaches
        .iter()
        .map(|breach| breach.sentence.as_str())
        .collect();
    assert_eq!(
        sentences,
        [
            "`stop.b` is expected to fail and passed; remove the entry, and close #7",
            "`stop.c` failed otherwise than is said here: `it ends` occurs nowhere in it; it failed at `its record is gone`",
        ]
        .map(|sentence| sentence.to_owned())
    );
}

#[test]
fn a_failure_without_a_step_is_told_by_its_reason() {
    let one = Tried {
        words: ["", "", "", "no such program"],
        ..tried("stop.a", Fail, "")
    };
    let judged = judged(&[entry(Expected, 3, "stop.a", "it ends")], &[one]);
    assert!(
        judged.breaches[0]
            .sentence
            .ends_with("it failed at `no such program`")
    );
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let kind = prop::sample::select(vec![Expected, Quarantine]);
    let case = prop::sample::select(vec![
        "stop.a",
        "stop.b",
        "stop.*",
        "*.a",
        "record.a",
        "nothing.at-all",
        "*",
    ]);
    let message = prop::sample::select(vec!["it ends", "other words"]);
    let expires = prop::sample::select(vec!["2026-01-01", "2026-11-21", "2028-01-01"]);
    (kind, case, message, expires, 1_usize..99).prop_map(|(kind, case, message, expires, line)| {
        Entry {
            expires: date(expires),
            ..entry(kind, line, case, message)
        }
    })
}

fn any_tried() -> impl Strategy<Value = Tried<'static>> {
    let verdicts = vec![Pass, Fail, Warn, CouldNotRun, HarnessError];
    let again = prop::option::of(prop::sample::select(verdicts.clone()));
    (
        prop::sample::select(CATALOGUE[..4].to_vec()),
        prop::sample::select(verdicts),
        again,
    )
        .prop_map(|(id, verdict, again)| Tried {
            again,
            ..tried(id, verdict, "it ends")
        })
}

fn any_found() -> impl Strategy<Value = Vec<Tried<'static>>> {
    prop::collection::vec(any_tried(), 0..5).prop_map(|mut all| {
        all.sort_by_key(|one| one.id);
        all.dedup_by_key(|one| one.id);
        all
    })
}

proptest! {
    #[test]
    fn only_a_failure_that_one_living_entry_foresaw_is_covered(
        entries in prop::collection::vec(any_entry(), 0..5),
        found in any_found(),
    ) {
        let today = date("2026-11-21");
        let judged = judged(&entries, &found);
        prop_assert_eq!(judged.standings.len(), found.len());
        for (one, (standing, place)) in found.iter().zip(&judged.standings) {
            let own: Vec<usize> = (0..entries.len()).filter(|at| entries[*at].covers(one.id)).collect();
            let foreseen = one.failed()
                && matches!(&own[..], [at] if entries[*at].expires >= today && one.says(&entries[*at].message));
            prop_assert_eq!(standing.is_covered(), foreseen);
            prop_assert_eq!(place.is_some(), foreseen);
            prop_assert_eq!(*standing == Flaky, !foreseen && one.failed() && one.again == Some(Pass));
        }
    }

    #[test]
    fn without_a_breach_each_expected_case_that_was_judged_has_failed(
        entries in prop::collection::vec(any_entry(), 0..4),
        found in any_found(),
    ) {
        let judged = judged(&entries, &found);
        if judged.breaches.is_empty() {
            for one in &found {
                let mut own = entries.iter().filter(|entry| entry.covers(one.id));
                prop_assert!(own.clone().count() <= 1);
                if own.any(|entry| entry.kind == Expected) {
                    prop_assert_ne!(one.verdict, Pass);
                }
            }
        }
    }

    #[test]
    fn each_breach_names_the_line_of_an_entry(
        entries in prop::collection::vec(any_entry(), 0..5),
        found in any_found(),
    ) {
        for breach in judged(&entries, &found).breaches {
            prop_assert!(entries.iter().any(|entry| entry.line == breach.line));
            prop_assert!(!breach.sentence.is_empty() && !breach.sentence.contains('\n'));
        }
    }

    #[test]
    fn entries_of_what_was_not_selected_say_nothing(entries in prop::collection::vec(any_entry(), 0..5)) {
        let judged = judge(&entries, &CATALOGUE, &[], &[], date("2030-01-01"));
        prop_assert!(judged.breaches.iter().all(|breach| breach.wrong == Wrong::Unseen));
    }
}
