//! Records of others: who counts as a running instance, and who does not.

use super::{SINGLE, second};
use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::{Came, Context};
use crate::verdict::{Outcome, Stop};
use harness::endpoint::Endpoint;
use harness::files::dead_socket;
use harness::peer::Reply;

const NEEDS: &[Need] = &[SINGLE, Need::Discovery, Need::Local];
const WITH_SOCKET: &[Need] = &[SINGLE, Need::Discovery, Need::UnixSocket];
const WITH_IDENTITY: &[Need] = &[SINGLE, Need::Discovery, Need::RecordedIdentity, Need::Local];

pub(super) const HEALTHY: Case = Case {
    id: "single.gives-way-to-whom-the-record-describes",
    clause: "single.refusal-names-holder",
    needs: NEEDS,
    proofs: &[
        fails_at("takes-over-silently", "the start is refused in time"),
        fails_at("refuses-with-exit-zero", "the start is refused in time"),
        fails_at(
            "refusal-omits-pid",
            "the refusal names the recorded process",
        ),
        fails_at(
            "refuses-without-words",
            "the refusal names the recorded process",
        ),
        fails_at(
            "refusal-omits-address",
            "the refusal names the recorded address",
        ),
    ],
    run: |cx| Box::pin(healthy(cx)),
};

/// The instance that runs may be of another version, started by somebody else. What counts is that it does what the record
/// says, and not that it looks like the one that starts.
async fn healthy(cx: &Context) -> Outcome {
    cx.proven_alive().await?;
    let (at, identity) = (somewhere(cx), cx.made_up_identity());
    let _holder = cx.peer(&at, cx.healthy(&identity)).await?;
    // The harness is that holder, so here the record is true.
    let pid = std::process::id();
    cx.leave_record(cx.record_text(&at.to_url(), pid.into(), &identity)?)?;

    let refusal = second(cx).refused("the start is refused in time").await?;

    refusal.names_pid("the refusal names the recorded process", pid)?;
    refusal.names_address("the refusal names the recorded address", &at)
}

pub(super) const GONE: Case = Case {
    id: "single.process-that-is-gone-blocks-nothing",
    clause: "single.gone-holder-blocks-nothing",
    needs: WITH_SOCKET,
    proofs: &[
        fails_at("keeps-stale-socket", READY),
        fails_at("probes-itself", READY),
    ],
    run: |cx| Box::pin(gone(cx)),
};

const READY: &str = "it becomes ready in spite of the record";

/// A power cut leaves a record and a socket of a process that no longer exists. An app that is told "already running" by its
/// own ghost starts never again.
async fn gone(cx: &Context) -> Outcome {
    let ghost = cx.stranger()?;
    ghost
        .kill()
        .await
        .map_err(|error| Stop::Harness(error.to_string()))?;
    let at = Endpoint::Unix(cx.socket());
    dead_socket(&cx.socket())?;
    cx.leave_record(cx.record_text(&at.to_url(), ghost.pid().into(), &cx.made_up_identity())?)?;

    let backend = cx.start().ready(READY).await?;

    backend.is_well("it answers").await
}

pub(super) const ZOMBIE: Case = Case {
    id: "single.zombie-blocks-nothing",
    clause: "single.gone-holder-blocks-nothing",
    needs: WITH_SOCKET,
    proofs: &[fails_at("counts-zombie-as-alive", READY)],
    run: |cx| Box::pin(zombie(cx)),
};

/// In a container nobody collects the dead, so they stay in the process table for as long as it runs, and each asks "is it
/// alive?" with a yes.
async fn zombie(cx: &Context) -> Outcome {
    let zombie = cx.zombie()?;
    let text = cx.record_text(
        &cx.url_of_nobody(),
        zombie.pid().into(),
        &cx.made_up_identity(),
    )?;
    cx.leave_record(text)?;

    let backend = cx.start().ready(READY).await?;

    backend.is_well("it answers").await
}

pub(super) const STRANGER: Case = Case {
    id: "single.stranger-with-the-process-id-blocks-nothing",
    clause: "single.reused-pid-blocks-nothing",
    needs: NEEDS,
    proofs: &[fails_at("trusts-live-pid", READY)],
    run: |cx| Box::pin(stranger(cx)),
};

/// After a reboot low process ids come back at once, so the old record names the user's mail program or a system service. It
/// is no reason not to start, and none of the app's business.
async fn stranger(cx: &Context) -> Outcome {
    let stranger = cx.stranger()?;
    let pid = stranger.pid().into();
    cx.leave_record(cx.record_text(&cx.url_of_nobody(), pid, &cx.made_up_identity())?)?;

    let backend = cx.start().ready(READY).await?;

    backend.is_well("it answers").await?;
    cx.expect_eq("the stranger is left alone", &None, &stranger.exit())
}

pub(super) const OTHER_IDENTITY: Case = Case {
    id: "single.other-identity-blocks-nothing",
    clause: "single.identity-decides",
    needs: WITH_IDENTITY,
    proofs: &[
        fails_at("ignores-identity", READY),
        fails_at("trusts-live-pid", READY),
    ],
    run: |cx| {
        Box::pin(async {
            let other = cx.made_up_identity().replace('a', "7");
            friendly_stranger(cx, cx.healthy(&other)).await
        })
    },
};

pub(super) const NO_IDENTITY: Case = Case {
    id: "single.answer-without-identity-blocks-nothing",
    clause: "single.identity-decides",
    needs: WITH_IDENTITY,
    proofs: &[
        fails_at("ignores-identity", READY),
        fails_at("trusts-live-pid", READY),
    ],
    run: |cx| Box::pin(friendly_stranger(cx, cx.healthy_without_identity())),
};

/// Ports and paths are used again, and many programs answer any question with a friendly "fine". If that counts, the app waits
/// for an instance that does not exist, and its user for the app.
async fn friendly_stranger(cx: &Context, reply: Reply) -> Outcome {
    let at = somewhere(cx);
    let _answering = cx.peer(&at, reply).await?;
    let pid = cx.stranger()?.pid().into();
    cx.leave_record(cx.record_text(&at.to_url(), pid, &cx.made_up_identity())?)?;

    let backend = cx.start().ready(READY).await?;

    backend.is_well("it answers").await
}

pub(super) const SILENT: Case = Case {
    id: "single.silent-peer-holds-no-start-up",
    clause: "single.bounded-probe",
    needs: NEEDS,
    proofs: &[fails_at("unbounded-probe", "the start comes to an outcome")],
    run: |cx| Box::pin(silent(cx)),
};

/// A backend that hangs is why the user starts the app again. If the new one then waits for the hung one, he has two that hang
/// and nothing to click on.
async fn silent(cx: &Context) -> Outcome {
    cx.proven_alive().await?;
    let at = somewhere(cx);
    let _hung = cx.peer(&at, Reply::Silence).await?;
    let pid = cx.stranger()?.pid().into();
    cx.leave_record(cx.record_text(&at.to_url(), pid, &cx.made_up_identity())?)?;

    let within = cx.bounds().ready + bounds::SILENT_PEER;
    let start = cx.start();
    let came = start.comes_to_an_outcome("the start comes to an outcome", within);

    match came.await? {
        Came::Ready(backend) => backend.is_well("it answers").await,
        Came::Refused(refusal) => refusal.explains("a refusal says why"),
    }
}

fn somewhere(cx: &Context) -> Endpoint {
    cx.endpoint_beside("holder")
}
