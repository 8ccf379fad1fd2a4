//! Bodies where few expect one.

use super::NEEDS;
use crate::case::{Case, fails_at};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;

const FRAMED: &str = "the body arrives as the body of its request";

/// What a server that sees no framing takes for the next request on the connection.
const SMUGGLED: &str = "DELETE /everything HTTP/1.1\r\nHost: localhost\r\n\r\n";

async fn framed(cx: &Context, method: &str, may_be_refused: bool) -> Outcome {
    let (client, backend) = cx.running_client().await?;

    let fetch = Fetch::new(method, "/framed").body(SMUGGLED);
    let mut asked = client.fetch(&fetch);
    let refusals: &[&str] = if may_be_refused {
        &["bad-request"]
    } else {
        &[]
    };
    let answered = asked.answers_or_is_refused(FRAMED, refusals).await?;
    if answered.is_ok() {
        let request = backend.receives(FRAMED, "/framed").await?;
        cx.expect_bytes(FRAMED, SMUGGLED.as_bytes(), &request.body)?;
    }

    client.carries_on("the next call is whole").await?;
    let requests = backend.requests();
    let smuggled = requests.iter().filter(|one| one.target() == "/everything");
    cx.expect_eq("nothing else arrives", &0, &smuggled.count())
}

pub(super) const DELETE: Case = Case {
    id: "bridge.delete-with-body-is-framed",
    clause: "bridge.frames-every-body",
    needs: NEEDS,
    proofs: &[fails_at("unframed-delete-body", FRAMED)],
    run: |cx| Box::pin(delete(cx)),
};

/// Deleting several things at once is a `DELETE` with a list of them. Several HTTP libraries send the list without its length, and
/// on a kept connection its bytes are the beginning of the next request: whatever they say.
async fn delete(cx: &Context) -> Outcome {
    framed(cx, "DELETE", false).await
}

pub(super) const GET: Case = Case {
    id: "bridge.get-with-body-is-framed",
    clause: "bridge.frames-every-body",
    needs: NEEDS,
    proofs: &[fails_at("unframed-get-body", FRAMED)],
    run: |cx| Box::pin(get(cx)),
};

/// A search that is too long for a URL comes as the body of a `GET`. A bridge may refuse that, as browsers do; what it sends, it frames.
async fn get(cx: &Context) -> Outcome {
    framed(cx, "GET", true).await
}
