//! Nothing outlives a case, whatever becomes of the process that runs it.
//!
//! Each test runs this very binary again, for the one ignored test in it that starts targets of every kind of stubbornness
//! and tells who they are. Then that process is made to end in some way, and its targets and its sandbox must be gone
//! within a second. Who is dead is told by pid and start time, which no later process can share.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what a test cannot go on without"
)]

use harness::pace;
use harness::process::{Identity, Launch, Process, descendants, parent};
use harness::sandbox::Sandbox;
use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::Duration;

/// The bound that is proved.
const GONE_WITHIN: Duration = Duration::from_secs(1);
/// For what is no part of the proof.
const SOON: Duration = Duration::from_secs(20);
/// Tells the inner test that it was called by an outer one, and whether it is to ignore SIGTERM.
const CALLED: &str = "CONTAINMENT_INNER";
/// What targets would live for if nobody ended them: not for ever, so that a failure leaves no mess for long.
const LIFE: &str = "exec /bin/sleep 60";

#[rstest]
#[case::it_panics(&[How::Say("panic")], Some(101))]
#[case::it_exits_in_the_middle(&[How::Say("exit")], Some(7))]
#[case::it_aborts(&[How::Say("abort")], None)]
// A time-out of nextest is a SIGTERM to the process group of the test, and a SIGKILL to the group after a time of
// grace. The runner itself is left out: it would only add seconds.
#[case::it_times_out(&[How::Group(Signal::TERM)], None)]
#[case::it_times_out_and_ignores_the_first_signal(&[How::Group(Signal::TERM), How::Group(Signal::KILL)], None)]
#[case::it_is_killed(&[How::Alone(Signal::KILL)], None)]
#[tokio::test]
async fn nothing_outlives_a_process_when(#[case] how: &[How], #[case] code: Option<i32>) {
    let mut inner = Inner::start(how.len() > 1);
    for (name, one) in &inner.members {
        assert!(
            one.is_alive(),
            "{name} must live for its death to mean anything"
        );
    }
    assert!(inner.root.is_dir());

    for step in how {
        inner.make_end(*step);
    }

    // The second begins when the harness is gone: a death that is being reported is no part of it.
    let status = inner.child.wait().unwrap();
    if code.is_some() {
        // One that can still do something at its end waits for all of them.
        assert!(
            inner.left().is_empty(),
            "after its exit there is still: {:?}",
            inner.left()
        );
    }
    let left = pace::poll(GONE_WITHIN, async || inner.left().is_empty().then_some(())).await;
    assert!(
        left.is_some(),
        "after {GONE_WITHIN:?} there is still: {:?}",
        inner.left()
    );
    assert_eq!(
        status.code(),
        code,
        "it ended otherwise than was meant: {status}"
    );
    assert_eq!(
        status.signal().is_some(),
        code.is_none(),
        "it ended otherwise than was meant: {status}"
    );
}

