//! More than one client.

use crate::case::{Case, Need, fails_at, may_fail_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::target::Capability;

const OWN_ADDRESSES: &str = "each has an address of its own";
const REFUSED: &str = "the second is refused";

pub(super) const APART: Case = Case {
    id: "client.clients-do-not-meet",
    clause: "client.worlds-do-not-meet",
    needs: &[],
    proofs: &[
        fails_at("address-by-name-only", OWN_ADDRESSES),
        may_fail_at("stop-answers-before-end", "the second one's is gone"),
    ],
    run: |cx| Box::pin(apart(cx)),
};

/// A developer's build runs beside the released app, two accounts share a machine, and tests run in parallel.
async fn apart(cx: &Context) -> Outcome {
    let (first, firsts) = cx.running_client().await?;
    let (user_data, state) = (cx.root().join("user-data-2"), cx.root().join("state-2"));
    cx.make_directory(&user_data)?;
    cx.make_directory(&state)?;
    let second = cx.client().user_data(user_data).in_state(state);
    let second = second.opens().await?;
    let mut starting = second.start();
    let seconds = cx.launched("the second launches one too").await?;

    let (one, other) = (firsts.address(), seconds.address());
    let seen = format!("{one:?} and {other:?}");
    cx.expect(OWN_ADDRESSES, "two addresses", seen, one != other)?;
    starting.succeeds("the second starts").await?;
    firsts.is_well("the first one's is well").await?;

    second.stop().succeeds("the second stops").await?;
    seconds.is_gone_by_now("the second one's is gone")?;
    firsts.is_well("the first one's is still well").await?;
    first.is("the first runs", "running").await?;
    second.quit().succeeds("the second quits").await?;
    second.ends("the second ends").await?;
    firsts.is_well("the first one's is well at the end").await
}

pub(super) const SECOND: Case = Case {
    id: "client.second-instance-is-refused",
    clause: "client.refuses-a-second-instance",
    needs: &[Need::Claim(Capability::SingleInstance)],
    proofs: &[fails_at("no-instance-lock", REFUSED)],
    run: |cx| Box::pin(second(cx)),
};

/// Two windows over one set of files overwrite each other's settings, and each ends the other's backend as an orphan.
async fn second(cx: &Context) -> Outcome {
    let (first, backend) = cx.running_client().await?;

    let second = cx.client().launch().await?;
    second.is_turned_away(REFUSED).await?;

    backend.is_well("the first one's backend is well").await?;
    first.is("the first runs", "running").await?;
    let address = first.address("its address is what it was").await?;
    let step = "its address is what it was";
    cx.expect_eq(step, &backend.address(), &address)?;
    let step = "nothing else was launched";
    cx.expect_eq(step, &1, &cx.launches().await?.0)
}

pub(super) const AFTER_A_KILL: Case = Case {
    id: "client.killed-client-blocks-nobody",
    clause: "client.killed-client-blocks-nobody",
    needs: &[Need::Claim(Capability::SingleInstance)],
    proofs: &[fails_at("existence-lock", "it says hello")],
    run: |cx| Box::pin(after_a_kill(cx)),
};

/// A lock that outlives its holder turns one crash into an app that never opens again.
async fn after_a_kill(cx: &Context) -> Outcome {
    let (killed, _backend) = cx.running_client().await?;
    killed.kill().await?;

    let client = cx.client().opens().await?;

    client.starts("the next client starts").await?;
    client.is("it says that it runs", "running").await
}
