//! A backend that the client uses and does not own.

use crate::case::{Case, Need, fails_at};
use crate::context::{Client, Context, Fetch, Launched};
use crate::verdict::Outcome;
use harness::endpoint::PIPE_PREFIX;
use harness::standin::{Report, Standin};
use harness::target::Capability;
use std::path::Path;

const NEEDS: &[Need] = &[Need::Claim(Capability::External), Need::SocketPath];

const STARTS: &str = "a start is done";
const NOTHING_LAUNCHED: &str = "nothing is launched";
const SHOWN: &str = "it is shown as external";
const PATH_STAYS: &str = "its path stays";
const REFUSED: &str = "the restart is refused";
const CARRIED: &str = "what it carries reaches that backend";
const SAID: &str = "it says that the address is bad";

pub(super) const NOT_LAUNCHED: Case = Case {
    id: "client.external-is-not-launched",
    clause: "client.external-is-left-alone",
    needs: NEEDS,
    proofs: &[fails_at("external-launches-anyway", NOTHING_LAUNCHED)],
    run: |cx| Box::pin(not_launched(cx)),
};

/// The backend under the debugger is the one to talk to. A second one beside it fights with it over its files.
async fn not_launched(cx: &Context) -> Outcome {
    let (client, foreign) = external(cx).await?;

    let started = client.start().succeeds(STARTS).await?;
    is_used(cx, &client, &foreign).await?;

    cx.expect_eq(NOTHING_LAUNCHED, &1, &cx.launches().await?.0)?;
    let address = started.text("address").map(str::to_owned);
    cx.expect_some("the start says the address", "an address", address)?;
    foreign.is_well("the backend is well").await
}

pub(super) const IS_SHOWN: Case = Case {
    id: "client.external-is-shown",
    clause: "client.external-is-shown",
    needs: NEEDS,
    proofs: &[fails_at("external-shown-as-running", SHOWN)],
    run: |cx| Box::pin(shown(cx)),
};

/// A forgotten variable makes the app talk to another backend than its own, and everybody looks for the fault in the wrong one.
async fn shown(cx: &Context) -> Outcome {
    let (client, _foreign) = external(cx).await?;

    client.start().succeeds(STARTS).await?;

    client.is(SHOWN, "external").await?;
    let step = "it says that it uses one that is not its own";
    let event = client.says(step, "external").await?;
    let address = event.fields.get("address").and_then(|text| text.as_str());
    cx.expect_some(step, "an address", address).map(drop)
}

pub(super) const NOT_STOPPED: Case = Case {
    id: "client.external-is-not-stopped",
    clause: "client.external-is-left-alone",
    needs: NEEDS,
    proofs: &[fails_at("stop-removes-external-path", PATH_STAYS)],
    run: |cx| Box::pin(not_stopped(cx)),
};

/// It was not this client that started it, so others may use it, and nobody would start it again.
async fn not_stopped(cx: &Context) -> Outcome {
    let (client, foreign) = external(cx).await?;
    client.start().succeeds(STARTS).await?;
    is_used(cx, &client, &foreign).await?;
    let path = foreign.socket_path("it has a path")?;
    let before = cx.snapshot(&path);

    client.stop().succeeds("a stop is done").await?;

    cx.unchanged(PATH_STAYS, &path, &before)?;
    foreign.is_well("it is well after the stop").await?;

    client.quit().succeeds("a quit is done").await?;
    client.ends("the client ends").await?;
    let step = "its path stays after the quit";
    cx.unchanged(step, &path, &before)?;
    foreign.is_well("it is well after the quit").await?;
    was_not_asked(cx, &foreign)
}

pub(super) const NO_RESTART: Case = Case {
    id: "client.external-restart-is-refused",
    clause: "client.external-is-left-alone",
    needs: &[
        Need::Claim(Capability::External),
        Need::Claim(Capability::Restart),
        Need::SocketPath,
    ],
    proofs: &[
        fails_at("external-restart-launches", REFUSED),
        fails_at("external-launches-anyway", NOTHING_LAUNCHED),
    ],
    run: |cx| Box::pin(no_restart(cx)),
};

