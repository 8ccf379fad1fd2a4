//! Health while what the target depends on comes and goes.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::{Backend, Context};
use crate::verdict::Outcome;
use harness::dial::Response;
use harness::pace::poll;
use harness::peer::{Peer, Reply};
use harness::target::Capability;
use std::time::Duration;

const NOT_READY: &str = "health says that it is not ready";

pub(super) const GONE: Case = Case {
    id: "ready.lost-dependency-is-not-ready",
    clause: "ready.not-ready-without-dependency",
    needs: &[Need::Claim(Capability::Dependency)],
    proofs: &[fails_at("healthy-without-dependency", NOT_READY)],
    run: |cx| Box::pin(gone(cx)),
};

/// The database or engine behind the backend has stopped. An app that is told "healthy" sends its user into errors; one that is told
/// the truth can say what is missing.
async fn gone(cx: &Context) -> Outcome {
    let (backend, dependency) = with_dependency(cx).await?;

    drop(dependency);

    not_ready(cx, &backend).await?;
    Ok(())
}

pub(super) const GONE_WITHOUT_IDENTITY: Case = Case {
    id: "ready.not-ready-answer-has-no-identity",
    clause: "ready.no-identity-while-not-ready",
    needs: &[Need::Claim(Capability::Dependency), Need::Identity],
    proofs: &[
        fails_at("nonce-on-503", "the answer carries no identity"),
        fails_at("healthy-without-dependency", NOT_READY),
    ],
    run: |cx| Box::pin(gone_without_identity(cx)),
};

/// Clients take the identity as the proof that an instance serves them. One that comes with "not ready" lets them send the user's
/// work into the void.
async fn gone_without_identity(cx: &Context) -> Outcome {
    let (backend, dependency) = with_dependency(cx).await?;

    drop(dependency);
    let answer = not_ready(cx, &backend).await?;

    let header = cx.manifest().health.identity_header.as_deref();
    let identity = header.and_then(|name| answer.header(name));
    cx.expect_eq("the answer carries no identity", &None, &identity)
}

pub(super) const HUNG: Case = Case {
    id: "ready.hung-dependency-does-not-hang-health",
    clause: "ready.answers-when-dependency-hangs",
    needs: &[Need::Claim(Capability::Dependency)],
    proofs: &[
        fails_at("hangs-on-hung-dependency", NOT_READY),
        fails_at("healthy-without-dependency", NOT_READY),
    ],
    run: |cx| Box::pin(hung(cx)),
};

/// What hangs takes connections and never answers. A health check that hangs along looks like a dead backend, and the launcher kills
/// a process that only had to wait.
async fn hung(cx: &Context) -> Outcome {
    let (backend, dependency) = with_dependency(cx).await?;

    dependency.turn_to(Reply::Silence);

    not_ready(cx, &backend).await?;
    Ok(())
}

pub(super) const BACK: Case = Case {
    id: "ready.recovers-with-its-dependency",
    clause: "ready.recovers-with-dependency",
    needs: &[Need::Claim(Capability::Dependency)],
    proofs: &[
        fails_at("latches-not-ready", "health recovers without a restart"),
        fails_at("healthy-without-dependency", NOT_READY),
    ],
    run: |cx| Box::pin(back(cx)),
};

/// Container engines and daemons restart all the time. A backend that remembers the outage for ever makes its user quit the app and
/// open it again, if they find out that it helps.
async fn back(cx: &Context) -> Outcome {
    let (backend, dependency) = with_dependency(cx).await?;
    drop(dependency);
    not_ready(cx, &backend).await?;

    let (endpoint, well) = cx.dependency()?;
    let _dependency = cx.peer(&endpoint, well).await?;

    let (healthy, within) = (cx.manifest().health.status, cx.bounds().ready);
    let is_healthy = |answer: &Response| answer.status == healthy;
    let answer = until(cx, &backend, within, is_healthy).await;
    let expected = format!("status {healthy} within {within:?}");
    cx.expect_ok("health recovers without a restart", expected, answer)?;
    backend.is_well("it is the same instance").await
}

/// A ready target, and what it depends on, played by the harness.
async fn with_dependency(cx: &Context) -> Outcome<(Backend, Peer)> {
    let (endpoint, well) = cx.dependency()?;
    let dependency = cx.peer(&endpoint, well).await?;
    let start = cx.start().with(Capability::Dependency);
    let backend = start.ready("it becomes ready with its dependency").await?;
    Ok((backend, dependency))
}

/// A target may look after its dependency now and then only, so that an answer or two can still be healthy.
async fn not_ready(cx: &Context, backend: &Backend) -> Outcome<Response> {
    let answer = until(cx, backend, bounds::HEALTH, |answer| {
        (500..=599).contains(&answer.status)
    });
    let answer = answer.await;
    let expected = format!("a status of the 500s within {:?}", bounds::HEALTH);
    cx.expect_ok(NOT_READY, expected, answer)
}

/// The first answer to health that is as it should be; else what was seen last. Without an answer there is no second question.
async fn until(
    cx: &Context,
    backend: &Backend,
    within: Duration,
    holds: impl Fn(&Response) -> bool,
) -> Result<Response, String> {
    let mut last = String::new();
    let path = cx.manifest().health.path.clone();
    let found = poll(within, async || {
        let answer = async { backend.try_connect().await?.get(&path).await };
        match answer.await {
            Ok(answer) if holds(&answer) => Some(Ok(answer)),
            Ok(answer) => {
                last = format!("status {}", answer.status);
                None
            }
            Err(error) => Some(Err(error.to_string())),
        }
    });
    found.await.unwrap_or(Err(last))
}
