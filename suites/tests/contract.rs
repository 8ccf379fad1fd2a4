//! The contract, the cases and the defects as they are: nothing may dangle.

use suites::{audit, cases, contract};

#[test]
fn clauses_cases_and_defects_belong_together() {
    let defects: Vec<_> = fixtures::defects::ALL
        .iter()
        .chain(fixtures::defects::CLIENT)
        .copied()
        .collect();
    let cases: Vec<_> = cases::all().collect();
    let findings = audit::audit(contract::clauses().unwrap(), &cases, &defects);
    assert!(
        findings.is_empty(),
        "{} findings:\n{}",
        findings.len(),
        findings.join("\n")
    );
}

#[test]
fn the_steps_that_proofs_name_are_short_sentences() {
    for case in cases::all() {
        for proof in case.proofs.iter().filter(|proof| !proof.step.is_empty()) {
            assert!(
                proof.step.contains(' ') && !proof.step.ends_with('.'),
                "{}: `{}` is no step",
                case.id,
                proof.step
            );
        }
    }
}
