//! What is an answer, and what is not one yet.

use super::NEEDS;
use crate::case::{Case, fails_at};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;
use harness::standin::{Reaction, Rule, Then};

const FINAL: &str = "the final answer comes back";
const ANSWER: &str = "an error of the backend comes back as its answer";

pub(super) const INTERIM: Case = Case {
    id: "bridge.interim-answers-are-not-final",
    clause: "bridge.waits-for-the-final-answer",
    needs: NEEDS,
    proofs: &[fails_at("takes-interim-for-final", FINAL)],
    run: |cx| Box::pin(interim(cx)),
};

/// "Go on", "still at work" and "you may want to load this" come before the answer, on the same connection. Who takes the first
/// for the answer takes the answer for that of the next call.
async fn interim(cx: &Context) -> Outcome {
    let reaction = Reaction::Raw {
        bytes: "HTTP/1.1 102 Processing\r\n\r\n\
                HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n\
                HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\ndone"
            .into(),
        then: Then::Continue,
    };
    let rule = Rule::at("/slowly", reaction);
    let (client, _backend) = cx.running_client_with([rule]).await?;

    let answered = client.carries(FINAL, &Fetch::get("/slowly")).await?;
    cx.expect_eq(FINAL, &201, &answered.status)?;
    cx.expect_bytes(FINAL, b"done", answered.bytes())?;
    client.carries_on("the next call is whole").await
}

pub(super) const ERRORS: Case = Case {
    id: "bridge.error-statuses-are-answers",
    clause: "bridge.gives-errors-of-the-backend-as-answers",
    needs: NEEDS,
    proofs: &[fails_at("error-status-is-an-error", ANSWER)],
    run: |cx| Box::pin(errors(cx)),
};

/// "The name is taken", says the body of a 400. A bridge that throws it away leaves "something went wrong".
async fn errors(cx: &Context) -> Outcome {
    const STATUSES: [u16; 4] = [400, 404, 500, 503];
    let path = |status: u16| format!("/status-{status}");
    let rules = STATUSES.map(|status| {
        let reaction = Reaction::Answer {
            status,
            headers: Vec::new(),
            body: format!("why {status}").into_bytes().into(),
        };
        Rule::at(&path(status), reaction)
    });
    let (client, _backend) = cx.running_client_with(rules).await?;

    for status in STATUSES {
        let fetch = Fetch::get(&path(status));
        let answered = client.carries(ANSWER, &fetch).await?;
        cx.expect_eq(ANSWER, &u64::from(status), &answered.status)?;
        let why = format!("why {status}");
        cx.expect_bytes(ANSWER, why.as_bytes(), answered.bytes())?;
    }
    Ok(())
}
