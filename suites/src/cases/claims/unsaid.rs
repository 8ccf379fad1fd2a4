//! What a backend does though its manifest says nothing of it. What is not claimed is not tried, and breaks unnoticed.

use super::super::single::second;
use crate::bounds;
use crate::case::{Case, Need, Proof, fails_at};
use crate::context::{Context, Settled};
use crate::verdict::Outcome;
use harness::target::Capability;
use std::time::Duration;

const CLAIMED: &str = "what it does is claimed";
const SERVES_ON: &str = "the next client is answered";
const DOES: &[Proof] = &[fails_at("does-what-it-does-not-offer", CLAIMED)];

pub(super) const PARENTS: Case = Case {
    id: "claims.making-directories-is-claimed",
    clause: "claims.says-what-it-does",
    needs: &[Need::UnixSocket, Need::Silence(Capability::CreatesParents)],
    proofs: DOES,
    run: |cx| Box::pin(parents(cx)),
};

/// Whether it makes what is missing decides whether a launcher has to.
async fn parents(cx: &Context) -> Outcome {
    cx.proven_alive().await?;
    let path = cx.runtime().join("missing").join("app.sock");

    let backend = cx.start().at_path(path).launch()?;
    let settled = backend.settles(bounds::REFUSAL).await;

    let does = matches!(settled, Settled::Serves(_));
    unsaid(cx, Capability::CreatesParents, does, &settled)
}

pub(super) const SINGLE_INSTANCE: Case = Case {
    id: "claims.running-once-is-claimed",
    clause: "claims.says-what-it-does",
    needs: &[Need::Local, Need::Silence(Capability::SingleInstance)],
    proofs: &[
        fails_at("does-what-it-does-not-offer", CLAIMED),
        fails_at("global-lock", CLAIMED),
    ],
    run: |cx| Box::pin(single_instance(cx)),
};

/// A second start that is refused is refused for a reason, and the chapter about it has two dozen more to say.
async fn single_instance(cx: &Context) -> Outcome {
    let first = cx.ready().await?;

    let second = second(cx).launch()?;
    let settled = second.settles(bounds::REFUSAL).await;

    let does = matches!(&settled, Settled::Ended(exit) if exit.refused());
    unsaid(cx, Capability::SingleInstance, does, &settled)?;
    first.is_well("the first one is well").await
}

pub(super) const DRAIN: Case = Case {
    id: "claims.finishing-requests-is-claimed",
    clause: "claims.says-what-it-does",
    needs: &[
        Need::Local,
        Need::Stop,
        Need::Slow,
        Need::Silence(Capability::Drain),
    ],
    proofs: &[
        fails_at("does-what-it-does-not-offer", CLAIMED),
        fails_at("drains-without-limit", CLAIMED),
    ],
    run: |cx| Box::pin(drain(cx)),
};

/// Far longer than an answer that was on its way already, and far shorter than what a stop may take.
const TAKES: Duration = Duration::from_millis(700);

/// Who finishes what is under way does so up to some limit, and only a claim has that tried.
async fn drain(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let path = cx.slow_path(TAKES)?;
    let request = backend.in_flight("a request is in flight", &path).await?;

    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;
    let rest = request.rest(TAKES + bounds::AFTER_DRAIN).await;

    let seen = match &rest {
        Ok(_) => "the request in flight had its whole answer after the stop began".to_owned(),
        Err(error) => error.to_string(),
    };
    unsaid(cx, Capability::Drain, rest.is_ok(), seen)
}

pub(super) const LIMITS: Case = Case {
    id: "claims.limiting-requests-is-claimed",
    clause: "claims.says-what-it-does",
    needs: &[Need::Echo, Need::Silence(Capability::Limits)],
    proofs: &[
        fails_at("does-what-it-does-not-offer", CLAIMED),
        fails_at("dies-on-large-header", SERVES_ON),
    ],
    run: |cx| Box::pin(limits(cx)),
};

/// A limit that nobody states is met by whoever pastes a large picture.
async fn limits(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let mut refused = Vec::new();

    for request in [
        cx.with_large_header(1024 * 1024),
        cx.with_large_body(&cx.echo_path()?),
    ] {
        let answer = backend.answer_to(&request).await?;
        refused.push(answer.is_ok_and(|head| (400..=499).contains(&head.status)));
        backend.is_well(SERVES_ON).await?;
    }

    let all = refused.iter().all(|refused| *refused);
    let seen = format!("a header of 1 MiB and a body of 2 MiB are refused: {refused:?}");
    unsaid(cx, Capability::Limits, all, seen)
}

pub(super) const WORKERS: Case = Case {
    id: "claims.having-workers-is-claimed",
    clause: "claims.says-what-it-does",
    needs: &[Need::Silence(Capability::Workers)],
    proofs: DOES,
    run: |cx| Box::pin(workers(cx)),
};

/// What it starts has to end with it, whatever becomes of it.
async fn workers(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    let started = backend.process().descendants().len();

    let seen = format!("{started} processes that it started");
    unsaid(cx, Capability::Workers, started > 0, seen)
}

pub(super) const INDEPENDENT: Case = Case {
    id: "claims.outliving-its-launcher-is-claimed",
    clause: "claims.says-what-it-does",
    needs: &[Need::UnixSocket, Need::Silence(Capability::Independent)],
    proofs: &[
        fails_at("outlives-launcher", CLAIMED),
        fails_at("stops-late", CLAIMED),
    ],
    run: |cx| Box::pin(independent(cx)),
};

/// An app that was force-quit leaves a backend that no window shows. That is either meant, or an orphan.
async fn independent(cx: &Context) -> Outcome {
    let backend = cx
        .start()
        .through_launcher()
        .ready("it becomes ready")
        .await?;

    let killed = backend.process().kill_launcher();
    cx.expect_ok("its launcher is there to be killed", "a launcher", killed)?;
    let ended = backend.process().wait(bounds::PARENT_DEATH).await;

    let seen = match &ended {
        Ok(exit) => format!("it ended with its launcher: {exit}"),
        Err(running) => format!("its launcher is dead, and {running}"),
    };
    unsaid(cx, Capability::Independent, ended.is_err(), seen)
}

fn unsaid(
    cx: &Context,
    capability: Capability,
    does: bool,
    seen: impl std::fmt::Display,
) -> Outcome {
    cx.does_not_do_unsaid(CLAIMED, capability, does, seen)
}
