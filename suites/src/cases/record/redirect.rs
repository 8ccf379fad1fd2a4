//! Records that lead to somebody who sends the caller elsewhere.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::peer::{Peer, Reply};
use harness::target::Capability;

const NEEDS: &[Need] = &[
    Need::Discovery,
    Need::UnixSocket,
    Need::Claim(Capability::SingleInstance),
];

pub(super) const NO_INSTANCE: Case = Case {
    id: "record.answer-that-redirects-is-no-instance",
    clause: "record.leads-nowhere-else",
    needs: NEEDS,
    proofs: &[
        fails_at(
            "follows-redirect",
            "it becomes ready in spite of the redirect",
        ),
        fails_at(
            "trusts-live-pid",
            "it becomes ready in spite of the redirect",
        ),
    ],
    run: |cx| Box::pin(no_instance(cx)),
};

/// Whoever gets the port of a dead backend can keep the app from starting, by sending its question on to something healthy.
async fn no_instance(cx: &Context) -> Outcome {
    let healthy = cx.healthy(&cx.made_up_identity());
    let (_asked, behind) = redirected_to(cx, healthy).await?;

    let start = cx.start();
    start
        .ready("it becomes ready in spite of the redirect")
        .await?;

    not_asked(cx, &behind)
}

pub(super) const NOT_FOLLOWED: Case = Case {
    id: "record.redirect-is-not-followed",
    clause: "record.leads-nowhere-else",
    needs: NEEDS,
    proofs: &[
        fails_at("follows-redirect", NOT_ASKED),
        fails_at("trusts-live-pid", "it becomes ready"),
    ],
    run: |cx| Box::pin(not_followed(cx)),
};

/// A backend that follows a redirect can be made to knock at any door of the user's network, with the user's own rights.
async fn not_followed(cx: &Context) -> Outcome {
    let nothing_here = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec();
    let (_asked, behind) = redirected_to(cx, Reply::Answer(nothing_here)).await?;

    cx.ready().await?;

    not_asked(cx, &behind)
}

const NOT_ASKED: &str = "nobody asks what is behind the redirect";

/// Leaves a record that leads to a peer which sends its callers on to another; that one answers as it is told.
async fn redirected_to(cx: &Context, reply: Reply) -> Outcome<(Peer, Peer)> {
    let behind = cx.tcp_peer(reply).await?;
    let path = &cx.manifest().health.path;
    let location = format!("{}{path}", behind.endpoint().to_url());
    let redirect = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    );
    let at = cx.endpoint_beside("asked");
    let asked = cx.peer(&at, Reply::Answer(redirect.into_bytes())).await?;
    let pid = cx.stranger()?.pid();
    cx.leave_record(cx.record_text(&at.to_url(), pid.into(), &cx.made_up_identity())?)?;
    Ok((asked, behind))
}

fn not_asked(cx: &Context, behind: &Peer) -> Outcome {
    cx.expect_eq(NOT_ASKED, &0, &behind.connections())
}
