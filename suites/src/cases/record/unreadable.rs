//! Records that make no sense.

use super::own::leads_to;
use crate::case::{Case, Need, Proof, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;

const READY: &str = "it becomes ready in spite of the record";
const NEEDS: &[Need] = &[Need::Discovery, Need::Local];

/// What every record that cannot be read at all must not lead to.
const GIVES_UP: Proof = fails_at("exits-on-unreadable-record", READY);
const ONLY_REPAIRS: Proof = fails_at("first-start-only-repairs", READY);
const PANICS: Proof = fails_at("panics-on-wrong-types", READY);

/// A full disk, a power cut or a stray editor leaves such a file once in the life of many a machine. A backend that gives up
/// over it stays dead until somebody deletes it by hand, and users do not know where it is.
async fn replaced(cx: &Context, bytes: impl AsRef<[u8]>) -> Outcome {
    cx.leave_record(bytes)?;

    let backend = cx.start().ready(READY).await?;

    leads_to(cx, "the record is replaced by its own", &backend)
}

const fn case(
    id: &'static str,
    proofs: &'static [Proof],
    run: for<'a> fn(&'a Context) -> crate::case::Running<'a>,
) -> Case {
    Case {
        id,
        clause: "record.unreadable-stops-no-start",
        needs: NEEDS,
        proofs,
        run,
    }
}

pub(super) const EMPTY: Case = case(
    "record.empty-one-stops-no-start",
    &[GIVES_UP, ONLY_REPAIRS],
    |cx| Box::pin(replaced(cx, "")),
);

pub(super) const CUT_SHORT: Case = case(
    "record.cut-one-stops-no-start",
    &[GIVES_UP, ONLY_REPAIRS],
    |cx| Box::pin(cut_short(cx)),
);

async fn cut_short(cx: &Context) -> Outcome {
    let whole = cx.record_text(&cx.url_of_nobody(), 1, &cx.made_up_identity())?;
    let half = whole.as_bytes().get(..whole.len() / 2).unwrap_or_default();
    replaced(cx, half).await
}

pub(super) const NOT_JSON: Case = case(
    "record.that-is-not-json-stops-no-start",
    &[GIVES_UP, ONLY_REPAIRS],
    |cx| Box::pin(replaced(cx, "address = unix:///run/app.sock\npid = 12\n")),
);

pub(super) const BINARY: Case = case(
    "record.of-any-bytes-stops-no-start",
    &[GIVES_UP, ONLY_REPAIRS],
    |cx| Box::pin(replaced(cx, (0..=u8::MAX).rev().collect::<Vec<u8>>())),
);

pub(super) const ARRAY: Case = case(
    "record.that-is-an-array-stops-no-start",
    &[GIVES_UP, ONLY_REPAIRS, PANICS],
    |cx| Box::pin(replaced(cx, "[1, \"two\", null]")),
);

pub(super) const NO_FIELDS: Case = case(
    "record.without-fields-stops-no-start",
    &[GIVES_UP, ONLY_REPAIRS, PANICS],
    |cx| Box::pin(replaced(cx, "{}")),
);

pub(super) const NESTED: Case = case(
    "record.of-deep-nesting-stops-no-start",
    &[GIVES_UP, ONLY_REPAIRS, PANICS],
    // A reader that calls itself for each level runs out of stack.
    |cx| Box::pin(replaced(cx, "[".repeat(60_000))),
);

pub(super) const WRONG_TYPES: Case = case(
    "record.with-wrong-types-stops-no-start",
    &[GIVES_UP, ONLY_REPAIRS, PANICS],
    |cx| Box::pin(wrong_types(cx)),
);

async fn wrong_types(cx: &Context) -> Outcome {
    let discovery = cx.discovery()?;
    let mut fields = vec![
        format!("{:?}: 7", discovery.url),
        format!("{:?}: \"seven\"", discovery.pid),
    ];
    if let Some(identity) = &discovery.identity {
        fields.push(format!("{identity:?}: [null]"));
    }
    if let Some(started_at) = &discovery.started_at {
        fields.push(format!("{started_at:?}: {{}}"));
    }
    replaced(cx, format!("{{{}}}", fields.join(", "))).await
}

pub(super) const HUGE: Case = case(
    "record.of-8-mib-stops-no-start",
    &[
        GIVES_UP,
        ONLY_REPAIRS,
        fails_at("exits-on-huge-record", READY),
    ],
    |cx| Box::pin(huge(cx)),
);

async fn huge(cx: &Context) -> Outcome {
    let mut text = cx.record_text(&cx.url_of_nobody(), 0, &cx.made_up_identity())?;
    text.push_str(&" ".repeat(8 * 1024 * 1024));
    replaced(cx, text).await
}

pub(super) const PID_ZERO: Case = case(
    "record.with-process-id-zero-stops-no-start",
    &[fails_at("trusts-pid-zero", READY)],
    |cx| Box::pin(of_process(cx, 0)),
);

pub(super) const NEGATIVE_PID: Case = case(
    "record.with-a-negative-process-id-stops-no-start",
    &[fails_at("trusts-negative-pid", READY)],
    // To ask whether "process -1" lives is to ask for all processes at once, and the system says yes.
    |cx| Box::pin(of_process(cx, -1)),
);

pub(super) const HUGE_PID: Case = case(
    "record.with-an-impossible-process-id-stops-no-start",
    &[GIVES_UP, ONLY_REPAIRS, PANICS],
    |cx| Box::pin(impossible_pid(cx)),
);

async fn of_process(cx: &Context, pid: i64) -> Outcome {
    let text = cx.record_text(&cx.url_of_nobody(), pid, &cx.made_up_identity())?;
    replaced(cx, text).await
}

async fn impossible_pid(cx: &Context) -> Outcome {
    let text = cx.record_text(&cx.url_of_nobody(), 123_456_789, &cx.made_up_identity())?;
    replaced(
        cx,
        text.replace("123456789", "123456789012345678901234567890"),
    )
    .await
}
