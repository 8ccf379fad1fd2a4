//! What stands in a tree before it is written.

use super::names::Names;
use suites::audit::STUB;

/// The clause, to follow the last of its chapter.
pub(super) fn clause(names: &Names) -> String {
    format!(
        "
## {}
- level: MUST

{STUB}: what a conformant target does, in one to three sentences.

Reason: {STUB}: why it matters to the person whose app breaks.

Fix: {STUB}: how a target comes to keep it, and the trap beside that.
",
        names.clause
    )
}

/// The file of the case. It compiles, and its case fails for a fault of its own.
pub(super) fn case(names: &Names) -> String {
    let (given, need) = match names.chapter {
        "pair" => (
            "    let pair = cx.unused_pair(\"pair\")?;\n    let (_client, _backend) = pair.runs().await?;\n",
            "Need::Pair",
        ),
        "client" | "bridge" => (
            "    let (_client, _backend) = cx.running_client().await?;\n",
            "",
        ),
        _ => ("    let _backend = cx.ready().await?;\n", "Need::Local"),
    };
    let import = if need.is_empty() { "" } else { "Need, " };
    format!(
        "//! {STUB}: what the cases of this file have in common.

use crate::audit::STUB;
use crate::case::{{Case, {import}fails_at}};
use crate::context::Context;
use crate::verdict::{{Outcome, Stop}};

pub(super) const CASE: Case = Case {{
    id: \"{}\",
    clause: \"{}\",
    needs: &[{need}],
    proofs: &[fails_at(\"{}\", STUB)],
    run: |cx| Box::pin(tried(cx)),
}};

/// {STUB}: what happens to whom when a target does otherwise.
async fn tried(cx: &Context) -> Outcome {{
{given}
    Err(Stop::Harness(format!(\"{{STUB}}: when, and then\")))
}}
",
        names.case, names.clause, names.defect
    )
}

/// The line of the defect in its catalogue.
pub(super) fn defect(names: &Names) -> String {
    format!(
        "    {} \"{}\" \"{STUB}: what it does instead\";\n",
        names.switch(),
        names.defect
    )
}

/// What is to be done now, in words.
pub(super) fn next_steps(names: &Names) -> String {
    let reference = if names.for_clients() {
        "fixtures/src/client"
    } else {
        "fixtures/src/backend"
    };
    let Names {
        chapter,
        clause,
        case,
        defect,
        module,
    } = names;
    format!(
        "Now write, until nothing of this is red:
  1. the clause {clause} in suites/contract/{chapter}.md, and its level;
  2. the case {case} in suites/src/cases/{chapter}/{module}.rs, and the step at which the defect fails;
  3. what {defect} breaks, in its line, and `active(Switch::{switch})` where {reference} departs from what is right.

  cargo nextest run -p suites --test contract
  cargo nextest run -p suites -E 'test({case})'
  cargo xtask calibrate --quick --case {case}",
        switch = names.switch()
    )
}
