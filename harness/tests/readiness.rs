//! A start that does not become ready names the furthest stage that it reached, and what was last seen there.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without")]

use harness::endpoint::Endpoint;
use harness::events::{Event, Recorder, read};
use harness::process::{Launch, Process};
use harness::readiness::{Health, NotReady, Ready, Stage, wait};
use harness::sandbox::Sandbox;
use rstest::rstest;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixListener};

/// Enough for every stage that is reached at all; what is never reached takes as long as this.
const WITHIN: Duration = Duration::from_millis(400);
const SOON: Duration = Duration::from_secs(20);

const HEALTHY: &str = "HTTP/1.1 204 No Content\r\nX-Id: abc\r\n\r\n";

/// What is at the address while the process runs. The process itself only lives: readiness asks the address.
#[derive(Clone, Copy, Debug)]
enum Peer {
    Nothing,
    Stale,
    NeverAccepts,
    Closes,
    Silent,
    Says(&'static str),
}

impl Peer {
    fn start(self, path: &Path) {
        let path = path.to_owned();
        match self {
            Self::Nothing => {}
            Self::Stale => drop(UnixListener::bind(path).unwrap()),
            Self::NeverAccepts => {
                let listener = UnixListener::bind(path).unwrap();
                tokio::spawn(async move {
                    std::future::pending::<()>().await;
                    drop(listener);
                });
            }
            Self::Closes | Self::Silent | Self::Says(_) => {
                let listener = UnixListener::bind(path).unwrap();
                tokio::spawn(async move {
                    while let Ok((mut stream, _)) = listener.accept().await {
                        let mut request = [0; 1024];
                        match self {
                            Self::Says(answer) => {
                                let _ = stream.read(&mut request).await;
                                let _ = stream.write_all(answer.as_bytes()).await;
                            }
                            Self::Silent => {
                                tokio::spawn(async move {
                                    std::future::pending::<()>().await;
                                    drop(stream);
                                });
                            }
                            _ => {}
                        }
                    }
                });
            }
        }
    }
}

#[rstest]
#[case::it_never_makes_the_path(Peer::Nothing, Stage::Spawned, "no address yet")]
#[case::it_makes_the_path_and_does_not_listen(
    Peer::Stale,
    Stage::Present,
    "could not connect to PATH: Connection refused"
)]
#[case::it_listens_and_never_accepts(
    Peer::NeverAccepts,
    Stage::Connects,
    "PATH did not answer within"
)]
#[case::it_accepts_and_is_silent(Peer::Silent, Stage::Connects, "PATH did not answer within")]
#[case::it_accepts_and_closes(
    Peer::Closes,
    Stage::Accepts,
    "PATH closed the connection without an answer"
)]
#[case::it_talks_something_else(
    Peer::Says("220 mail ready\r\n"),
    Stage::Accepts,
    "PATH answered what is not HTTP/1.1: invalid HTTP version parsed"
)]
#[case::it_breaks_off(
    Peer::Says("HTTP/1.1 204 No"),
    Stage::Accepts,
    "PATH closed the connection without an answer"
)]
#[case::its_status_is_wrong(
    Peer::Says("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"),
    Stage::Answers,
    "status 503 instead of 204"
)]
#[case::it_does_not_say_who_it_is(
    Peer::Says("HTTP/1.1 204 No Content\r\n\r\n"),
    Stage::Answers,
    "status 204 without the header X-Id"
)]
#[tokio::test]
async fn a_time_out_names_the_stage_when(
    #[case] peer: Peer,
    #[case] stage: Stage,
    #[case] seen: &str,
) {
    let sandbox = Sandbox::new().unwrap();
    let path = sandbox.runtime().join("app.sock");
    peer.start(&path);
    let process = script(&sandbox, "echo started; exec sleep 60");
    let error = ready(&process, &path, &Recorder::off()).await.unwrap_err();
    assert_eq!(error.furthest(), stage);
    let sentence = error.to_string().replace(path.to_str().unwrap(), "PATH");
    let start =
        format!("backend was not ready within 400ms; furthest stage: {stage}; last seen: {seen}");
    // Between the two the system and the HTTP library have their say.
    assert!(sentence.starts_with(&start), "{sentence}");
    assert!(
        sentence.ends_with("; its last lines: [\"started\"]"),
        "{sentence}"
    );
}

