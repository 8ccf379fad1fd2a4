//! Whether clauses, cases and defects belong together without a gap: run as a test, so that nothing dangles.

use crate::case::{Case, Proof, Shown};
use crate::contract::Clause;
use crate::plan::of_another_machine;
use crate::verdict::Level;
use fixtures::defects::Defect;
use std::collections::BTreeSet;

/// What stands where something is still to be written; `cargo xtask new-case` puts it there. Nothing that holds it is finished.
pub const STUB: &str = "TO BE WRITTEN";

/// Everything that dangles, in words. Empty when all is well.
#[must_use]
pub fn audit(clauses: &[Clause], cases: &[&Case], defects: &[Defect]) -> Vec<String> {
    let mut findings = Vec::new();
    findings.extend(twice(
        "clause",
        clauses.iter().map(|clause| clause.slug.as_str()),
    ));
    findings.extend(twice("case", cases.iter().map(|case| case.id)));
    findings.extend(twice("defect", defects.iter().map(|defect| defect.name)));
    for clause in clauses {
        let tried = cases.iter().any(|case| case.clause == clause.slug);
        match (&clause.excluded, tried) {
            (None, false) => findings.push(format!(
                "clause {} has no case and no stated exclusion",
                clause.slug
            )),
            (Some(_), true) => {
                findings.push(format!("clause {} is excluded and has a case", clause.slug));
            }
            _ => {}
        }
        findings.extend(unwritten(clause));
    }
    let stubs = defects.iter().filter(|one| one.breaks.contains(STUB));
    findings.extend(stubs.map(|stub| {
        format!(
            "defect {} is a stub; say in its line what it breaks, and ask for it where honest code departs",
            stub.name
        )
    }));
    for case in cases {
        findings.extend(of_case(case, clauses, defects));
    }
    let named: BTreeSet<&str> = cases
        .iter()
        .flat_map(|case| case.proofs)
        .filter(|proof| proof.certain)
        .map(|proof| proof.defect)
        .collect();
    let unnamed = defects.iter().filter(|one| !named.contains(one.name));
    findings.extend(unnamed.map(|one| format!("defect {} is named by no case", one.name)));
    findings
}

/// What a clause does not say yet.
fn unwritten(clause: &Clause) -> Option<String> {
    let slug = &clause.slug;
    let fix = clause.fix.as_deref();
    let texts = [Some(clause.text.as_str()), Some(&clause.reason), fix];
    if texts.into_iter().flatten().any(|text| text.contains(STUB)) {
        return Some(format!(
            "clause {slug} is a stub; write its text, its reason and its fix"
        ));
    }
    (clause.level == Level::Must && fix.is_none()).then(|| {
        format!("clause {slug} is a MUST and does not say how to keep it; add a paragraph `Fix: …`")
    })
}

fn of_case(case: &Case, clauses: &[Clause], defects: &[Defect]) -> Vec<String> {
    let mut findings = Vec::new();
    let chapter = |slug: &str| slug.split('.').next().unwrap_or_default().to_owned();
    if !clauses.iter().any(|clause| clause.slug == case.clause) {
        findings.push(format!(
            "case {} tries {}, which is no clause",
            case.id, case.clause
        ));
    }
    if chapter(case.id) != chapter(case.clause) {
        findings.push(format!(
            "case {} is in another chapter than its clause {}",
            case.id, case.clause
        ));
    }
    if !case.proofs.iter().any(|proof| proof.certain) {
        findings.push(format!("case {} names no defect that it catches", case.id));
    } else if of_another_machine(case).is_none()
        && !case
            .proofs
            .iter()
            .any(|proof| proof.certain && proof.holds_here())
    {
        let id = case.id;
        findings.push(format!(
            "case {id} runs on this machine and names no defect that it catches here"
        ));
    }
    for proof in case.proofs {
        if !defects.iter().any(|one| one.name == proof.defect) {
            findings.push(format!(
                "case {} names {}, which is no defect",
                case.id, proof.defect
            ));
        }
    }
    if case.proofs.iter().any(|proof| proof.step.contains(STUB)) {
        findings.push(format!(
            "case {} is a stub; write what it tries, and name the step at which each defect fails",
            case.id
        ));
    }
    let vague = |proof: &&Proof| proof.certain && proof.step.is_empty();
    findings.extend(case.proofs.iter().filter(vague).map(|proof| {
        let (case, defect) = (case.id, proof.defect);
        format!("case {case} does not say where it catches {defect}")
    }));
    let on_all_but = |other| {
        let named = case.proofs.iter().filter(move |proof| proof.shown != other);
        twice("defect", named.map(|proof| proof.defect))
    };
    let doubled: BTreeSet<String> = [Shown::OnUnix, Shown::OnWindows]
        .into_iter()
        .flat_map(on_all_but)
        .collect();
    let of_case = doubled
        .into_iter()
        .map(|finding| format!("case {}: {finding}", case.id));
    findings.extend(of_case);
    findings
}

