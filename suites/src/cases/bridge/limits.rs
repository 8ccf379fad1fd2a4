//! Bodies that are larger than what the client carries.

use crate::case::{Case, Need, fails_at};
use crate::context::{Context, Fetch};
use crate::verdict::{Outcome, Stop};
use harness::standin::{Reaction, Rule, filler};
use harness::target::Capability;

const REFUSED: &str = "a body over the limit is refused";
const NOTHING: &str = "no part of it arrives";

const LIMITED: &[Need] = &[Need::Claim(Capability::Bridge), Need::BodyLimit];

/// One byte more than the client carries.
fn over(cx: &Context) -> Outcome<usize> {
    let limit = cx.manifest().bridge.body_limit;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    let limit = limit.ok_or_else(|| {
        Stop::Harness("the case needs a limit to bodies and does not say so".to_owned())
    })?;
    Ok(limit + 1)
}

pub(super) const REQUEST: Case = Case {
    id: "bridge.request-body-over-the-limit-is-refused",
    clause: "bridge.refuses-what-is-too-large",
    needs: LIMITED,
    proofs: &[fails_at("oversized-body-is-cut", REFUSED)],
    run: |cx| Box::pin(request(cx)),
};

/// A limit is a promise to say no. An upload that is cut at the limit is stored, and looks as if it were whole.
async fn request(cx: &Context) -> Outcome {
    let answer = Reaction::Answer {
        status: 200,
        headers: Vec::new(),
        body: Default::default(),
    };
    let rule = Rule::at("/upload", answer);
    let (client, backend) = cx.running_client_with([rule]).await?;

    let mut asked = client.fetch(&Fetch::post("/upload", filler(over(cx)?)));
    asked.is_refused(REFUSED, &["too-large"]).await?;

    client.carries_on("the next call is whole").await?;
    let requests = backend.requests();
    let uploads = requests.iter().filter(|one| one.target() == "/upload");
    cx.expect_eq(NOTHING, &0, &uploads.count())
}

pub(super) const RESPONSE: Case = Case {
    id: "bridge.response-body-over-the-limit-is-refused",
    clause: "bridge.refuses-what-is-too-large",
    needs: LIMITED,
    proofs: &[fails_at("oversized-body-is-cut", REFUSED)],
    run: |cx| Box::pin(response(cx)),
};

/// The same on the way back, where it is a list without its end.
async fn response(cx: &Context) -> Outcome {
    let rule = Rule::at("/list", Reaction::Filler(over(cx)?));
    let (client, _backend) = cx.running_client_with([rule]).await?;

    let mut asked = client.fetch(&Fetch::get("/list"));
    // What came is "more than the client takes" too, in the words of the driver protocol.
    asked
        .is_refused(REFUSED, &["too-large", "protocol"])
        .await?;

    client.carries_on("the next call is whole").await
}
