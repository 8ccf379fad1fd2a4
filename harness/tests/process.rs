//! A process from start to proof of its end.
#![cfg(unix)]

use harness::process::{Exit, Identity, Launch, Signal, SpawnError};
use harness::sandbox::Sandbox;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);

fn shell(script: &str) -> Launch {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Launch::new("sh")
        .arg("-c")
        .arg(script)
        .env("PATH", path)
        .name("shell")
}

#[tokio::test]
async fn tells_how_it_ended_and_what_it_wrote() {
    let process = shell("echo out; echo err >&2; exit 3").start().unwrap();
    assert_eq!(process.wait(SOON).await.unwrap(), Exit::Code(3));
    assert_eq!(
        (process.stdout().text(), process.stderr().text()),
        ("out\n".into(), "err\n".into())
    );
}

#[tokio::test]
async fn a_signal_reaches_it() {
    let process = shell("exec sleep 600").start().unwrap();
    process.signal(Signal::Term).unwrap();
    assert_eq!(process.wait(SOON).await.unwrap(), Exit::Signal(15));
}

#[tokio::test]
async fn what_double_forked_away_is_found_and_ended() {
    // `setsid` of the shell's kind is not everywhere.
    const AWAY: &str = r#"import os; os.setsid(); os.execvp("sh", ["sh", "-c", "sleep 611 </dev/null >/dev/null 2>&1 & echo $!"])"#;
    let process = shell(&format!("python3 -c '{AWAY}'; sleep 612"))
        .start()
        .unwrap();
    let pid = harness::pace::poll(SOON, async || {
        process.stdout().text().trim().parse::<u32>().ok()
    })
    .await;
    let orphan = Identity::of_pid(pid.unwrap()).unwrap();
    assert!(process.descendants().contains(&orphan));
    let ended = process.end().await.unwrap();
    assert_eq!(ended.exit, Some(Exit::Signal(9)));
    assert!(
        ended
            .survivors
            .iter()
            .any(|line| line.contains("sleep 611")),
        "{:?}",
        ended.survivors
    );
    assert!(!orphan.is_alive());
}

#[tokio::test]
async fn a_flood_neither_blocks_nor_is_held_in_memory() {
    let process = shell("head -c 1000000000 /dev/zero; echo; echo end")
        .start()
        .unwrap();
    assert_eq!(
        process.wait(Duration::from_secs(60)).await.unwrap(),
        Exit::Code(0)
    );
    assert_eq!(process.stdout().total(), 1_000_000_005);
    assert_eq!(process.stdout().last_lines(1), ["end"]);
    assert!(process.stdout().text().len() < 200_000);
}

#[tokio::test]
async fn a_killed_launcher_leaves_its_child_to_the_keeper() {
    let process = shell("cat; echo input ended; exec sleep 600")
        .through_launcher()
        .start()
        .unwrap();
    process.kill_launcher().unwrap();
    let line = harness::pace::poll(SOON, async || process.stdout().last_lines(1).pop()).await;
    assert_eq!(line.as_deref(), Some("input ended"));
    assert!(process.exit().is_none());
    assert_eq!(process.end().await.unwrap().exit, Some(Exit::Signal(9)));
}

#[tokio::test]
async fn sandbox_root_is_gone_with_the_last_one() {
    let sandbox = Sandbox::new().unwrap();
    let program = sandbox.work().join("empty");
    std::fs::write(&program, "").unwrap();
    let error = Launch::new(&program).start().unwrap_err();
    assert!(matches!(error, SpawnError::NotExecutable { .. }), "{error}");
}
