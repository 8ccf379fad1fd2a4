//! How to test a backend of your own: launch it, kill it, launch it again, and prove that nothing leaked.
//!
//! To begin with yours, copy this file and change the three functions at its end.
#![cfg(unix)]

use harness::endpoint::Endpoint;
use harness::events::Recorder;
use harness::process::{Exit, Launch, Signal};
use harness::readiness::{Health, wait};
use harness::sandbox::Sandbox;
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

const WITHIN: Duration = Duration::from_secs(15);

#[tokio::test]
async fn a_killed_backend_is_replaced_and_leaves_nothing() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::new()?;
    let socket = sandbox.runtime().join("app.sock");
    let locate = || socket.exists().then(|| Endpoint::Unix(socket.clone()));

    let first = backend(&sandbox).start()?;
    let before = wait(&first, locate, &health(), WITHIN, &Recorder::off()).await?;
    first.kill().await?;
    assert!(socket.exists(), "what is killed cannot clean up");

    let second = backend(&sandbox).start()?;
    let after = wait(&second, locate, &health(), WITHIN, &Recorder::off()).await?;
    assert_ne!(
        before.identity, after.identity,
        "each instance has an identity of its own"
    );

    second.signal(Signal::Term)?;
    assert_eq!(second.wait(WITHIN).await?, Exit::Code(0));
    assert!(!socket.exists(), "what is stopped cleans up");
    for process in [first, second] {
        let survivors = process.end().await?.survivors;
        assert!(survivors.is_empty(), "it left behind: {survivors:?}");
    }
    Ok(())
}

fn backend(sandbox: &Sandbox) -> Launch {
    let mut socket = std::ffi::OsString::from("--socket=");
    socket.push(sandbox.runtime().join("app.sock"));
    Launch::new(program())
        .arg("serve")
        .arg(socket)
        .envs(sandbox.env())
        .directory(sandbox.work())
}

fn health() -> Health {
    let (path, header) = ("/health".to_owned(), "X-Sidecar-Nonce".to_owned());
    Health {
        path,
        status: 204,
        identity_header: Some(header),
        its_own: true,
    }
}

fn program() -> PathBuf {
    let directory = std::env::var_os("SIDECAR_FIXTURES").map(PathBuf::from);
    let program = directory.unwrap_or_default().join("reference-backend");
    assert!(
        program.is_file(),
        "`{}` is not there; run the tests with `cargo xtask test`, which builds it and sets SIDECAR_FIXTURES",
        program.display()
    );
    program
}
