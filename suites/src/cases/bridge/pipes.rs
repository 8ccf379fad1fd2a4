//! A pipe without a place for one more client: for a moment, for long, or for ever.

use super::dead_paths::each_once;
use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::{Client, Context, Fetch, Launched};
use crate::verdict::{Outcome, Stop};
use harness::standin::Door;
use harness::target::Capability;
use std::time::{Duration, Instant};

const ON_A_PIPE: &[Need] = &[Need::Claim(Capability::Bridge), Need::PipePath];

const PIPE: &str = "its address is a pipe";
const WAITS: &str = "the call waits";
const ANSWERED: &str = "the call is answered";
const ENDS: &str = "the call ends with an error";
const NEXT: &str = "the next call is answered";

/// For so long there is no place: well below what a client has to outlast, and longer than one needs that does not wait.
const MOMENT: Duration = Duration::from_millis(200);

pub(super) const BUSY: Case = Case {
    id: "bridge.busy-pipe-is-waited-for",
    clause: "bridge.waits-for-a-place-at-a-pipe",
    needs: ON_A_PIPE,
    proofs: &[fails_at("busy-pipe-is-an-error", WAITS)],
    run: |cx| Box::pin(busy(cx)),
};

/// Ten views open at once, and the backend makes one instance after the other. Whoever comes in between is told that the pipe is
/// busy; nothing is wrong.
async fn busy(cx: &Context) -> Outcome {
    let (client, backend) = each_once(cx).await?;
    let _guest = backend.is_busy(PIPE).await?;

    let mut call = client.fetch(&Fetch::get("/busy"));
    let moment = passes(cx, MOMENT);
    call.waits_for(WAITS, "there is a place", moment).await?;
    backend.turns(Door::Open).await?;

    call.answers(ANSWERED).await?;
    backend.receives(ANSWERED, "/busy").await.map(drop)
}

pub(super) const STAYS_BUSY: Case = Case {
    id: "bridge.pipe-that-stays-busy-ends-the-call",
    clause: "bridge.waits-for-a-place-at-a-pipe",
    needs: ON_A_PIPE,
    proofs: &[fails_at("waits-for-ever-for-busy-pipe", ENDS)],
    run: |cx| Box::pin(stays_busy(cx)),
};

/// A backend that hangs makes no instance any more. To wait is right, and to wait for ever is a spinner without a way out.
async fn stays_busy(cx: &Context) -> Outcome {
    let (client, backend) = each_once(cx).await?;
    let _guest = backend.is_busy(PIPE).await?;

    client.fetch(&Fetch::get("/lost")).fails(ENDS).await?;

    client.status("the client still answers").await?;
    goes_on(&client, &backend).await
}

pub(super) const MISSING: Case = Case {
    id: "bridge.pipe-that-is-missing-for-a-moment-is-tried-again",
    clause: "bridge.outlasts-a-hand-over",
    needs: ON_A_PIPE,
    proofs: &[fails_at("missing-pipe-is-an-error", WAITS)],
    run: |cx| Box::pin(missing(cx)),
};

/// How many moments without the name count.
const ROUNDS: u32 = 3;
/// How often that is tried on a machine that is too slow for it.
const TRIES: u32 = 12;

/// A server that ends one instance before it makes the next has no name in between. Its client is told that there is no such file,
/// as if the backend were gone, while it is just as well as before.
async fn missing(cx: &Context) -> Outcome {
    let (client, backend) = each_once(cx).await?;

    let mut counted = 0;
    for _ in 0..TRIES {
        let begun = Instant::now();
        backend.vanishes(PIPE).await?;
        let mut call = client.fetch(&Fetch::get("/meanwhile"));
        let moment = passes(cx, MOMENT);
        call.waits_for(WAITS, "the pipe is back", moment).await?;
        backend.turns(Door::Open).await?;
        if begun.elapsed() > bounds::HAND_OVER {
            // For longer than a client has to outlast it: whatever it made of that is right.
            call.ends("the call ends").await?;
            continue;
        }
        call.answers(ANSWERED).await?;
        counted += 1;
        if counted == ROUNDS {
            return Ok(());
        }
    }
    let tries = format!("the pipe was missing for a moment in {counted} of {TRIES} tries only");
    Err(Stop::CouldNotRun(format!(
        "this machine is too slow: {tries}"
    )))
}

pub(super) const GONE: Case = Case {
    id: "bridge.missing-pipe-ends-the-call",
    clause: "bridge.ends-calls-to-a-dead-path",
    needs: ON_A_PIPE,
    proofs: &[fails_at("retries-missing-path-for-ever", ENDS)],
    run: |cx| Box::pin(gone(cx)),
};

/// The backend lives, and has closed its pipe for good: the user has to be told, not to wait.
async fn gone(cx: &Context) -> Outcome {
    let (client, backend) = each_once(cx).await?;

    backend.vanishes(PIPE).await?;
    client.fetch(&Fetch::get("/lost")).fails(ENDS).await?;

    client.status("the client still answers").await?;
    goes_on(&client, &backend).await
}

async fn passes(cx: &Context, time: Duration) -> Outcome {
    cx.until(Instant::now(), time).await;
    Ok(())
}

async fn goes_on(client: &Client, backend: &Launched) -> Outcome {
    backend.turns(Door::Open).await?;
    client.carries(NEXT, &Fetch::get("/next")).await.map(drop)
}
