//! What macOS has to rely on, tried on Linux: without a subreaper, what a target started is found in the table of processes.
//!
//! The way of looking is the same on both; what is asked of the system is not, and up to now only Linux has been asked.
//! The stray is an interpreter, because macOS does not show the environment of its own shell.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test cannot go on without"
)]

use harness::pace;
use harness::process::{Identity, Launch, Process, parent};
use harness::sandbox::Sandbox;
use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// For what is no part of a proof.
const SOON: Duration = Duration::from_secs(20);
/// From the death of the last that could ask for it to the death of all.
const GONE_WITHIN: Duration = Duration::from_secs(2);
/// Tells the inner test that an outer one called it.
const CALLED: &str = "SWEEP_INNER";
/// What targets would live for if nobody ended them: a program that macOS does not protect, so that its environment can be seen.
const LIFE: &str = "exec python3 -c 'import time; time.sleep(60)'";
/// Says who it is, and lives on.
const STRAY: &str = "\
import os, sys, time
if sys.argv[2:]: os.setsid()
file = sys.argv[1] + '/stray'
open(file + '.new', 'w').write(str(os.getpid()))
os.rename(file + '.new', file)
time.sleep(60)
";

/// What a stray leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leaves {
    /// The session, with the environment that it was given.
    TheSession,
    /// The environment.
    TheEnvironment,
}

/// A target that starts something by two forks, with null streams, and then something more.
fn detaching(sandbox: &Sandbox, leaves: Leaves, more: &str) -> Process {
    let stray = match leaves {
        Leaves::TheSession => "python3 -c \"$2\" \"$1\" leave",
        Leaves::TheEnvironment => "env -i \"$(command -v python3)\" -c \"$2\" \"$1\"",
    };
    let script = format!("({stray} </dev/null >/dev/null 2>&1 &); {more} {LIFE}");
    Launch::new("sh")
        .args(["-c", &script, "sh"])
        .arg(sandbox.work())
        .arg(STRAY)
        .envs(sandbox.env())
        .swept()
        .start()
        .unwrap()
}

/// Who was started so, once it is no child of anybody who could be asked for it.
async fn stray(sandbox: &Sandbox, process: &Process) -> Identity {
    let file = sandbox.work().join("stray");
    let pid = pace::poll(SOON, async || std::fs::read_to_string(&file).ok()).await;
    let pid = pid.unwrap().trim().parse().unwrap();
    let keeper = parent(process.pid()).unwrap();
    let lost = async || {
        let ancestors = std::iter::successors(parent(pid), |pid| parent(*pid));
        let tied = ancestors
            .take_while(|pid| *pid > 1)
            .any(|pid| pid == keeper);
        (!tied).then_some(())
    };
    assert!(pace::poll(SOON, lost).await.is_some());
    Identity::of_pid(pid).unwrap()
}

fn kill(pid: u32) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
}

async fn is_gone(one: Identity) -> bool {
    pace::poll(GONE_WITHIN, async || (!one.is_alive()).then_some(()))
        .await
        .is_some()
}

/// By the tag what left the session, by the session what has no environment.
#[rstest]
#[case::the_session(Leaves::TheSession)]
#[case::the_environment(Leaves::TheEnvironment)]
#[tokio::test]
async fn a_stray_is_found_that_leaves(#[case] leaves: Leaves) {
    let sandbox = Sandbox::new().unwrap();
    let process = detaching(&sandbox, leaves, "");
    let stray = stray(&sandbox, &process).await;
    assert!(process.includes(stray.pid()));
    let ended = process.end().await.unwrap();
    assert!(!stray.is_alive(), "it is dead when the end is told");
    let named = format!("{stray}:");
    assert!(
        ended.survivors.iter().any(|one| one.starts_with(&named)),
        "{:?}",
        ended.survivors
    );
}

