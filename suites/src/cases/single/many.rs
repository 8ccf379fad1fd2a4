//! Many starts at once.

use super::SINGLE;
use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::{Backend, Came, Context};
use crate::verdict::{Outcome, Stop};
use harness::pace::poll;
use std::collections::BTreeSet;

/// More than any session restores, and enough to hit a gap of milliseconds between a check and what it is for.
const CROWD: usize = 16;

const OUTCOME: &str = "each start comes to an outcome";
const ONE: &str = "exactly one is ready";
const NAMED: &str = "the record names the one that serves";

pub(super) const ADDRESSES: Case = Case {
    id: "single.one-of-many-at-different-addresses",
    clause: "single.one-of-many",
    needs: &[SINGLE, Need::Local],
    proofs: &[
        fails_at("check-without-lock", ONE),
        fails_at("takes-over-silently", ONE),
        fails_at("refused-start-rewrites-record", ONE),
        fails_at("refuses-with-exit-zero", OUTCOME),
    ],
    run: |cx| Box::pin(different_addresses(cx)),
};

/// A session that restores its windows starts them all in one moment. "Look first, take later" lets two through once in a
/// while, and the user's data is written by both.
async fn different_addresses(cx: &Context) -> Outcome {
    let mut ready = Vec::new();
    for one in crowd(cx, true)? {
        match one.comes_to_an_outcome(OUTCOME, cx.bounds().ready).await? {
            Came::Ready(backend) => ready.push(backend),
            Came::Refused(_) => {}
        }
    }

    serves_alone(cx, &ready).await
}

pub(super) const OVER_A_DEAD_ONE: Case = Case {
    id: "single.one-of-many-over-a-dead-one",
    clause: "single.one-of-many",
    needs: &[SINGLE, Need::Local],
    proofs: &[
        fails_at("check-without-lock", ONE),
        fails_at("takes-over-silently", ONE),
        fails_at("refused-start-rewrites-record", ONE),
        fails_at("refuses-with-exit-zero", OUTCOME),
    ],
    run: |cx| Box::pin(over_a_dead_one(cx)),
};

/// After a crash all windows try to bring the backend back, over the record and the socket of the dead one. Each of them finds
/// that nobody is there.
async fn over_a_dead_one(cx: &Context) -> Outcome {
    cx.ready().await?.kill().await?;

    different_addresses(cx).await
}

pub(super) const ONE_ADDRESS: Case = Case {
    id: "single.one-of-many-at-one-address",
    clause: "single.one-of-many",
    needs: &[SINGLE, Need::Local],
    proofs: &[
        fails_at("takes-over-silently", ALL_BUT_ONE).on_unix(),
        fails_at("unlinks-before-check", ALL_BUT_ONE).on_unix(),
        fails_at("refused-start-rewrites-record", NAMED),
        fails_at("records-parent-pid", NAMED),
        fails_at("refuses-with-exit-zero", CODE),
    ],
    run: |cx| Box::pin(one_address(cx)),
};

const CODE: &str = "who is refused says so by its code";
const ALL_BUT_ONE: &str = "all but one end by themselves in time";

/// The same launch many times over: at the end one backend has the address, and whoever connects to it gets that one.
async fn one_address(cx: &Context) -> Outcome {
    let crowd = crowd(cx, false)?;
    let left = || crowd.iter().filter(|one| one.process().exit().is_none());
    let mut answered = BTreeSet::new();

    // Whose answer comes from a shared address shows only when the others are gone. Two who answer are one too many.
    let looked = poll(bounds::REFUSAL, async || {
        answered.extend(who_answers(cx, &crowd).await);
        (left().count() <= 1 || answered.len() > 1).then_some(())
    });
    looked.await;

    let (running, answering) = (left().count(), answered.len());
    cx.expect(
        ALL_BUT_ONE,
        "one still runs, and no other has answered",
        format!("{running} still run, and {answering} have answered"),
        running == 1 && answering <= 1,
    )?;
    for exit in crowd.iter().filter_map(|one| one.process().exit()) {
        cx.expect(CODE, "a code other than 0", exit, exit.refused())?;
    }
    let mut remaining: Vec<Backend> = left().cloned().collect();
    for one in &mut remaining {
        let step = "the one that remains is ready";
        one.becomes_ready(step, cx.bounds().ready).await?;
    }
    serves_alone(cx, &remaining).await?;
    if cx.manifest().discovery.is_none() {
        return Ok(());
    }
    for one in &remaining {
        let recorded = one.record(NAMED)?.pid();
        let recorded = cx.expect_ok(NAMED, "a record with a process id", recorded)?;
        cx.expect_eq(NAMED, &one.pid(), &recorded)?;
    }
    Ok(())
}

/// The identity that answers at the address that all were given.
async fn who_answers(cx: &Context, crowd: &[Backend]) -> Option<String> {
    let health = &cx.manifest().health;
    let mut connection = crowd.first()?.try_connect().await.ok()?;
    let answer = connection.get(&health.path).await.ok()?;
    let identity = answer.header(health.identity_header.as_deref()?)?;
    Some(identity.to_owned())
}

fn crowd(cx: &Context, apart: bool) -> Outcome<Vec<Backend>> {
    let starts = (0..CROWD).map(|number| {
        let own = cx.address_beside(&number.to_string());
        if apart {
            cx.start().at(own)
        } else {
            cx.start()
        }
    });
    starts.map(|start| start.launch()).collect()
}

async fn serves_alone(cx: &Context, ready: &[Backend]) -> Outcome {
    cx.expect_eq(ONE, &1, &ready.len())?;
    let [winner] = ready else {
        return Err(Stop::Harness("one is not one".to_owned()));
    };
    winner.is_well("it is well").await?;
    if cx.manifest().discovery.is_none() {
        return Ok(());
    }
    let recorded = winner.record(NAMED)?.endpoint();
    let recorded = cx.expect_ok(NAMED, "a record with an address", recorded)?;
    cx.expect_eq(NAMED, &winner.endpoint()?, &recorded)
}
