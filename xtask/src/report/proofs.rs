//! Which mistakes the cases of a run were shown to catch: the kill matrix, as far as it is about them.

use crate::summary::Summary;
use fixtures::defects::{ALL, CLIENT};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use suites::cases;

/// A defect of a reference that a case names.
#[derive(Serialize)]
pub(super) struct Caught {
    defect: &'static str,
    /// Whether a calibration demands it; else it may be caught, by chance.
    sure: bool,
    /// Where the case fails; empty for wherever it comes first.
    #[serde(skip_serializing_if = "str::is_empty")]
    step: &'static str,
    /// On which platforms, if not on each.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'static str>,
}

/// What the cases of a run catch, by case.
pub(super) fn of(summary: &Summary) -> BTreeMap<&'static str, Vec<Caught>> {
    let run: BTreeSet<&str> = summary.cases.iter().map(|case| case.id.as_str()).collect();
    let own = cases::all().filter(|case| run.contains(case.id));
    let caught = |proof: &suites::case::Proof| Caught {
        defect: proof.defect,
        sure: proof.certain,
        step: proof.step,
        place: proof.shown.place(),
    };
    own.map(|case| (case.id, case.proofs.iter().map(caught).collect()))
        .collect()
}

/// What each of these defects breaks, as the end of a sentence that begins with "It".
pub(super) fn words(
    proofs: &BTreeMap<&'static str, Vec<Caught>>,
) -> BTreeMap<&'static str, &'static str> {
    let named: BTreeSet<&str> = proofs.values().flatten().map(|one| one.defect).collect();
    let all = ALL.iter().chain(CLIENT);
    all.filter(|defect| named.contains(defect.name))
        .map(|defect| (defect.name, defect.breaks))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::case;
    use suites::verdict::Verdict;

    #[test]
    fn a_case_leads_to_its_defects_and_these_to_their_words() {
        let known = cases::all().next().unwrap();
        let cases = [known.id, "stop.is-no-case-of-ours"].map(|id| case(id, Verdict::Pass, ""));
        let proofs = of(&Summary::made_up("mine", cases.into()));
        assert_eq!(proofs.len(), 1);
        let words = words(&proofs);
        assert_eq!(proofs[known.id].len(), known.proofs.len());
        assert!(
            proofs[known.id]
                .iter()
                .all(|one| words.contains_key(one.defect))
        );
    }
}