#[tokio::test]
async fn nobody_else_is_touched() {
    let sandboxes = [Sandbox::new().unwrap(), Sandbox::new().unwrap()];
    let [one, other] = sandboxes
        .each_ref()
        .map(|sandbox| detaching(sandbox, Leaves::TheSession, ""));
    let strangers = stray(&sandboxes[1], &other).await;
    let stray = stray(&sandboxes[0], &one).await;
    let mut bystanders = [None, Some("0.1."), Some("")].map(|mark| {
        let mut command = Command::new("/bin/sleep");
        command
            .arg("60")
            .envs(mark.map(|mark| ("SIDECAR_CASE", mark)));
        command.spawn().unwrap()
    });

    one.end().await.unwrap();
    assert!(!stray.is_alive());
    assert!(other.identity().is_alive() && strangers.is_alive());
    for bystander in &mut bystanders {
        assert!(bystander.try_wait().unwrap().is_none());
        bystander.kill().unwrap();
        bystander.wait().unwrap();
    }
    other.end().await.unwrap();
    assert!(!strangers.is_alive());
}

/// One that makes others while they are being looked for dies with all of them. It stops by itself, so that a failure leaves
/// no mess for long.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_forks_meanwhile_is_caught() {
    const FORKING: &str =
        "setsid sh -c 'for i in $(seq 400); do setsid /bin/sleep 20 & done; wait' &";
    let sandbox = Sandbox::new().unwrap();
    let process = detaching(&sandbox, Leaves::TheSession, FORKING);
    let many = async || (process.descendants().len() > 20).then_some(());
    assert!(pace::poll(SOON, many).await.is_some());
    process.end().await.unwrap();
    assert!(process.descendants().is_empty());
}

/// How the process that runs a target comes to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// It is killed; the keeper sweeps.
    Killed,
    /// Its keeper is killed, and then it too; the guard sweeps.
    KilledAfterItsKeeper,
}

#[rstest]
#[case::is_killed(How::Killed)]
#[case::is_killed_after_its_keeper(How::KilledAfterItsKeeper)]
#[tokio::test]
async fn a_stray_is_found_when_the_test_process(#[case] how: How) {
    let mut inner = Inner::start();
    if how == How::KilledAfterItsKeeper {
        kill(inner.keeper.pid());
        assert!(is_gone(inner.keeper).await);
        assert!(
            inner.target.is_alive() && inner.stray.is_alive(),
            "as where no kernel ends a process with its parent"
        );
    }
    inner.child.kill().unwrap();
    inner.child.wait().unwrap();
    for (name, one) in [
        ("stray", inner.stray),
        ("target", inner.target),
        ("keeper", inner.keeper),
    ] {
        assert!(is_gone(one).await, "the {name} lives");
    }
    let removed = async || (!inner.root.exists()).then_some(());
    assert!(pace::poll(GONE_WITHIN, removed).await.is_some());
}

struct Inner {
    child: Child,
    keeper: Identity,
    target: Identity,
    stray: Identity,
    root: PathBuf,
}

impl Inner {
    fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "starts_a_target_and_waits",
                "--ignored",
                "--nocapture",
            ])
            .env(CALLED, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        let Some(line) = lines.find(|line| line.starts_with("ready ")) else {
            let ended = child.wait().unwrap();
            panic!("the inner test {ended} before it was ready; run it with {CALLED}=1 to see why");
        };
        let words: Vec<&str> = line.split(' ').collect();
        let one = |at: usize| Identity::of_pid(words[at].parse().unwrap()).unwrap();
        Self {
            child,
            keeper: one(1),
            target: one(2),
            stray: one(3),
            root: PathBuf::from(words[4]),
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // A proof that failed must not leave what it found. All of this is fine if it is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
        for one in [self.stray, self.target]
            .into_iter()
            .filter(|one| one.is_alive())
        {
            kill(one.pid());
        }
    }
}

/// Not a test of its own: the part of the test above that is killed.
#[tokio::test]
#[ignore = "only the test above calls it"]
async fn starts_a_target_and_waits() {
    if std::env::var_os(CALLED).is_none() {
        return;
    }
    let sandbox = Sandbox::new().unwrap();
    let process = detaching(&sandbox, Leaves::TheSession, "");
    let stray = stray(&sandbox, &process).await;
    // libtest has begun a line of its own.
    println!(
        "\nready {} {} {} {}",
        parent(process.pid()).unwrap(),
        process.pid(),
        stray.pid(),
        sandbox.root().parent().unwrap().display()
    );
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).unwrap();
}
