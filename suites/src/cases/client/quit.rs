//! The end of the client itself, in the ways in which it is asked to.

use crate::case::{Case, Need, fails_at};
use crate::context::{Client, Context, Fetch, Launched};
use crate::verdict::Outcome;
use harness::process::Signal;
use harness::standin::{EndsWithClient, OnTerm, Reaction, Rule, Script};
use harness::target::Capability;

const ENDS: &str = "it ends";
const WELL: &str = "it ends well";
const GONE: &str = "its backend is gone by then";

pub(super) const QUIT: Case = Case {
    id: "client.quit-leaves-nothing",
    clause: "client.quit-leaves-nothing",
    needs: &[],
    proofs: &[
        fails_at("quit-leaves-backend", GONE),
        fails_at("quit-exits-with-failure", WELL),
    ],
    run: |cx| Box::pin(quit(cx)),
};

/// The user closed the app. A backend that stays holds its lock and its files, and the next launch meets it.
async fn quit(cx: &Context) -> Outcome {
    let (client, backend) = running_apart(cx).await?;

    client.quit().succeeds("it answers").await?;

    backend.is_gone_by_now(GONE)?;
    let exit = client.ends(ENDS).await?;
    cx.expect(WELL, "exit code 0", exit, exit.success())
}

pub(super) const END_OF_INPUT: Case = Case {
    id: "client.end-of-input-is-a-quit",
    clause: "client.quit-leaves-nothing",
    needs: &[],
    proofs: &[
        fails_at("quit-exits-with-failure", WELL),
        fails_at("survives-end-of-input", ENDS),
        fails_at("quit-leaves-backend", GONE),
    ],
    run: |cx| Box::pin(end_of_input(cx)),
};

/// Whoever drove the app is gone: the test run was broken off, the terminal closed. Nobody will ever ask it to quit.
async fn end_of_input(cx: &Context) -> Outcome {
    let (client, backend) = running_apart(cx).await?;

    client.driver().close();

    let exit = client.ends(ENDS).await?;
    backend.is_gone_by_now(GONE)?;
    cx.expect(WELL, "exit code 0", exit, exit.success())
}

pub(super) const SIGTERM: Case = Case {
    id: "client.quit-by-sigterm-leaves-nothing",
    clause: "client.quit-leaves-nothing",
    needs: &[Need::Signals],
    proofs: &[
        fails_at("quit-exits-with-failure", WELL),
        fails_at("sigterm-leaves-backend", GONE),
        fails_at("quit-leaves-backend", GONE),
    ],
    run: |cx| Box::pin(by_signal(cx, Signal::Term)),
};

pub(super) const SIGINT: Case = Case {
    id: "client.quit-by-sigint-leaves-nothing",
    clause: "client.quit-leaves-nothing",
    needs: &[Need::Signals],
    proofs: &[
        fails_at("quit-exits-with-failure", WELL),
        fails_at("sigint-ignored", ENDS),
        fails_at("quit-leaves-backend", GONE),
    ],
    run: |cx| Box::pin(by_signal(cx, Signal::Int)),
};

/// The session ends, or the developer presses Ctrl-C: most ends of an app are no click on "Quit".
async fn by_signal(cx: &Context, signal: Signal) -> Outcome {
    let (client, backend) = running_apart(cx).await?;

    client.signal("it is there to be asked to quit", signal)?;

    let exit = client.ends(ENDS).await?;
    backend.is_gone_by_now(GONE)?;
    let expected = format!("exit code 0, or ended by {signal}");
    cx.expect(WELL, expected, exit, exit.as_asked(signal))
}

pub(super) const BOUNDED: Case = Case {
    id: "client.quit-is-bounded",
    clause: "client.quit-is-bounded",
    needs: &[Need::Claim(Capability::Bridge)],
    proofs: &[
        fails_at("quit-waits-for-calls", ENDS),
        fails_at("never-kills", GONE),
        fails_at("quit-leaves-backend", GONE),
    ],
    run: |cx| Box::pin(bounded(cx)),
};

/// A hung backend is the very reason to quit. An app that waits for it keeps the session from ending, and is killed in the end.
async fn bounded(cx: &Context) -> Outcome {
    let mut script = Script {
        on_term: OnTerm::Ignore,
        ends_with_client: EndsWithClient::Never,
        ..cx.healthy_script()
    };
    script.rules.push(Rule::at("/hangs", Reaction::Hold));
    cx.next_launch(script).await?;
    let (client, backend) = cx.running_client().await?;
    let _call = client.fetch(&Fetch::get("/hangs"));
    backend.receives("a call hangs", "/hangs").await?;

    let _quit = client.quit();

    client.ends(ENDS).await?;
    backend.is_gone_by_now(GONE)
}

/// A running client, whose backend does not notice its end.
async fn running_apart(cx: &Context) -> Outcome<(Client, Launched)> {
    let script = Script {
        ends_with_client: EndsWithClient::Never,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    cx.running_client().await
}
