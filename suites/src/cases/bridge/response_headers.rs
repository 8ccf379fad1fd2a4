//! Headers on their way back.

use super::NEEDS;
use crate::case::{Case, fails_at};
use crate::context::{Answered, Context, Fetch};
use crate::verdict::Outcome;
use harness::standin::{Reaction, Rule};

const ARRIVES: &str = "each header comes back with its value";
const BOTH: &str = "both cookies come back";

/// What the client makes of an answer with these headers.
async fn answered(cx: &Context, step: &str, headers: &[(&str, &str)]) -> Outcome<Answered> {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let reaction = Reaction::Answer {
        status: 200,
        headers: headers.iter().map(own).collect(),
        body: "ok".into(),
    };
    let rule = Rule::at("/headers", reaction);
    let (client, _backend) = cx.running_client_with([rule]).await?;
    let answered = client.carries(step, &Fetch::get("/headers")).await?;
    cx.expect_eq(step, &200, &answered.status)?;
    Ok(answered)
}

pub(super) const ARRIVE: Case = Case {
    id: "bridge.response-headers-arrive",
    clause: "bridge.carries-response-headers",
    needs: NEEDS,
    proofs: &[fails_at("drops-etag", ARRIVES)],
    run: |cx| Box::pin(arrive(cx)),
};

/// How many pages there are, where the new thing lies, when to ask again: an API says that in headers.
async fn arrive(cx: &Context) -> Outcome {
    const SENT: [(&str, &str); 6] = [
        ("Content-Type", "application/x-thing; charset=utf-8"),
        ("ETag", "W/\"a,b\""),
        ("Location", "/things/7?new"),
        ("X-Total-Count", "42"),
        ("x-lower", "one  two; three=\"4, 5\""),
        ("Retry-After", "3"),
    ];
    let answered = answered(cx, ARRIVES, &SENT).await?;

    for (name, value) in SENT {
        cx.expect_eq(ARRIVES, &vec![value], &answered.header(name))?;
    }
    Ok(())
}

pub(super) const COOKIES: Case = Case {
    id: "bridge.set-cookie-twice-survives",
    clause: "bridge.keeps-repeated-response-headers",
    needs: NEEDS,
    proofs: &[fails_at("loses-repeated-response-headers", BOTH)],
    run: |cx| Box::pin(cookies(cx)),
};

/// A sign-in sets a session and a token, with a header each. Half a sign-in is none.
async fn cookies(cx: &Context) -> Outcome {
    let answered = answered(
        cx,
        BOTH,
        &[
            ("Set-Cookie", "session=1; Path=/"),
            ("X-Between", "1"),
            ("Set-Cookie", "token=2; HttpOnly"),
        ],
    )
    .await?;

    // Each by itself or joined: the driver protocol has it both ways.
    let seen = answered.header("set-cookie").join(", ");
    let expected = "session=1; Path=/, token=2; HttpOnly";
    cx.expect_eq(BOTH, &expected, &seen.as_str())
}
