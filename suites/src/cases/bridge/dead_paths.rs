//! Calls that nobody takes: without a backend, or with nobody at its path.

use super::NEEDS;
use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::{Client, Context, Fetch, Launched};
use crate::verdict::Outcome;
use harness::standin::{Reaction, Rule};
use harness::target::Capability;
use std::fs;
use std::path::Path;

const AT_ONCE: &str = "a call before the start ends at once";
const ENDS: &str = "the call ends with an error";
const ANSWERS: &str = "the client still answers";

const ON_A_PATH: &[Need] = &[Need::Claim(Capability::Bridge), Need::SocketPath];

pub(super) const NO_BACKEND: Case = Case {
    id: "bridge.call-before-start-ends",
    clause: "bridge.ends-calls-without-a-backend",
    needs: NEEDS,
    proofs: &[fails_at("queues-calls-until-start", AT_ONCE)],
    run: |cx| Box::pin(no_backend(cx)),
};

/// The window is there before the backend is. A call that is kept for later hangs when there is no later, and a save that comes
/// true an hour after it was clicked is worse.
async fn no_backend(cx: &Context) -> Outcome {
    let client = cx.opened_client().await?;

    let mut asked = client
        .fetch(&Fetch::post("/early", "save"))
        .due_within(bounds::ANSWER);
    asked.is_refused(AT_ONCE, &["no-address"]).await?;

    let backend = client.starts("its backend starts").await?;
    client
        .carries("a call after the start is answered", &Fetch::get("/late"))
        .await?;
    backend.receives("it arrives", "/late").await?;
    let arrived = backend.requests();
    let early = arrived.iter().filter(|one| one.target() == "/early");
    cx.expect_eq("the one before does not arrive", &0, &early.count())
}

/// A client and its backend that use each connection once, so that the next call needs a new one.
pub(super) async fn each_once(cx: &Context) -> Outcome<(Client, Launched)> {
    let mut script = cx.healthy_script();
    script.rules.push(Rule::always(Reaction::Echo));
    for rule in &mut script.rules {
        rule.reaction = closing(&rule.reaction);
    }
    cx.next_launch(script).await?;
    let (client, backend) = cx.running_client().await?;
    client
        .carries("a call is answered", &Fetch::get("/before"))
        .await?;
    Ok((client, backend))
}

/// A client whose backend lives, and with something else at its path.
async fn dead(cx: &Context, replace: impl Fn(&Path) -> std::io::Result<()>) -> Outcome {
    let (client, backend) = each_once(cx).await?;
    let path = backend.socket_path("its address is a path")?;

    fs::remove_file(&path)?;
    replace(&path)?;
    client.fetch(&Fetch::get("/lost")).fails(ENDS).await?;

    client.status(ANSWERS).await?;
    Ok(())
}

/// The same reaction, with the end of the connection.
fn closing(reaction: &Reaction) -> Reaction {
    let (status, mut headers, body) = match reaction {
        Reaction::Answer {
            status,
            headers,
            body,
        } => (*status, headers.clone(), body.clone()),
        _ => (200, Vec::new(), Default::default()),
    };
    headers.push(("Connection".to_owned(), "close".to_owned()));
    Reaction::Answer {
        status,
        headers,
        body,
    }
}

pub(super) const MISSING: Case = Case {
    id: "bridge.missing-path-ends-the-call",
    clause: "bridge.ends-calls-to-a-dead-path",
    needs: ON_A_PATH,
    proofs: &[fails_at("retries-missing-path-for-ever", ENDS)],
    run: |cx| Box::pin(missing(cx)),
};

/// Something tidied the temporary directory. The backend lives, and nobody can reach it any more: the user has to be told, not to
/// wait.
async fn missing(cx: &Context) -> Outcome {
    dead(cx, |_| Ok(())).await
}

pub(super) const FILE: Case = Case {
    id: "bridge.regular-file-at-the-path-ends-the-call",
    clause: "bridge.ends-calls-to-a-dead-path",
    needs: ON_A_PATH,
    proofs: &[fails_at("retries-refused-path-for-ever", ENDS)],
    run: |cx| Box::pin(file(cx)),
};

/// The same when a backup was restored over it.
async fn file(cx: &Context) -> Outcome {
    dead(cx, |path| fs::write(path, "no socket")).await
}

pub(super) const DIRECTORY: Case = Case {
    id: "bridge.directory-at-the-path-ends-the-call",
    clause: "bridge.ends-calls-to-a-dead-path",
    needs: ON_A_PATH,
    proofs: &[fails_at("retries-refused-path-for-ever", ENDS)],
    run: |cx| Box::pin(directory(cx)),
};

/// The same when a container made it a mount point.
async fn directory(cx: &Context) -> Outcome {
    dead(cx, |path| fs::create_dir(path)).await
}
