//! A made-up run with a failure of each standing, for the tests of what tells of them.

use super::{Breach, LeftOut};
use crate::finding::tests::case;
use crate::finding::{Again, Aside, CaseSummary};
use crate::summary::Summary;
use suites::expectation::{Entry, Kind, Standing, Wrong};
use suites::verdict::Verdict;

/// One failure that stands in each way, an entry that does not hold, and a clause that was left out.
pub(crate) fn run() -> Summary {
    let cases = vec![
        case("stop.passes", Verdict::Pass, ""),
        failed("stop.new", Standing::Plain, Some(Verdict::Fail)),
        failed("stop.expected", Standing::Expected, None),
        failed("stop.quarantined", Standing::Quarantined, None),
        failed("stop.flaky", Standing::Flaky, Some(Verdict::Pass)),
    ];
    let mut summary = Summary::made_up("mine", cases);
    summary.breaches = vec![Breach {
        target: "mine".into(),
        line: 22,
        wrong: Wrong::Passed,
        sentence: "`stop.passes` passes; remove this entry".into(),
    }];
    summary.left_out = vec![LeftOut {
        target: "mine".into(),
        clause: "ready.health-status".into(),
        why: "no case of it was selected".into(),
    }];
    summary
}

fn failed(id: &str, standing: Standing, again: Option<Verdict>) -> CaseSummary {
    let kind = match standing {
        Standing::Quarantined => Kind::Quarantine,
        _ => Kind::Expected,
    };
    let entry = Entry {
        kind,
        line: 9,
        case: id.into(),
        message: "it ends".into(),
        reason: "a race in the pool #1".into(),
        issue: "https://example.org/issues/8".into(),
        owner: "ada".into(),
        expires: "2099-12-31".parse().unwrap(),
    };
    let mut failed = case(id, Verdict::Fail, "it stays");
    failed.step = "it ends".into();
    failed.aside = Aside {
        standing,
        known: standing.is_covered().then_some(entry),
        again: again.map(|verdict| Again {
            verdict,
            step: String::new(),
            reason: String::new(),
        }),
    };
    failed
}
