//! SIGKILL of one half, or of both.

use crate::case::{Case, Need, fails_at, may_fail, may_fail_at};
use crate::context::{Context, Pair};
use crate::verdict::Outcome;
use harness::process::Signal;
use std::time::Duration;

const STARTS_AGAIN: &str = "the next launch starts";
const ONE: &str = "one backend is left";

pub(super) const OF_THE_BACKEND: Case = Case {
    id: "pair.backend-killed-under-the-client",
    clause: "pair.survives-its-backend",
    needs: &[Need::Pair],
    proofs: &[
        fails_at("misses-crash", "it says that its backend is gone"),
        fails_at("keeps-address-after-crash", "it hands out no address"),
        fails_at("start-after-crash-refused", "the next start works"),
        fails_at("clears-environment", "it starts its real backend"),
        fails_at("throws-on-204", "its new backend answers"),
        may_fail("reports-on-spawn"),
    ],
    run: |cx| Box::pin(of_the_backend(cx)),
};

/// The out-of-memory killer leaves path and record behind, and a client that believes in both. A click on "start" has to be all
/// that the repair takes.
async fn of_the_backend(cx: &Context) -> Outcome {
    let pair = cx.pair("pair")?;
    let (client, backend) = pair.runs().await?;

    backend.kill("its backend is there to be killed").await?;

    client
        .says("it says that its backend is gone", "exited")
        .await?;
    client.hands_out_nothing("it hands out no address").await?;
    let next = pair.starts(&client, "the next start works").await?;
    next.is_well("its new backend answers").await?;
    pair.only_one_lives(ONE, &next).await
}

pub(super) const OF_THE_CLIENT: Case = Case {
    id: "pair.client-killed-over-the-backend",
    clause: "pair.survives-its-client",
    needs: &[Need::Pair],
    proofs: &[
        fails_at("existence-lock", "it says hello"),
        fails_at("clears-environment", "it starts its real backend"),
        fails_at("throws-on-204", "its backend answers"),
        may_fail("reports-on-spawn"),
    ],
    run: |cx| Box::pin(of_the_client(cx)),
};

/// The app hangs, the user ends it by force and opens it again, all within a second.
async fn of_the_client(cx: &Context) -> Outcome {
    let pair = cx.pair("pair")?;
    let (client, _) = pair.runs().await?;

    client.kill().await?;

    starts_again(&pair).await
}

pub(super) const OF_THE_CLIENT_OVER_A_BUSY_BACKEND: Case = Case {
    id: "pair.client-killed-over-a-busy-backend",
    clause: "pair.survives-its-client",
    needs: &[Need::Pair, Need::Paired(&Need::Stream)],
    proofs: &[
        may_fail_at("leaves-orphan", STARTS_AGAIN),
        may_fail_at("refuses-because-of-orphan", STARTS_AGAIN),
        fails_at("existence-lock", "it says hello"),
        fails_at("clears-environment", "it starts its real backend"),
        fails_at("throws-on-204", "its backend answers"),
        may_fail("reports-on-spawn"),
    ],
    run: |cx| Box::pin(of_the_client_over_a_busy_backend(cx)),
};

/// The same while another program, such as a command line, has a request open: the backend lives on to finish it, and holds the
/// state directory for as long.
async fn of_the_client_over_a_busy_backend(cx: &Context) -> Outcome {
    let pair = cx.pair("pair")?;
    let (client, backend) = pair.runs().await?;
    let path = pair.backend().stream_path(Duration::from_millis(20))?;
    let request = backend
        .in_flight("somebody else has a request", &path)
        .await?;
    let others = cx.waits_for(request);

    client.kill().await?;

    starts_again(&pair).await?;
    drop(others);
    Ok(())
}

pub(super) const OF_BOTH: Case = Case {
    id: "pair.both-killed",
    clause: "pair.survives-its-client",
    needs: &[Need::Pair, Need::Signals],
    proofs: &[
        fails_at("existence-lock", "it says hello"),
        fails_at("clears-environment", "it starts its real backend"),
        may_fail("reports-on-spawn"),
        fails_at("throws-on-204", "its backend answers"),
    ],
    run: |cx| Box::pin(of_both(cx)),
};

/// A power cut, as far as the files can tell: neither had the time for a word.
async fn of_both(cx: &Context) -> Outcome {
    let pair = cx.pair("pair")?;
    let (client, backend) = pair.runs().await?;

    // The client first, so that it cannot tidy up after its backend, and at once the other, which must not hear of that.
    client.signal("the client is there to be killed", Signal::Stop)?;
    backend.kill("its backend is there to be killed").await?;
    client.kill().await?;

    starts_again(&pair).await
}

async fn starts_again(pair: &Pair) -> Outcome {
    let client = pair.opens().await?;
    let backend = pair.starts(&client, STARTS_AGAIN).await?;
    backend.is_well("its backend answers").await?;
    pair.only_one_lives(ONE, &backend).await
}