fn twice<'a>(kind: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names
        .filter(|name| !seen.insert(*name))
        .map(|name| format!("{kind} {name} stands there twice"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Need, fails_at};
    use crate::verdict::Level;
    use rstest::rstest;

    const GOOD: Case = Case {
        id: "stop.it-ends",
        clause: "stop.ends",
        needs: &[],
        proofs: &[fails_at("hangs", "it ends")],
        run: |_| Box::pin(async { Ok(()) }),
    };

    fn clause(slug: &str) -> Clause {
        Clause {
            slug: slug.to_owned(),
            level: Level::Must,
            needs: Vec::new(),
            bug: None,
            excluded: None,
            text: String::new(),
            reason: String::new(),
            fix: Some(String::new()),
        }
    }

    const fn breaks(name: &'static str) -> Defect {
        Defect {
            name,
            breaks: "something",
        }
    }

    #[test]
    fn finds_nothing_where_all_belongs_together() {
        let excluded = Clause {
            excluded: Some("no pipes".into()),
            ..clause("stop.on-windows")
        };
        assert!(
            audit(
                &[clause("stop.ends"), excluded],
                &[&GOOD],
                &[breaks("hangs")]
            )
            .is_empty()
        );
    }

    #[rstest]
    #[case(BY_PLATFORM, &[])]
    #[case(ELSEWHERE, if cfg!(unix) { &[Need::Pipes] } else { &[Need::Signals] })]
    fn a_proof_may_be_one_platforms_own(
        #[case] proofs: &'static [Proof],
        #[case] needs: &'static [Need],
    ) {
        let case = Case {
            needs,
            proofs,
            ..GOOD
        };
        let findings = audit(&[clause("stop.ends")], &[&case], &[breaks("hangs")]);
        assert_eq!(findings, [""; 0]);
    }

    #[test]
    fn finds_a_clause_without_a_case() {
        let findings = audit(
            &[clause("stop.ends"), clause("stop.drains")],
            &[&GOOD],
            &[breaks("hangs")],
        );
        assert_eq!(
            findings,
            ["clause stop.drains has no case and no stated exclusion"]
        );
    }

    #[test]
    fn finds_an_excluded_clause_with_a_case() {
        let excluded = Clause {
            excluded: Some("no pipes".into()),
            ..clause("stop.ends")
        };
        assert_eq!(
            audit(&[excluded], &[&GOOD], &[breaks("hangs")]),
            ["clause stop.ends is excluded and has a case"]
        );
    }

    #[test]
    fn finds_what_stands_there_twice() {
        let findings = audit(
            &[clause("stop.ends"), clause("stop.ends")],
            &[&GOOD, &GOOD],
            &[breaks("hangs"), breaks("hangs")],
        );
        assert_eq!(
            findings,
            [
                "clause stop.ends stands there twice",
                "case stop.it-ends stands there twice",
                "defect hangs stands there twice"
            ]
        );
    }

    #[test]
    fn finds_a_defect_without_a_case() {
        let findings = audit(
            &[clause("stop.ends")],
            &[&GOOD],
            &[breaks("hangs"), breaks("leaks")],
        );
        assert_eq!(findings, ["defect leaks is named by no case"]);
    }

    #[test]
    fn finds_a_must_that_does_not_say_how_to_keep_it() {
        let bare = Clause {
            fix: None,
            ..clause("stop.ends")
        };
        let should = Clause {
            level: Level::Should,
            ..bare.clone()
        };
        assert!(audit(&[should], &[&GOOD], &[breaks("hangs")]).is_empty());
        assert_eq!(
            audit(&[bare], &[&GOOD], &[breaks("hangs")]),
            [
                "clause stop.ends is a MUST and does not say how to keep it; add a paragraph `Fix: …`"
            ]
        );
    }

    #[test]
    fn finds_stubs() {
        let clause = Clause {
            reason: format!("{STUB}: why"),
            ..clause("stop.ends")
        };
        let hangs = Defect {
            name: "hangs",
            breaks: STUB,
        };
        assert_eq!(
            audit(&[clause], &[&GOOD], &[hangs]),
            [
                "clause stop.ends is a stub; write its text, its reason and its fix",
                "defect hangs is a stub; say in its line what it breaks, and ask for it where honest code departs",
            ]
        );
    }

    const TWO: &[Proof] = &[
        fails_at("hangs", "it ends"),
        fails_at("hangs", "it is gone"),
    ];
    const BY_PLATFORM: &[Proof] = &[
        fails_at("hangs", "it ends").on_unix(),
        fails_at("hangs", "it is gone").on_windows(),
    ];
    const THREE: &[Proof] = &[
        fails_at("hangs", "it ends").on_unix(),
        fails_at("hangs", "it is gone").on_windows(),
        fails_at("hangs", "it answers"),
    ];
    const ELSEWHERE: &[Proof] = &[if cfg!(unix) {
        fails_at("hangs", "it ends").on_windows()
    } else {
        fails_at("hangs", "it ends").on_unix()
    }];
    const STUBBED: &[Proof] = &[fails_at("hangs", STUB)];
    const VAGUE: &[Proof] = &[fails_at("hangs", "")];
    const UNKNOWN: &[Proof] = &[fails_at("hangs", "it ends"), fails_at("hnags", "it ends")];

    #[rstest]
    #[case(Case { clause: "stop.end", ..GOOD }, "case stop.it-ends tries stop.end, which is no clause")]
    #[case(Case { id: "crash.it-ends", ..GOOD }, "case crash.it-ends is in another chapter than its clause stop.ends")]
    #[case(Case { proofs: &[], ..GOOD }, "case stop.it-ends names no defect that it catches")]
    #[case(Case { proofs: UNKNOWN, ..GOOD }, "case stop.it-ends names hnags, which is no defect")]
    #[case(Case { proofs: STUBBED, ..GOOD }, "case stop.it-ends is a stub; write what it tries, and name the step at which each defect fails")]
    #[case(Case { proofs: VAGUE, ..GOOD }, "case stop.it-ends does not say where it catches hangs")]
    #[case(Case { proofs: TWO, ..GOOD }, "case stop.it-ends: defect hangs stands there twice")]
    #[case(Case { proofs: THREE, ..GOOD }, "case stop.it-ends: defect hangs stands there twice")]
    #[case(Case { proofs: ELSEWHERE, ..GOOD }, "case stop.it-ends runs on this machine and names no defect that it catches here")]
    fn finds_a_case_that_dangles(#[case] case: Case, #[case] finding: &str) {
        let findings = audit(&[clause("stop.ends")], &[&case], &[breaks("hangs")]);
        assert!(findings.contains(&finding.to_owned()), "{findings:?}");
    }
}
