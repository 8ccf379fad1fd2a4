//! Requests go to the backend, and nowhere else.

use super::NEEDS;
use crate::case::{Case, fails_at};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;
use harness::peer::Reply;
use harness::standin::{Reaction, Rule};

const ANSWER: &str = "the redirect comes back as the answer";
const NOWHERE: &str = "nobody connects to the other place";

/// Somebody who is not the backend, and whom a caller would take for it.
fn other() -> Reply {
    Reply::Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nelsewhere".to_vec())
}

pub(super) const REDIRECTS: Case = Case {
    id: "bridge.redirects-are-answers",
    clause: "bridge.leaves-redirects-to-the-caller",
    needs: NEEDS,
    proofs: &[fails_at("follows-redirects", ANSWER)],
    run: |cx| Box::pin(redirects(cx)),
};

/// A sign-in answers with the address of a page in the browser. A bridge that goes there itself carries the caller's headers, and the
/// token among them, to a stranger.
async fn redirects(cx: &Context) -> Outcome {
    const STATUSES: [u16; 3] = [301, 302, 307];
    let stranger = cx.tcp_peer(other()).await?;
    let location = format!("http://{}/elsewhere", stranger.endpoint());
    let path = |status: u16| format!("/moved-{status}");
    let rules = STATUSES.map(|status| {
        let reaction = Reaction::Answer {
            status,
            headers: vec![("Location".to_owned(), location.clone())],
            body: Default::default(),
        };
        Rule::at(&path(status), reaction)
    });
    let (client, _backend) = cx.running_client_with(rules).await?;

    for status in STATUSES {
        let fetch = Fetch::get(&path(status)).header("Authorization", "Bearer secret");
        let answered = client.carries(ANSWER, &fetch).await?;
        cx.expect_eq(ANSWER, &u64::from(status), &answered.status)?;
        let expected = vec![location.as_str()];
        cx.expect_eq(ANSWER, &expected, &answered.header("location"))?;
    }
    cx.expect_eq(NOWHERE, &0, &stranger.connections())
}

pub(super) const ABSOLUTE: Case = Case {
    id: "bridge.absolute-url-goes-nowhere",
    clause: "bridge.goes-nowhere-else",
    needs: NEEDS,
    proofs: &[fails_at("follows-absolute-url", NOWHERE)],
    run: |cx| Box::pin(absolute(cx)),
};

/// The window asks for a path; what it asks for comes from pages and their scripts. If a path can name a host, the window has the
/// whole network of its user.
async fn absolute(cx: &Context) -> Outcome {
    let stranger = cx.tcp_peer(other()).await?;
    let at = stranger.endpoint().to_string();
    let (client, _backend) = cx.running_client().await?;

    for path in [
        format!("http://{at}/x"),
        format!("//{at}/x"),
        format!("@{at}/x"),
    ] {
        // Refused or sent to its own backend, but not to another.
        client
            .fetch(&Fetch::get(&path))
            .ends("the call ends")
            .await?;
        cx.expect_eq(NOWHERE, &0, &stranger.connections())?;
    }
    client.carries_on("the next call is answered").await
}
