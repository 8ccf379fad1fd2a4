//! The page of a run, and what changed between two.

use crate::command::{self, MANIFEST, Project};
use predicates::prelude::*;
use std::path::{Path, PathBuf};

const CASE: &str = "listen.stale-socket-is-reclaimed";

/// A run of a target that says this on standard error and ends.
fn run_of_one_that_says(project: &Project, words: &str) -> PathBuf {
    project.program("server", &format!("#!/bin/sh\n{words}\nexit 7\n"), 0o755);
    let out = project.path("out");
    command::xtask()
        .args(["e2e", "--case", CASE, "--target"])
        .arg(project.manifest("mine.toml", MANIFEST))
        .arg("--out")
        .arg(&out)
        .assert()
        .code(1);
    out
}

fn report(arguments: &[&Path]) -> assert_cmd::assert::Assert {
    command::xtask().arg("report").args(arguments).assert()
}

#[test]
fn a_run_leaves_a_page_that_can_be_drawn_again() {
    let project = Project::new();
    let out = run_of_one_that_says(&project, "echo no engine >&2");
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains("<title>mine: not conformant</title>"));
    assert!(page.contains("mine.toml --case listen.stale-socket-is-reclaimed --keep"));

    let again = project.path("again.html");
    report(&[&out, Path::new("--out"), &again])
        .code(0)
        .stdout(predicate::str::contains("again.html"));
    let without_nonce = |page: &str| page.split_once("<style").unwrap().1.len();
    let again = std::fs::read_to_string(again).unwrap();
    assert_eq!(without_nonce(&again), without_nonce(&page));
}

#[test]
fn a_run_that_was_broken_off_has_a_page_that_says_so() {
    let project = Project::new();
    let out = run_of_one_that_says(&project, ":");
    std::fs::remove_file(out.join("summary.json")).unwrap();
    report(&[&out]).code(0);
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains("the run ended before it had its summary"));
}

#[test]
fn a_directory_that_is_no_run_has_no_page() {
    let project = Project::new();
    report(&[project.root()])
        .code(2)
        .stderr(predicate::str::contains("it is not the directory of a run"));
    report(&[&project.path("nowhere")])
        .code(2)
        .stderr(predicate::str::contains("is not there"));
}

#[test]
fn a_difference_for_the_worse_is_in_the_exit_code() {
    let project = Project::new();
    let out = run_of_one_that_says(&project, ":");
    let good = project.path("good");
    std::fs::create_dir(&good).unwrap();
    let summary = std::fs::read_to_string(out.join("summary.json")).unwrap();
    std::fs::write(
        good.join("summary.json"),
        summary.replace("\"verdict\": \"fail\"", "\"verdict\": \"pass\""),
    )
    .unwrap();
    let diff = Path::new("diff");
    report(&[diff, &good, &out])
        .code(1)
        .stdout(predicate::str::starts_with(
            "worse (1)\n  mine::listen.stale-socket-is-reclaimed: pass -> fail\n",
        ));
    report(&[diff, &out, &good])
        .code(0)
        .stdout(predicate::str::ends_with(
            "0 worse, 1 better, 0 changed, 0 as before\n",
        ));
    report(&[diff, &out, &project.path("nowhere")]).code(2);
}

/// A browser sees the page as a reader does: nothing of what the target wrote has become markup, and all of it can be read.
#[test]
#[ignore = "needs Chromium; `cargo nextest run -p xtask --run-ignored only` runs it where there is one"]
fn a_browser_shows_what_a_hostile_target_wrote_as_text() {
    let project = Project::new();
    let words = r#"printf '<script>document.title=1</script></script><img src=x onerror=alert(1)>\033[31m\000\377\342\200\250end\n' >&2"#;
    let out = run_of_one_that_says(&project, words);
    let output = std::process::Command::new("chromium")
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=5000",
            "--dump-dom",
        ])
        .arg(format!(
            "--user-data-dir={}",
            project.path("profile").display()
        ))
        .arg(format!(
            "file://{}#/mine/{CASE}",
            out.join("report.html").display()
        ))
        .output()
        .unwrap();
    let dom = String::from_utf8(output.stdout).unwrap();
    assert!(
        dom.contains(&format!("data-opened=\"{CASE}\"")),
        "the case was not opened"
    );
    assert!(dom.contains("&lt;script&gt;document.title=1&lt;/script&gt;"));
    assert!(dom.contains(&format!("<title>{CASE}: fail</title>")));
    assert!(!dom.contains("<img"));
}
