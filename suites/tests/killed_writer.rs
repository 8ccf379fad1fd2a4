//! A harness that is killed leaves evidence that can be read to its last event.
#![cfg(unix)]

use harness::events::{self, Event};
use harness::pace;
use std::process::{Command, Stdio};
use std::time::Duration;
use suites::run::stream_path;
use suites::targets;

/// One that takes some seconds, so that it is under way when it is killed.
const CASE: &str = "crash.many-lives-leave-no-more-than-two";
const SOON: Duration = Duration::from_secs(30);

#[tokio::test]
async fn evidence_outlives_its_writer() {
    let out = tempfile::tempdir().unwrap();
    let stream = stream_path(out.path(), "reference", CASE);
    let mut runner = Command::new(env!("CARGO_BIN_EXE_run-case"))
        .args(["--case", CASE, "--target"])
        .arg(targets::reference())
        .arg("--out")
        .arg(out.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let spawned = |event: &Event| matches!(event, Event::Spawned { .. });
    let under_way = || {
        let entries = events::read(&stream).ok()?;
        entries
            .iter()
            .any(|entry| spawned(&entry.event))
            .then_some(())
    };
    let seen = pace::poll(SOON, async || under_way()).await;
    runner.kill().unwrap();
    runner.wait().unwrap();
    assert!(seen.is_some(), "the case did not start its target");

    let entries = events::read(&stream).unwrap();
    assert!(entries.iter().any(|entry| spawned(&entry.event)));
    assert!(!matches!(
        entries.last().unwrap().event,
        Event::Verdict { .. }
    ));
    let places: Vec<u64> = entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(places, (0..places.len() as u64).collect::<Vec<_>>());
}