/// What it cannot do it has to say: a restart that did nothing and reported success is believed.
async fn no_restart(cx: &Context) -> Outcome {
    let (client, foreign) = external(cx).await?;
    client.start().succeeds(STARTS).await?;

    client.restart().is_refused(REFUSED, &["external"]).await?;

    cx.expect_eq(NOTHING_LAUNCHED, &1, &cx.launches().await?.0)?;
    foreign.is_well("the backend is well").await?;
    was_not_asked(cx, &foreign)
}

pub(super) const BAD_ADDRESS: Case = Case {
    id: "client.bad-external-address-is-said",
    clause: "client.bad-external-is-told",
    needs: &[Need::Claim(Capability::External)],
    proofs: &[fails_at("bad-external-address-ignored", SAID)],
    run: |cx| Box::pin(bad_address(cx)),
};

/// Who mistyped the address would debug a backend that nobody talks to. One that leads away from the machine sends what the
/// user types over a network.
async fn bad_address(cx: &Context) -> Outcome {
    cx.make_directory(&cx.user_data())?;
    for address in [
        "nowhere at all",
        "http://127.0.0.1:65536",
        "http://192.0.2.1:8080",
        "ftp://127.0.0.1:8080",
    ] {
        let client = cx.client().external(address).opens().await?;

        client.start().is_refused(SAID, &["bad-option"]).await?;

        client.hands_out_nothing("nothing is handed out").await?;
        cx.expect_eq(NOTHING_LAUNCHED, &0, &cx.launches().await?.0)?;
        client.quit().succeeds("it quits").await?;
        client.ends("it ends").await?;
    }
    Ok(())
}

pub(super) const PIPE_IN_ANY_CASE: Case = Case {
    id: "client.external-pipe-prefix-in-any-case",
    clause: "client.pipe-prefix-any-case",
    needs: &[Need::Claim(Capability::External), Need::PipePath],
    proofs: &[fails_at("pipe-prefix-in-lower-case-only", STARTS)],
    run: |cx| Box::pin(pipe_in_any_case(cx)),
};

/// Windows knows `\\.\PIPE\` and `\\.\pipe\` for the same. Who copied the address from another program does not know that this one does not.
async fn pipe_in_any_case(cx: &Context) -> Outcome {
    let path = format!("{}-external", cx.pipe());
    let foreign = cx.foreign_backend(Path::new(&path)).await?;
    cx.make_directory(&cx.user_data())?;

    for prefix in [r"\\.\PIPE\", r"\\.\Pipe\"] {
        let spelled = path.replacen(PIPE_PREFIX, prefix, 1);
        let client = cx.client().external(spelled).opens().await?;

        client.start().succeeds(STARTS).await?;

        is_used(cx, &client, &foreign).await?;
        client.quit().succeeds("it quits").await?;
        client.ends("it ends").await?;
    }
    Ok(())
}

/// A backend of somebody else's, and a client that is told to use it.
async fn external(cx: &Context) -> Outcome<(Client, Launched)> {
    let path = cx.runtime().join("external.sock");
    let foreign = cx.foreign_backend(&path).await?;
    cx.make_directory(&cx.user_data())?;
    let client = cx.client().external(path.display().to_string());
    Ok((client.opens().await?, foreign))
}

/// Who does nothing leaves everything alone; so what is carried has to arrive there.
async fn is_used(cx: &Context, client: &Client, foreign: &Launched) -> Outcome {
    if cx.claims(Capability::Bridge) {
        client.carries(CARRIED, &Fetch::get("/external")).await?;
        foreign.receives(CARRIED, "/external").await?;
    }
    Ok(())
}

fn was_not_asked(cx: &Context, foreign: &Launched) -> Outcome {
    let asked = |report: &Report| matches!(report, Report::Asked { .. });
    let asked = Standin::reports(foreign).into_iter().find(asked);
    cx.expect_eq("it was never asked to end", &None, &asked)
}
