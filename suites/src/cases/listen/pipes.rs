//! Pipes: whose they are, who may open them, and that they are there whenever a client comes.

use super::refusal::{EXIT_ZERO, EXPLAINED, REFUSED, WORDLESS};
use crate::bounds;
use crate::case::{Case, Need, fails_at, may_fail_at};
use crate::context::{Backend, Came, Context};
use crate::verdict::{Outcome, Stop};
use harness::access::{Access, of_pipe};
use harness::dial::Connection;
use harness::endpoint::Endpoint;
use harness::pace::{Deadline, Pace};
use harness::peer::Reply;
use harness::pipe::{Look, look};
use harness::platform::Behaviour;
use std::time::Duration;

pub(super) const LIST: Case = Case {
    id: "listen.pipe-lists-its-user-and-the-system-only",
    clause: "listen.private-pipe",
    needs: &[Need::Pipe],
    proofs: &[
        fails_at("pipe-with-default-access", PROTECTED),
        fails_at("pipe-open-to-others", "nobody else is on its list"),
    ],
    run: |cx| Box::pin(list(cx)),
};

const PROTECTED: &str = "its access list is protected";

/// The list that a pipe gets by default lets every account of the machine read what the app's user is sent.
async fn list(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    let access = access_of(cx, &backend).await?;

    cx.expect(PROTECTED, "a protected list", &access, access.protected)?;
    let strangers = access.strangers();
    let expected = format!("no entry but for {} and the system", access.user);
    let seen = format!("{access}");
    cx.expect(
        "nobody else is on its list",
        expected,
        seen,
        strangers.is_empty(),
    )
}

pub(super) const VERDICT: Case = Case {
    id: "listen.pipe-admits-nobody-but-its-user",
    clause: "listen.private-pipe",
    needs: &[Need::Pipe],
    proofs: &[
        fails_at("pipe-open-to-others", OTHERS),
        // What the system makes of a pipe without a list differs.
        may_fail_at("pipe-with-default-access", OTHERS),
    ],
    run: |cx| Box::pin(verdict(cx)),
};

const OTHERS: &str = "it would let nobody else in";

/// A list can look right and still let somebody in through one of its groups. The system itself is asked.
async fn verdict(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    let access = access_of(cx, &backend).await?;

    cx.expect(
        "its user may read and write",
        "the system says yes",
        &access,
        access.admits_its_user,
    )?;
    cx.expect(
        OTHERS,
        "the system says no to another of this user's groups",
        &access,
        !access.admits_others,
    )
}

async fn access_of(cx: &Context, backend: &Backend) -> Outcome<Access> {
    let read = of_pipe(&name_of(&backend.endpoint()?)?, bounds::HEALTH).await;
    cx.expect_ok("its access list can be read", "an access list", read)
}

