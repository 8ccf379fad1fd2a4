//! What a target on Windows starts to leave its job: refused, unless its manifest says that it does; and contained all the same.
//!
//! Each test runs this very binary again, for one of the ignored tests in it.
#![cfg(windows)]
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without")]

use harness::process::{Exit, Identity, Launch, Process};
use std::os::windows::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);
/// Not for ever, so that a failure leaves no mess for long.
const LIFE: Duration = Duration::from_secs(60);
/// `CREATE_BREAKAWAY_FROM_JOB` (process creation flags).
const BREAKAWAY: u32 = 0x0100_0000;
/// `ERROR_ACCESS_DENIED`.
const DENIED: i32 = 5;
/// Tells the ignored tests that another one called them.
const CALLED: &str = "BREAKAWAY_INNER";

fn inner(name: &str) -> [String; 4] {
    ["--ignored", "--exact", "--nocapture", name].map(str::to_owned)
}

fn start(breakaway: bool) -> Process {
    let system = std::env::var_os("SystemRoot").unwrap_or_default();
    Launch::new(std::env::current_exe().unwrap())
        .args(inner("starts_one_that_breaks_away"))
        .env("SystemRoot", system)
        .env(CALLED, "1")
        .breakaway(breakaway)
        .start()
        .unwrap()
}

/// The number after this word in what it wrote.
async fn told(process: &Process, word: &str) -> u32 {
    let find = || {
        let text = process.stdout().text();
        let line = text.lines().find_map(|line| line.split_once(word))?.1;
        line.trim().parse().ok()
    };
    harness::pace::poll(SOON, async || find()).await.unwrap()
}

#[test]
#[ignore = "a target of the others"]
fn starts_one_that_breaks_away() {
    if std::env::var_os(CALLED).is_none() {
        return;
    }
    let started = Command::new(std::env::current_exe().unwrap())
        .args(inner("lives"))
        .creation_flags(BREAKAWAY)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(child) => println!("\nchild {}", child.id()),
        Err(error) => println!("\nrefused {}", error.raw_os_error().unwrap_or_default()),
    }
    std::thread::park_timeout(LIFE);
}

#[test]
#[ignore = "a target of the others"]
fn lives() {
    if std::env::var_os(CALLED).is_some() {
        std::thread::park_timeout(LIFE);
    }
}

#[tokio::test]
async fn it_is_refused_where_nothing_is_said() {
    let process = start(false);
    let refused = told(&process, "refused ").await;
    assert_eq!(i32::try_from(refused), Ok(DENIED));
    process.end().await.unwrap();
}

#[tokio::test]
async fn what_breaks_away_is_seen_and_ends_with_the_target() {
    let process = start(true);
    let child = Identity::of_pid(told(&process, "child ").await).unwrap();
    assert!(child.is_alive() && process.descendants().contains(&child));
    let ended = process.end().await.unwrap();
    assert!(
        matches!(ended.exit, Some(Exit::Code(_))),
        "{:?}",
        ended.exit
    );
    assert!(!child.is_alive());
}
