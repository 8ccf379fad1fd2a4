//! The request that asks for a stop.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::process::Signal;

pub(super) const ENDS_IT: Case = Case {
    id: "stop.request-ends-it-as-a-signal-does",
    clause: "stop.in-band-on-windows",
    needs: &[Need::Local, Need::StopRequest],
    proofs: &[
        fails_at("ignores-stop-request", "it ends well"),
        fails_at("exits-nonzero-on-stop", "it ends well"),
        fails_at("stops-late", "it ends well"),
        fails_at("leaves-record", "the record is gone"),
        fails_at("nonce-differs-from-record", "it takes the request to stop"),
    ],
    run: |cx| Box::pin(ends_it(cx)),
};

/// Windows has no signal that asks. There this request is all that stands between a backend and an end by force, after which nothing
/// is cleared away.
async fn ends_it(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    backend
        .is_requested_to_stop("it takes the request to stop")
        .await?;

    backend
        .ends_as_asked("it ends well", Signal::Term, cx.bounds().stop)
        .await?;
    cx.no_record("the record is gone")
}

pub(super) const FOR_ANOTHER: Case = Case {
    id: "stop.request-for-another-instance-is-refused",
    clause: "stop.request-names-its-instance",
    needs: &[Need::Local, Need::StopRequest, Need::Identity],
    proofs: &[fails_at("stops-for-anybody", REFUSED)],
    run: |cx| Box::pin(for_another(cx)),
};

const REFUSED: &str = "it refuses the request";

/// An app that has restarted its backend still has a window that means the old one. And a page in a browser can send a request to
/// every port of this machine, but knows the identity of nobody.
async fn for_another(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let other = cx.made_up_identity();

    for identity in [Some(other.as_str()), None] {
        let answer = backend.stop_request(identity).await?;

        let answer = cx.expect_ok(REFUSED, "an answer", answer)?;
        let refused = (400..500).contains(&answer.status);
        cx.expect(REFUSED, "a status of the 400s", answer.status, refused)?;
        backend.is_well("it goes on serving").await?;
    }
    Ok(())
}
