//! Answers without a body, of both kinds: where it is empty, and where there can be none.

use super::NEEDS;
use crate::case::{Case, fails_at, may_fail_at};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;
use harness::standin::{Reaction, Rule, Then};

const EMPTY_TEXT: &str = "its body is empty, and not absent";
const NULL: &str = "the answer comes with its status and a null body";
const NO_BYTES: &str = "the answer comes without waiting for a body";
const WHOLE: &str = "the next call is whole";

pub(super) const EMPTY: Case = Case {
    id: "bridge.empty-body-is-not-absent",
    clause: "bridge.gives-an-empty-body-as-empty",
    needs: NEEDS,
    proofs: &[fails_at("empty-body-is-null", EMPTY_TEXT)],
    run: |cx| Box::pin(empty(cx)),
};

/// An empty file is a file. A window that is handed null for it shows an error, or the file before.
async fn empty(cx: &Context) -> Outcome {
    let answer = Reaction::Answer {
        status: 200,
        headers: Vec::new(),
        body: Default::default(),
    };
    let rule = Rule::at("/empty", answer);
    let (client, _backend) = cx.running_client_with([rule]).await?;

    let answered = client.carries(EMPTY_TEXT, &Fetch::get("/empty")).await?;
    cx.expect_eq(EMPTY_TEXT, &Some(Vec::new()), &answered.body)
}

/// An answer of this status has no body, and handing one to the window's `Response`, however empty, throws there.
async fn null(cx: &Context, status: u16) -> Outcome {
    let headers = match status {
        101 => vec![
            ("Connection".to_owned(), "Upgrade".to_owned()),
            ("Upgrade".to_owned(), "of-its-own".to_owned()),
        ],
        _ => Vec::new(),
    };
    let answer = Reaction::Answer {
        status,
        headers,
        body: Default::default(),
    };
    let rule = Rule::at("/null", answer);
    let (client, _backend) = cx.running_client_with([rule]).await?;

    let answered = client.carries(NULL, &Fetch::get("/null")).await?;
    cx.expect_eq(NULL, &u64::from(status), &answered.status)?;
    cx.expect_eq(NULL, &None, &answered.body)?;
    client.carries_on(WHOLE).await
}

pub(super) const SWITCHING: Case = Case {
    id: "bridge.101-has-a-null-body",
    clause: "bridge.gives-null-where-no-body-can-be",
    needs: NEEDS,
    proofs: &[
        fails_at("throws-on-101", NULL),
        may_fail_at("uses-dead-connection", WHOLE),
    ],
    run: |cx| Box::pin(null(cx, 101)),
};

pub(super) const NO_CONTENT: Case = Case {
    id: "bridge.204-has-a-null-body",
    clause: "bridge.gives-null-where-no-body-can-be",
    needs: NEEDS,
    proofs: &[
        fails_at("throws-on-204", NULL),
        fails_at("empty-body-for-204", NULL),
    ],
    run: |cx| Box::pin(null(cx, 204)),
};

pub(super) const RESET_CONTENT: Case = Case {
    id: "bridge.205-has-a-null-body",
    clause: "bridge.gives-null-where-no-body-can-be",
    needs: NEEDS,
    proofs: &[fails_at("throws-on-205", NULL)],
    run: |cx| Box::pin(null(cx, 205)),
};

pub(super) const NOT_MODIFIED: Case = Case {
    id: "bridge.304-has-a-null-body",
    clause: "bridge.gives-null-where-no-body-can-be",
    needs: NEEDS,
    proofs: &[fails_at("throws-on-304", NULL)],
    run: |cx| Box::pin(null(cx, 304)),
};

pub(super) const HEAD: Case = Case {
    id: "bridge.head-has-no-body",
    clause: "bridge.expects-no-body-of-head",
    needs: NEEDS,
    proofs: &[fails_at("waits-for-body-of-head", NO_BYTES)],
    run: |cx| Box::pin(head(cx)),
};

/// How large a download would be is asked with `HEAD`: the answer names a length, and no bytes follow. Who waits for them waits
/// until a limit, or takes the next answer for them.
async fn head(cx: &Context) -> Outcome {
    let reaction = Reaction::Raw {
        bytes: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Size: 5\r\n\r\n".into(),
        then: Then::Continue,
    };
    let rule = Rule::at("/download", reaction);
    let (client, _backend) = cx.running_client_with([rule]).await?;

    let fetch = Fetch::new("HEAD", "/download");
    let answered = client.carries(NO_BYTES, &fetch).await?;
    cx.expect_eq(NO_BYTES, &200, &answered.status)?;
    cx.expect_bytes(NO_BYTES, b"", answered.bytes())?;
    cx.expect_eq(
        "its headers come back",
        &vec!["5"],
        &answered.header("x-size"),
    )?;
    client.carries_on(WHOLE).await
}