pub(super) const TAKEN: Case = Case {
    id: "listen.pipe-of-a-stranger-is-not-taken",
    clause: "listen.first-pipe-instance-wins",
    needs: &[Need::Pipe],
    proofs: &[
        fails_at("pipe-joins-anothers-name", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(taken(cx)),
};

/// Names of pipes are shared by all sessions of a machine. Who serves at a name beside its owner gets that one's clients by chance.
async fn taken(cx: &Context) -> Outcome {
    cx.proven_alive().await?;
    let answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 8\r\n\r\nstranger";
    let address = cx.address_beside("taken");
    let at = Endpoint::from_text(&address);
    let stranger = cx.peer(&at, Reply::Answer(answer.into())).await?;

    let refusal = cx.start().at(&address).refused(REFUSED).await?;

    refusal.explains(EXPLAINED)?;
    // With a second server there, each other of these would be answered by that one.
    for _ in 0..4 {
        let answer = async {
            let recorder = cx.recorder();
            let mut connection =
                Connection::open(stranger.endpoint(), bounds::HEALTH, recorder).await?;
            connection.get("/").await
        };
        let step = "the stranger is reached as before";
        let answer = cx.expect_ok(step, "an answer of the stranger", answer.await)?;
        cx.expect_eq(step, &"stranger".to_owned(), &answer.text())?;
    }
    Ok(())
}

pub(super) const SECOND_START: Case = Case {
    id: "listen.second-start-at-a-pipe-is-refused",
    clause: "listen.first-pipe-instance-wins",
    needs: &[Need::Pipe],
    proofs: &[
        fails_at("pipe-joins-anothers-name", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(second_start(cx)),
};

/// Two profiles of one app have the same name for their pipe by mistake. Without a refusal the windows of one are spread by chance
/// over the data of both.
async fn second_start(cx: &Context) -> Outcome {
    let (one, other) = (cx.root().join("one"), cx.root().join("other"));
    let first = cx.start().in_state(&one).ready("it becomes ready").await?;

    let refusal = cx.start().in_state(&other).refused(REFUSED).await?;

    refusal.explains(EXPLAINED)?;
    for _ in 0..4 {
        first.is_well("every connection goes to the first").await?;
    }
    Ok(())
}

pub(super) const AT_ONCE: Case = Case {
    id: "listen.of-many-starts-at-one-pipe-one-wins",
    clause: "listen.first-pipe-instance-wins",
    needs: &[Need::Pipe, Need::Shows(Behaviour::FirstPipeInstance)],
    proofs: &[
        fails_at("pipe-joins-anothers-name", ONE),
        fails_at("refuses-with-exit-zero", OUTCOME),
    ],
    run: |cx| Box::pin(at_once(cx)),
};

const ONE: &str = "exactly one is ready";
const OUTCOME: &str = "each start comes to an outcome";

/// To look whether a name is free and to take it afterwards lets two through once in a while. Only the system can say who was first.
async fn at_once(cx: &Context) -> Outcome {
    let starts = (0..8).map(|number| {
        let state = cx.root().join(format!("state-{number}"));
        cx.start().in_state(state).launch()
    });
    let crowd = starts.collect::<Outcome<Vec<_>>>()?;

    let mut ready = Vec::new();
    for one in crowd {
        match one.comes_to_an_outcome(OUTCOME, cx.bounds().ready).await? {
            Came::Ready(backend) => ready.push(backend),
            Came::Refused(_) => {}
        }
    }

    cx.expect_eq(ONE, &1, &ready.len())
}

pub(super) const NO_GAP: Case = Case {
    id: "listen.pipe-is-there-between-clients",
    clause: "listen.pipe-never-vanishes",
    needs: &[Need::Pipe],
    proofs: &[fails_at("pipe-gap-between-instances", THERE)],
    run: |cx| Box::pin(no_gap(cx)),
};

/// Longer than any server needs for the next instance, if it makes that after the one before.
const AFTER_A_CLIENT: Duration = Duration::from_millis(40);

const THERE: &str = "the pipe is there when the next client comes";

/// A client that comes in the moment between two instances is told that there is no such file. It takes the backend for dead, and
/// launches another.
async fn no_gap(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let name = name_of(&backend.endpoint()?)?;

    for _ in 0..10 {
        backend.is_well("it answers a client").await?;
        // The server hears a moment later that the client is gone.
        let mut pace = Pace::until(Deadline::after(AFTER_A_CLIENT));
        while pace.step().await {
            let seen = cx.expect_ok(THERE, "a pipe that is free or busy", look(&name))?;
            cx.expect(
                THERE,
                "a pipe that is free or busy",
                format!("{seen:?}"),
                seen != Look::Missing,
            )?;
        }
    }
    Ok(())
}

pub(super) const CROWD: Case = Case {
    id: "listen.many-clients-of-a-pipe-are-served-at-once",
    clause: "listen.serves-others-meanwhile",
    needs: &[Need::Pipe],
    proofs: &[
        fails_at("few-pipe-instances", "each of them is taken"),
        fails_at(
            "serves-one-connection-at-a-time",
            "each of them is answered",
        ),
    ],
    run: |cx| Box::pin(crowd(cx)),
};

/// Each window keeps connections of its own, and a pipe has an instance for each. A limit that nobody thought of is met on the day
/// with the most windows.
async fn crowd(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let health = &cx.manifest().health;

    let mut clients = Vec::new();
    for _ in 0..96 {
        let mut client = backend.connect("each of them is taken").await?;
        let answer = client.get(&health.path).await;
        let answer = cx.expect_ok("each of them is answered", "an answer to health", answer)?;
        cx.expect_eq("each finds it well", &health.status, &answer.status)?;
        clients.push(client);
    }

    for client in &mut clients {
        let answer = client.get(&health.path).await;
        cx.expect_ok("each is answered again", "an answer to health", answer)?;
    }
    Ok(())
}

fn name_of(endpoint: &Endpoint) -> Outcome<String> {
    match endpoint {
        Endpoint::Pipe(name) => Ok(name.clone()),
        other => Err(Stop::Harness(format!("{other} is no pipe"))),
    }
}
