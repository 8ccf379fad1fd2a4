//! A SIGKILL in the middle of a start or a stop.

use crate::case::{Case, Need, fails_at, may_fail_at};
use crate::context::{Backend, Context};
use crate::verdict::Outcome;
use harness::pace::poll;
use harness::peer::Reply;
use harness::readiness::Stage;
use harness::target::Capability;
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub(super) const OF_A_START: Case = Case {
    id: "crash.a-start-after-sigkill-at-any-moment-of-a-start-is-ready",
    clause: "crash.kill-during-start",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("keeps-stale-socket", "the next start is ready"),
        fails_at("probes-itself", "the next start is ready"),
        may_fail_at("lock-by-existence", "the next start is ready"),
    ],
    run: |cx| Box::pin(at_any_moment_of_a_start(cx)),
};

/// Starts are when machines are busiest and launchers least patient. What is half made must not stand in the way of the next
/// start, however far it had come.
async fn at_any_moment_of_a_start(cx: &Context) -> Outcome {
    let first = cx.ready().await?;
    let takes = first.reached(Stage::Identified).unwrap_or_default();
    first.kill().await?;

    let count = cx.times(takes * 2, 10, 40);
    for moment in cx.moments(takes * 3 / 2, count) {
        let starting = cx.start().launch()?;
        cx.until(Instant::now(), moment).await;
        starting.kill().await?;

        let next = cx.start().ready("the next start is ready").await?;
        next.kill().await?;
    }
    Ok(())
}

pub(super) const ASKING_A_PREDECESSOR: Case = Case {
    id: "crash.a-start-after-sigkill-while-asking-a-predecessor-is-ready",
    clause: "crash.kill-during-start",
    needs: &[Need::Local, Need::Discovery],
    proofs: &[
        fails_at("lock-by-existence", "the next start is ready"),
        fails_at("trusts-live-pid", "the next start is ready"),
    ],
    run: |cx| Box::pin(asking_a_predecessor(cx)),
};

/// A predecessor that hangs makes a start wait, and the user, who waits too, kills it. By then it holds its lock, and has made
/// up its mind about nothing.
async fn asking_a_predecessor(cx: &Context) -> Outcome {
    cx.proven_alive().await?;
    let endpoint = cx.endpoint_beside("predecessor");
    let predecessor = cx.peer(&endpoint, Reply::Silence).await?;
    let pid = i64::from(cx.stranger()?.pid());
    cx.leave_record(cx.record_text(&endpoint.to_url(), pid, &cx.made_up_identity())?)?;

    let starting = cx.start().launch()?;
    let path = cx.socket();
    let begun = poll(cx.bounds().ready, async || {
        (predecessor.connections() > 0 || path.exists()).then_some(())
    });
    let begun = begun.await;
    cx.expect_some("it asks, or goes on without", "either of them", begun)?;
    starting.kill().await?;
    drop(predecessor);

    let next = cx.start().ready("the next start is ready").await?;
    next.is_well("it goes on answering").await
}

pub(super) const OF_A_STOP: Case = Case {
    id: "crash.a-start-after-sigkill-at-any-moment-of-a-stop-is-ready",
    clause: "crash.kill-during-stop",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("stop-marker-blocks", "the next start is ready"),
        may_fail_at("keeps-stale-socket", "the next start is ready"),
        may_fail_at("probes-itself", "the next start is ready"),
        may_fail_at("lock-by-existence", "the next start is ready"),
    ],
    run: |cx| Box::pin(at_any_moment_of_a_stop(cx)),
};

/// Launchers kill when their grace period is over, so every slow stop ends like this. What is half cleared away must not stand
/// in the way of the next start.
async fn at_any_moment_of_a_stop(cx: &Context) -> Outcome {
    let (begun, first) = (Instant::now(), cx.ready().await?);
    let asked = Instant::now();
    first.end().await?;
    let takes = asked.elapsed();
    let count = cx.times(begun.elapsed(), 10, 20);

    let mut backend = cx.start().ready("it becomes ready again").await?;
    for moment in cx.moments(takes * 3 / 2, count) {
        backend
            .is_asked_to_stop("it is there to be asked to stop")
            .await?;
        cx.until(Instant::now(), moment).await;
        backend = killed_and_started_anew(cx, &backend).await?;
    }
    // Whatever the machine does to the moments, these are in the middle: one trace is cleared away, others perhaps not.
    for _ in 0..3 {
        for trace in traces(cx)? {
            backend
                .is_asked_to_stop("it is there to be asked to stop")
                .await?;
            let process = backend.process();
            // That it clears away is for other cases to say; here it only tells when.
            let _ = poll(cx.bounds().stop, async || {
                (!trace.exists() || process.exit().is_some()).then_some(())
            })
            .await;
            backend = killed_and_started_anew(cx, &backend).await?;
        }
    }
    Ok(())
}

async fn killed_and_started_anew(cx: &Context, backend: &Backend) -> Outcome<Backend> {
    backend.kill().await?;
    cx.start().ready("the next start is ready").await
}

/// Where others see that it runs.
fn traces(cx: &Context) -> Outcome<Vec<PathBuf>> {
    let mut traces = vec![cx.socket()];
    if cx.manifest().discovery.is_some() {
        traces.push(cx.record_path()?);
    }
    Ok(traces)
}

pub(super) const DRAINING: Case = Case {
    id: "crash.a-start-after-sigkill-in-the-middle-of-a-drain-is-ready",
    clause: "crash.kill-during-stop",
    needs: &[
        Need::Local,
        Need::Stop,
        Need::Claim(Capability::Drain),
        Need::Stream,
    ],
    proofs: &[
        fails_at("stop-marker-blocks", "the next start is ready"),
        fails_at("probes-itself", "the next start is ready"),
        fails_at("accepts-during-drain", "the stop has begun"),
    ],
    run: |cx| Box::pin(in_the_middle_of_a_drain(cx)),
};

/// A request that does not end uses up the whole grace period of a launcher that has less patience than the drain.
async fn in_the_middle_of_a_drain(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let path = cx.stream_path(Duration::from_millis(20))?;
    let request = backend.in_flight("a request is in flight", &path).await?;
    let mut client = cx.waits_for(request);
    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;
    backend.turns_new_clients_away("the stop has begun").await?;

    backend.kill().await?;
    client.lets_go_of_a_pipe().await;

    let next = cx.start().ready("the next start is ready").await?;
    next.is_well("it goes on answering").await?;
    drop(client);
    Ok(())
}
