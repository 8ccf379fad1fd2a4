//! Many restarts while requests are under way.

use super::load::{Load, settle};
use crate::bounds;
use crate::case::{Case, Need, fails_at, may_fail, may_fail_at};
use crate::context::{Client, Context, Pair};
use crate::verdict::{Outcome, Stop};
use harness::pace::poll;
use harness::target::Capability;
use std::time::Duration;

/// Often enough that what happens once in ten times happens, and that one thing left by each is more than noise.
const TIMES: u32 = 20;
/// Restarts before the first count: whatever is made once has been made by then.
const FEW: u32 = 2;

const RESTARTS: &str = "each restart is done";
const NEXT: &str = "the first call after a restart reaches the new backend";

const NEEDS: &[Need] = &[
    Need::Pair,
    Need::Claim(Capability::Bridge),
    Need::Claim(Capability::Restart),
];

pub(super) const UNDER_LOAD: Case = Case {
    id: "pair.restarts-under-load",
    clause: "pair.survives-restarts",
    needs: NEEDS,
    proofs: &[
        fails_at("keeps-pool-across-restart", NEXT),
        fails_at("clears-environment", "it starts its real backend"),
        may_fail("reports-on-spawn"),
        fails_at("restart-leaves-old", "one backend is left").on_unix(),
        fails_at("restart-leaves-old", NEXT).on_windows(),
        fails_at("throws-on-204", NEXT),
        fails_at(
            "stop-leaves-calls-open",
            "each call is answered, or fails with an error of the protocol",
        ),
        may_fail_at("uses-dead-connection", NEXT),
        may_fail_at("reports-on-path", NEXT),
    ],
    run: |cx| Box::pin(under_load(cx)),
};

/// A restart in a quiet test works. In the app lists reload, a download runs, a health check ticks, and each of them holds a
/// connection to a backend that is just about to go.
async fn under_load(cx: &Context) -> Outcome {
    let pair = cx.pair("pair")?;
    let (client, _) = pair.runs().await?;

    restart(cx, &pair, &client, TIMES).await?;

    let last = pair.finds(&client, "the last backend is there").await?;
    last.is_well("the last backend is well").await?;
    pair.only_one_lives("one backend is left", &last).await
}

const ALONE: &str = "the old backend is gone by then";

pub(super) const BUSY: Case = Case {
    id: "pair.restart-over-a-busy-backend",
    clause: "pair.restart-takes-the-place-of-a-busy-backend",
    needs: &[
        Need::Pair,
        Need::Claim(Capability::Restart),
        Need::Paired(&Need::Stream),
    ],
    proofs: &[
        fails_at("restart-leaves-old", ALONE).on_unix(),
        fails_at("restart-leaves-old", "the new backend answers").on_windows(),
        fails_at("restart-spawns-before-exit", ALONE).on_unix(),
        fails_at("restart-spawns-before-exit", "the new backend answers").on_windows(),
        fails_at("clears-environment", "it starts its real backend"),
        fails_at("throws-on-204", "the new backend answers"),
        may_fail("reports-on-spawn"),
    ],
    run: |cx| Box::pin(busy(cx)),
};

/// Another program, such as a command line, follows a log through the backend. The old one lives on to finish that, and two
/// backends over one state directory do each other harm.
async fn busy(cx: &Context) -> Outcome {
    let pair = cx.pair("pair")?;
    let (client, old) = pair.runs().await?;
    let path = pair.backend().stream_path(Duration::from_millis(20))?;
    let request = old.in_flight("somebody else has a request", &path).await?;
    let others = cx.waits_for(request);

    let new = pair.restarts(&client, "the restart is done").await?;

    pair.only_one_lives_by_now(ALONE, &new)?;
    new.is_well("the new backend answers").await?;
    drop(others);
    Ok(())
}

pub(super) const LEAVE_NOTHING: Case = Case {
    id: "pair.restarts-leave-no-process-and-no-file",
    clause: "pair.accumulates-nothing",
    needs: NEEDS,
    proofs: &[
        fails_at(
            "leaves-a-file-per-launch",
            "there are no more files than before",
        ),
        fails_at("clears-environment", "it starts its real backend"),
        fails_at(
            "restart-leaves-old",
            "there are no more processes than before",
        )
        .on_unix(),
        fails_at("restart-leaves-old", NEXT).on_windows(),
        fails_at("restart-needs-a-backend", RESTARTS),
        fails_at("throws-on-204", NEXT),
        fails_at(
            "queues-calls-until-start",
            "each call is answered, or fails with an error of the protocol",
        ),
        fails_at(
            "stop-leaves-calls-open",
            "each call is answered, or fails with an error of the protocol",
        ),
        fails_at("keeps-pool-across-restart", NEXT),
        may_fail("reports-on-spawn"),
        may_fail_at("uses-dead-connection", NEXT),
        may_fail_at("reports-on-path", NEXT),
        may_fail("stop-answers-before-end"),
    ],
    run: |cx| Box::pin(leave_nothing(cx)),
};