/// One way, or one step on the way, to end a process.
#[derive(Clone, Copy, Debug)]
enum How {
    /// By itself, when told this word.
    Say(&'static str),
    /// By a signal to its process group.
    Group(Signal),
    /// By a signal to nobody else.
    Alone(Signal),
}

/// The process that runs targets, seen from outside.
struct Inner {
    child: Child,
    stdin: ChildStdin,
    members: Vec<(String, Identity)>,
    root: PathBuf,
}

impl Inner {
    fn start(ignore_term: bool) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "starts_targets_and_waits_for_its_end",
                "--ignored",
                "--nocapture",
            ])
            .env(CALLED, if ignore_term { "ignore-term" } else { "plain" })
            // As nextest does.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut inner = Self {
            stdin: child.stdin.take().unwrap(),
            members: Vec::new(),
            root: PathBuf::new(),
            child,
        };
        let lines = BufReader::new(inner.child.stdout.take().unwrap()).lines();
        for line in lines.map_while(Result::ok) {
            match line.split_once(' ') {
                Some(("member", rest)) => inner.members.push(member(rest)),
                Some(("root", root)) => inner.root = PathBuf::from(root),
                Some(("ready", count)) => {
                    assert_eq!(inner.members.len().to_string(), count);
                    return inner;
                }
                _ => {}
            }
        }
        panic!(
            "the inner test ended before it was ready; run it by hand with {CALLED}=plain to see why"
        );
    }

    fn make_end(&mut self, how: How) {
        let pid = Pid::from_child(&self.child);
        match how {
            How::Say(word) => writeln!(self.stdin, "{word}").unwrap(),
            How::Group(signal) => kill_process_group(pid, signal).unwrap(),
            How::Alone(signal) => kill_process(pid, signal).unwrap(),
        }
    }

    fn left(&self) -> Vec<String> {
        let alive = self.members.iter().filter(|(_, one)| one.is_alive());
        let mut left: Vec<String> = alive.map(|(name, one)| format!("{name} ({one})")).collect();
        if self.root.exists() {
            left.push(self.root.display().to_string());
        }
        left
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // A proof that failed must not leave what it found. All of this is fine if it is gone.
        let _ = self.child.kill();
        let _: Result<ExitStatus, _> = self.child.wait();
        for (_, one) in self.members.iter().filter(|(_, one)| one.is_alive()) {
            let _ = kill(*one);
        }
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

fn member(text: &str) -> (String, Identity) {
    let (pid, name) = text.split_once(' ').unwrap();
    let identity = Identity::of_pid(pid.parse().unwrap());
    (
        name.to_owned(),
        identity.unwrap_or_else(|| panic!("{name} is gone before anybody ended it")),
    )
}

/// Not a test of its own: the part of the tests above that is made to end.
#[tokio::test]
#[ignore = "only the tests above call it"]
async fn starts_targets_and_waits_for_its_end() {
    let Some(called) = std::env::var_os(CALLED) else {
        return;
    };
    if called == "ignore-term" {
        // SAFETY: sets a disposition; no handler runs.
        unsafe { libc::signal(libc::SIGTERM, libc::SIG_IGN) };
    }
    let sandbox = Sandbox::new().unwrap();
    let mut members = Vec::new();
    let mut kept = Vec::new();
    for behind_launcher in [false, true] {
        let suffix = if behind_launcher {
            " behind a launcher"
        } else {
            ""
        };
        for (name, script) in [
            ("plain", LIFE.to_owned()),
            ("deaf", format!("trap '' TERM INT HUP PIPE; {LIFE}")),
            (
                "busy",
                "while :; do mkdir -p \"$1/busy/a\"; echo x >\"$1/busy/a/file\"; done".to_owned(),
            ),
            ("detaching", detaching()),
        ] {
            let process = start(&sandbox, &script, behind_launcher);
            if name == "detaching" {
                members.push((
                    format!("detached{suffix}"),
                    detached(&sandbox, &process).await,
                ));
            }
            members.push((format!("{name}{suffix}"), process.pid()));
            if behind_launcher {
                members.push((
                    format!("launcher of {name}"),
                    parent(process.pid()).unwrap(),
                ));
            }
            kept.push(process);
        }
    }
    let me = std::process::id();
    let own = descendants(me)
        .into_iter()
        .filter(|one| parent(one.pid()) == Some(me));
    members.extend(own.map(|one| {
        (
            "a keeper, or what removes the sandboxes".to_owned(),
            one.pid(),
        )
    }));
    // libtest has begun a line of its own.
    println!("\nroot {}", sandbox.root().parent().unwrap().display());
    for (name, pid) in &members {
        println!("member {pid} {name}");
    }
    println!("ready {}", members.len());

    let mut word = String::new();
    std::io::stdin().lock().read_line(&mut word).unwrap();
    match word.trim() {
        "exit" => std::process::exit(7),
        "abort" => std::process::abort(),
        word => panic!("told to: {word}"),
    }
}

/// Leaves by two forks into a session of its own, with an empty environment and null streams.
fn detaching() -> String {
    let inner = format!("echo $$ >\"$1/detaching\"; mv \"$1/detaching\" \"$1/detached\"; {LIFE}");
    format!("(env -i setsid /bin/sh -c '{inner}' sh \"$1\" </dev/null >/dev/null 2>&1 &); {LIFE}")
}

fn start(sandbox: &Sandbox, script: &str, behind_launcher: bool) -> Process {
    let launch = Launch::new("sh")
        .arg("-c")
        .arg(script)
        .arg("sh")
        .arg(sandbox.work())
        .envs(sandbox.env());
    let launch = if behind_launcher {
        launch.through_launcher()
    } else {
        launch
    };
    launch.start().unwrap()
}

/// The pid of what left, once nothing but the keeper ties it to what it left.
async fn detached(sandbox: &Sandbox, process: &Process) -> u32 {
    let file = sandbox.work().join("detached");
    let pid = pace::poll(SOON, async || std::fs::read_to_string(&file).ok())
        .await
        .unwrap();
    std::fs::remove_file(file).unwrap();
    let pid: u32 = pid.trim().parse().unwrap();
    let lost = async || (!ancestors(pid).contains(&process.pid())).then_some(());
    pace::poll(SOON, lost)
        .await
        .expect("the shell between must end");
    let raw = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    assert_eq!(rustix::process::getsid(Some(raw)).unwrap(), raw);
    assert!(
        std::fs::read(Path::new("/proc").join(pid.to_string()).join("environ"))
            .unwrap()
            .len()
            < 40
    );
    pid
}

fn ancestors(pid: u32) -> Vec<u32> {
    std::iter::successors(parent(pid), |pid| parent(*pid))
        .take_while(|pid| *pid > 1)
        .collect()
}

/// Somebody may end a keeper, such as a kernel that is out of memory. Its target goes too, and what the target started
/// may not: so there must be no proof.
#[tokio::test]
async fn a_target_dies_with_its_keeper_and_nothing_is_claimed_of_the_rest() {
    let sandbox = Sandbox::new().unwrap();
    let process = start(&sandbox, LIFE, false);
    let (keeper, target) = (keeper(&process), process.identity());
    kill(keeper).unwrap();
    let dead = async || (!keeper.is_alive() && !target.is_alive()).then_some(());
    assert!(
        pace::poll(GONE_WITHIN, dead).await.is_some(),
        "the target lives on after its keeper"
    );
    let error = process.end().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the keeper of sh was killed by somebody else, so what sh started may still run; look for it and end it"
    );
}

fn keeper(process: &Process) -> Identity {
    Identity::of_pid(parent(process.pid()).unwrap()).unwrap()
}

fn kill(one: Identity) -> rustix::io::Result<()> {
    let pid = Pid::from_raw(i32::try_from(one.pid()).unwrap()).unwrap();
    kill_process(pid, Signal::KILL)
}

#[tokio::test]
async fn a_child_that_nobody_has_reaped_is_dead() {
    let mut child = Command::new("/bin/sleep").arg("60").spawn().unwrap();
    let identity = Identity::of_pid(child.id()).unwrap();
    assert!(identity.is_alive());
    child.kill().unwrap();
    assert!(
        pace::poll(SOON, async || (!identity.is_alive()).then_some(()))
            .await
            .is_some()
    );
    let state = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
    assert!(
        state.contains(") Z "),
        "its row must still be there: {state}"
    );
    child.wait().unwrap();
}
