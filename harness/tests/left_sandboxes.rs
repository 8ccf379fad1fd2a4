//! What a killed process has left of its sandboxes, on Windows: there no guard outlives it.
#![cfg(windows)]
#![expect(clippy::unwrap_used, reason = "a test")]

use harness::sandbox::{Sandbox, SandboxOptions};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What the test plays as its own child: `keep` or `drop`.
const ROLE: &str = "LEFT_SANDBOXES_ROLE";
const SAYS: &str = "root: ";

/// A process that makes a sandbox below this temporary directory, says where, and lives until its input ends.
fn process(temp: &Path, role: &str) -> (Child, PathBuf) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "plays_its_part", "--nocapture"])
        .envs([("TEMP", temp), ("TMP", temp)])
        .env(ROLE, role)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let said = output.by_ref().lines().find_map(|line| {
        let line = line.unwrap();
        let (_, root) = line.split_once(SAYS)?;
        Some(PathBuf::from(root))
    });
    // It has more to say when it ends.
    child.stdout = Some(output.into_inner());
    (child, said.unwrap())
}

#[test]
fn plays_its_part() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let keep = role == "keep";
    let sandbox = Sandbox::with(&SandboxOptions {
        keep,
        ..SandboxOptions::default()
    })
    .unwrap();
    std::fs::write(sandbox.work().join("file"), "x").unwrap();
    println!("{SAYS}{}", sandbox.root().display());
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
fn are_removed_by_the_next_process_but_for_those_that_are_kept() {
    let temp = tempfile::tempdir().unwrap();
    let (mut killed, left) = process(temp.path(), "drop");
    let (mut also_killed, kept) = process(temp.path(), "keep");
    let (mut lives, its_own) = process(temp.path(), "drop");
    for process in [&mut killed, &mut also_killed] {
        process.kill().unwrap();
        process.wait().unwrap();
    }
    assert!(left.exists());

    let (mut next, nexts) = process(temp.path(), "drop");

    assert!(!left.parent().unwrap().exists());
    assert!(kept.join("work").join("file").exists());
    assert!(its_own.join("work").join("file").exists());
    for process in [&mut next, &mut lives] {
        drop(process.stdin.take());
        process.wait().unwrap();
    }
    assert!(!nexts.parent().unwrap().exists() && !its_own.parent().unwrap().exists());
}
