//! Whether clauses, cases and defects belong together without a gap: run as a test, so that nothing dangles.

use crate::case::Case;
use crate::contract::Clause;
use std::collections::BTreeSet;

/// Everything that dangles, in words. Empty when all is well.
#[must_use]
pub fn audit(clauses: &[Clause], cases: &[&Case], defects: &[&str]) -> Vec<String> {
    let mut findings = Vec::new();
    findings.extend(twice(
        "clause",
        clauses.iter().map(|clause| clause.slug.as_str()),
    ));
    findings.extend(twice("case", cases.iter().map(|case| case.id)));
    findings.extend(twice("defect", defects.iter().copied()));
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
    }
    for case in cases {
        findings.extend(of_case(case, clauses, defects));
    }
    let named: BTreeSet<&str> = cases
        .iter()
        .flat_map(|case| case.proofs)
        .filter(|proof| proof.certain)
        .map(|proof| proof.defect)
        .collect();
    let unnamed = defects.iter().filter(|defect| !named.contains(*defect));
    findings.extend(unnamed.map(|defect| format!("defect {defect} is named by no case")));
    findings
}

fn of_case(case: &Case, clauses: &[Clause], defects: &[&str]) -> Vec<String> {
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
    }
    for proof in case.proofs {
        if !defects.contains(&proof.defect) {
            findings.push(format!(
                "case {} names {}, which is no defect",
                case.id, proof.defect
            ));
        }
    }
    let named = case.proofs.iter().map(|proof| proof.defect);
    findings.extend(
        twice("defect", named)
            .into_iter()
            .map(|finding| format!("case {}: {finding}", case.id)),
    );
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
    use crate::case::{Proof, fails_at};
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
        }
    }

    #[test]
    fn finds_nothing_where_all_belongs_together() {
        let excluded = Clause {
            excluded: Some("no pipes".into()),
            ..clause("stop.on-windows")
        };
        assert!(audit(&[clause("stop.ends"), excluded], &[&GOOD], &["hangs"]).is_empty());
    }

    #[test]
    fn finds_a_clause_without_a_case() {
        let findings = audit(
            &[clause("stop.ends"), clause("stop.drains")],
            &[&GOOD],
            &["hangs"],
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
            audit(&[excluded], &[&GOOD], &["hangs"]),
            ["clause stop.ends is excluded and has a case"]
        );
    }

    #[test]
    fn finds_what_stands_there_twice() {
        let findings = audit(
            &[clause("stop.ends"), clause("stop.ends")],
            &[&GOOD, &GOOD],
            &["hangs", "hangs"],
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
        let findings = audit(&[clause("stop.ends")], &[&GOOD], &["hangs", "leaks"]);
        assert_eq!(findings, ["defect leaks is named by no case"]);
    }

    const TWO: &[Proof] = &[
        fails_at("hangs", "it ends"),
        fails_at("hangs", "it is gone"),
    ];
    const UNKNOWN: &[Proof] = &[fails_at("hangs", "it ends"), fails_at("hnags", "it ends")];

    #[rstest]
    #[case(Case { clause: "stop.end", ..GOOD }, "case stop.it-ends tries stop.end, which is no clause")]
    #[case(Case { id: "crash.it-ends", ..GOOD }, "case crash.it-ends is in another chapter than its clause stop.ends")]
    #[case(Case { proofs: &[], ..GOOD }, "case stop.it-ends names no defect that it catches")]
    #[case(Case { proofs: UNKNOWN, ..GOOD }, "case stop.it-ends names hnags, which is no defect")]
    #[case(Case { proofs: TWO, ..GOOD }, "case stop.it-ends: defect hangs stands there twice")]
    fn finds_a_case_that_dangles(#[case] case: Case, #[case] finding: &str) {
        let findings = audit(&[clause("stop.ends")], &[&case], &["hangs"]);
        assert!(findings.contains(&finding.to_owned()), "{findings:?}");
    }
}