/// One file and one helper for each restart are invisible on the day of the release.
async fn leave_nothing(cx: &Context) -> Outcome {
    let pair = cx.pair("pair")?;
    let (client, _) = pair.runs().await?;
    restart_and_stop(cx, &pair, &client, FEW).await?;
    let before = (client.process().descendants().len(), cx.listing());

    restart_and_stop(cx, &pair, &client, TIMES).await?;

    let processes = client.process().descendants().len();
    let step = "there are no more processes than before";
    cx.expect(
        step,
        format!("at most {}", before.0),
        processes,
        processes <= before.0,
    )?;
    let (files, new) = (cx.listing().len(), cx.new_since(&before.1, &[]));
    cx.expect(
        "there are no more files than before",
        format!("at most {} files and directories", before.1.len()),
        format!("{files}; new are {new:?}"),
        files <= before.1.len(),
    )
}

pub(super) const LEAVE_NOTHING_OPEN: Case = Case {
    id: "pair.restarts-leave-nothing-open",
    clause: "pair.accumulates-nothing",
    needs: &[
        Need::Pair,
        Need::Claim(Capability::Bridge),
        Need::Claim(Capability::Restart),
        Need::SeesDescriptors,
    ],
    proofs: &[
        fails_at(
            "leaks-a-descriptor-per-launch",
            "what it has open does not grow",
        ),
        fails_at("clears-environment", "it starts its real backend"),
        may_fail("reports-on-spawn"),
        fails_at("restart-leaves-old", "what it has open does not grow"),
        fails_at("restart-needs-a-backend", RESTARTS),
        fails_at("throws-on-204", NEXT),
        fails_at(
            "queues-calls-until-start",
            "each call is answered, or fails with an error of the protocol",
        ),
        fails_at(
            "stop-leaves-calls-open",
            "each call is answered, or fails with an error of the protocol",
        ),
        fails_at("keeps-pool-across-restart", NEXT),
        may_fail_at("uses-dead-connection", NEXT),
        may_fail_at("reports-on-path", NEXT),
        may_fail("stop-answers-before-end"),
    ],
    run: |cx| Box::pin(leave_nothing_open(cx)),
};

/// Each pipe and each connection that outlives its backend takes one of some thousand descriptors, and without one nothing can
/// be launched at all.
async fn leave_nothing_open(cx: &Context) -> Outcome {
    let pair = cx.pair("pair")?;
    let (client, _) = pair.runs().await?;
    restart_and_stop(cx, &pair, &client, FEW).await?;
    let before = open(&client)?;

    restart_and_stop(cx, &pair, &client, TIMES).await?;

    // A pool and a runtime may have grown by something; what one restart leaves, twenty leave twenty times.
    let most = before + usize::try_from(TIMES).unwrap_or_default() / 4;
    let closed = async || open(&client).is_ok_and(|now| now <= most).then_some(());
    let _ = poll(bounds::NEWS, closed).await;
    let now = open(&client)?;
    cx.expect(
        "what it has open does not grow",
        format!("{before} descriptors as before, and fewer than one more for four restarts"),
        now,
        now <= most,
    )
}

fn open(client: &Client) -> Outcome<usize> {
    let open = harness::open::open_descriptors(client.pid());
    open.map_err(|error| Stop::CouldNotRun(format!("descriptors: {error}")))
}

async fn restart_and_stop(cx: &Context, pair: &Pair, client: &Client, times: u32) -> Outcome {
    restart(cx, pair, client, times).await?;
    client.stop().succeeds("it stops its backend").await?;
    Ok(())
}

/// Restarts so many times, with requests on their way or with connections at rest, in turn.
async fn restart(cx: &Context, pair: &Pair, client: &Client, times: u32) -> Outcome {
    let load = Load::of(cx, pair, client)?;
    for turn in 0..times {
        if turn % 2 == 0 {
            at_rest(&load, client).await?;
        } else {
            under_way(&load, client).await?;
        }
        let backend = pair.finds(client, NEXT).await?;
        backend.answers_through_its_client(NEXT).await?;
    }
    Ok(())
}

/// Connections to the old backend are kept, and nobody looks at them before the new one is there.
async fn at_rest(load: &Load, client: &Client) -> Outcome {
    settle(load.burst()).await?;
    client.restart().succeeds(RESTARTS).await?;
    Ok(())
}

/// Requests are in flight when it begins, and more of them come until it is done.
async fn under_way(load: &Load, client: &Client) -> Outcome {
    let in_flight = load.burst();
    let mut restarting = client.restart();
    load.goes_on_during(&restarting).await?;
    restarting.succeeds(RESTARTS).await?;
    settle(in_flight).await
}