#[rstest]
#[case::before_its_path(Peer::Nothing, Stage::Spawned)]
#[case::before_it_listens(Peer::Stale, Stage::Present)]
#[case::before_it_is_healthy(
    Peer::Says("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"),
    Stage::Answers
)]
#[tokio::test]
async fn an_exit_ends_the_wait(#[case] peer: Peer, #[case] stage: Stage) {
    let sandbox = Sandbox::new().unwrap();
    let path = sandbox.runtime().join("app.sock");
    peer.start(&path);
    let mut process = shell(&sandbox, "read line; echo no luck >&2; exit 3")
        .piped_stdin()
        .start()
        .unwrap();
    let recorder = Recorder::create(&sandbox.work().join("events"), "test").unwrap();
    // It ends once the stage was reached, so that no time decides what is seen first.
    let input = process.take_stdin();
    let events = sandbox.work().join("events");
    let reached = async {
        harness::pace::poll(SOON, async || {
            stages(&events).contains(&stage.to_string()).then_some(())
        })
        .await;
        drop(input);
        std::future::pending::<()>().await;
    };
    let error = tokio::select! {
        ready = ready_within(&process, &path, &recorder, SOON) => ready.unwrap_err(),
        () = reached => unreachable!(),
    };
    assert_eq!(
        error.to_string(),
        format!(
            "backend ended before it was ready (exit code 3); furthest stage: {stage}; its last lines: [\"no luck\"]"
        )
    );
}

#[tokio::test]
async fn every_stage_of_a_good_start_is_told_once_and_in_order() {
    let sandbox = Sandbox::new().unwrap();
    let (path, events) = (
        sandbox.runtime().join("app.sock"),
        sandbox.work().join("events"),
    );
    let recorder = Recorder::create(&events, "test").unwrap();
    let process = script(&sandbox, "exec sleep 60");
    Peer::Says(HEALTHY).start(&path);
    let ready = ready(&process, &path, &recorder).await.unwrap();
    assert_eq!(
        (ready.identity.as_deref(), ready.endpoint),
        (Some("abc"), Endpoint::Unix(path))
    );
    let order: Vec<_> = ready
        .stages
        .iter()
        .map(|(stage, _)| stage.to_string())
        .collect();
    assert_eq!(
        order,
        [
            "spawned",
            "address present",
            "connects",
            "accepts",
            "answers",
            "identified"
        ]
    );
    assert!(ready.stages.is_sorted());
    assert_eq!(stages(&events), order);
}

#[tokio::test]
async fn a_port_is_asked_as_a_path_is() {
    let sandbox = Sandbox::new().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Endpoint::Tcp(listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(HEALTHY.as_bytes()).await;
        }
    });
    let process = script(&sandbox, "exec sleep 60");
    let ready = wait(
        &process,
        || Some(address.clone()),
        &health(),
        SOON,
        &Recorder::off(),
    )
    .await
    .unwrap();
    assert_eq!(ready.endpoint, address);
}

fn shell(sandbox: &Sandbox, script: &str) -> Launch {
    Launch::new("sh")
        .arg("-c")
        .arg(script)
        .envs(sandbox.env())
        .name("backend")
}

fn script(sandbox: &Sandbox, script: &str) -> Process {
    shell(sandbox, script).start().unwrap()
}

fn health() -> Health {
    Health {
        path: "/health".to_owned(),
        status: 204,
        identity_header: Some("X-Id".to_owned()),
        its_own: false,
    }
}

async fn ready(process: &Process, path: &Path, recorder: &Recorder) -> Result<Ready, NotReady> {
    ready_within(process, path, recorder, WITHIN).await
}

async fn ready_within(
    process: &Process,
    path: &Path,
    recorder: &Recorder,
    within: Duration,
) -> Result<Ready, NotReady> {
    let path = PathBuf::from(path);
    let locate = || path.exists().then(|| Endpoint::Unix(path.clone()));
    wait(process, locate, &health(), within, recorder).await
}

fn stages(events: &Path) -> Vec<String> {
    let entries = read(events).unwrap().into_iter();
    entries
        .filter_map(|entry| match entry.event {
            Event::Reached { stage, .. } => Some(stage),
            _ => None,
        })
        .collect()
}

/// One that answered wrongly and then hung did two things, and both are told.
#[tokio::test]
async fn a_hang_after_a_wrong_answer_hides_neither() {
    let sandbox = Sandbox::new().unwrap();
    let path = sandbox.runtime().join("app.sock");
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        let (mut first, _) = listener.accept().await.unwrap();
        let _ = first.read(&mut [0; 1024]).await;
        let _ = first
            .write_all(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")
            .await;
        std::future::pending::<()>().await;
        drop((listener, first));
    });
    let process = script(&sandbox, "exec sleep 60");
    let error = ready(&process, &path, &Recorder::off()).await.unwrap_err();
    let NotReady::TimedOut { last_seen, .. } = error else {
        panic!("{error}");
    };
    let seen = last_seen.replace(path.to_str().unwrap(), "PATH");
    assert!(
        seen.starts_with("status 503 instead of 204; then PATH did not answer within "),
        "{seen}"
    );
}
