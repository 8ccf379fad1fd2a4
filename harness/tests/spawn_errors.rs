//! What a start that fails says: the sentence names the program, the fault, and what to do.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without")]

use harness::process::Launch;
use harness::sandbox::Sandbox;
use rstest::rstest;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Makes a file with this content and these permission bits, and starts it.
fn file(content: &'static str, mode: u32) -> impl Fn(&Path) -> Launch {
    move |work| {
        let program = work.join("program");
        std::fs::write(&program, content).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(mode)).unwrap();
        Launch::new(program)
    }
}

#[rstest]
#[case::missing_path(
    &|work: &Path| Launch::new(work.join("absent")),
    "program `WORK/absent` was not found; check the path or install it"
)]
#[case::missing_name(
    &|work: &Path| Launch::new("no-such-program").env("PATH", work),
    "program `no-such-program` was not found along PATH; check the path or install it"
)]
#[case::name_without_path(
    &|_: &Path| Launch::new("sh"),
    "program `sh` was not found along PATH, which is not set; check the path or install it"
)]
#[case::empty(&file("", 0o755), "program WORK/program cannot be executed: it is empty; build it again")]
#[case::not_executable(
    &file("#!/bin/sh\n", 0o644),
    "program WORK/program cannot be executed: it has no execute permission; `chmod +x` it"
)]
#[case::directory(
    &|work: &Path| Launch::new(work),
    "program WORK cannot be executed: it is a directory; name the program in it"
)]
#[case::script_without_interpreter_line(
    &file("echo hello\n", 0o755),
    "program WORK/program cannot be executed: the system does not know its format; a script needs a `#!` line"
)]
#[case::missing_interpreter(
    &file("#!/no/such/interpreter\n", 0o755),
    "program WORK/program cannot be executed: the interpreter that it names does not exist"
)]
#[case::missing_directory(
    &|work: &Path| Launch::new("/bin/sh").directory(work.join("absent")),
    "working directory WORK/absent of `/bin/sh` cannot be entered: No such file or directory (os error 2)"
)]
#[case::file_as_directory(
    &|work: &Path| Launch::new("/bin/sh").directory(file("x", 0o755)(work).resolve().unwrap()),
    "working directory WORK/program of `/bin/sh` cannot be entered: Not a directory (os error 20)"
)]
#[case::nul_in_an_argument(
    &|_: &Path| Launch::new("/bin/sh").arg("a\0b"),
    "`/bin/sh` cannot be started with these arguments or variables: `a\\x00b` holds a NUL byte at position 1"
)]
#[case::nul_in_a_variable(
    &|_: &Path| Launch::new("/bin/sh").env("NAME", "\0"),
    "`/bin/sh` cannot be started with these arguments or variables: `NAME=\\x00` holds a NUL byte at position 5"
)]
#[case::too_many_arguments(
    &|_: &Path| Launch::new("/bin/sh").arg("x".repeat(8 * 1024 * 1024)),
    "`/bin/sh` cannot be started with these arguments or variables: they are too long for the system (8388609 bytes in all)"
)]
#[tokio::test]
async fn says(#[case] launch: &dyn Fn(&Path) -> Launch, #[case] sentence: &str) {
    let sandbox = Sandbox::new().unwrap();
    let launch = launch(&sandbox.work());
    for launch in [launch.clone(), launch.through_launcher()] {
        let error = launch.start().unwrap_err().to_string();
        assert_eq!(
            error.replace(sandbox.work().to_str().unwrap(), "WORK"),
            sentence
        );
    }
}

/// Nothing of a start that failed may stay: neither keeper nor launcher, also not as a zombie.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_failed_start_leaves_no_process() {
    let sandbox = Sandbox::new().unwrap();
    let launch = file("echo hello\n", 0o755)(&sandbox.work());
    for launch in [launch.clone(), launch.through_launcher()] {
        launch.start().unwrap_err();
    }
    let clean = harness::pace::poll(std::time::Duration::from_secs(5), async || {
        // Each start takes note of the ends of those before it.
        drop(Launch::new("/no/such/program").start());
        (children() == ["sidecar-guard"]).then_some(())
    });
    assert!(clean.await.is_some(), "children are left: {:?}", children());
}

/// The names of all children, zombies too. Each test has a process of its own, so that they are this test's.
#[cfg(target_os = "linux")]
fn children() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    let pids: Vec<String> = lists
        .flat_map(|list| {
            list.split_ascii_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    let names = pids
        .iter()
        .map(|pid| std::fs::read_to_string(format!("/proc/{pid}/comm")));
    names.map(|name| name.unwrap().trim().to_owned()).collect()
}
