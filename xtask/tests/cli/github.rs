//! What a workflow is told, by the files and variables that GitHub sets.

use crate::command::{self, Project};
use predicates::prelude::*;
use rstest::rstest;

#[cfg(unix)]
#[test]
fn the_action_runs_merges_and_tells_of_it() {
    const CASE: &str = "listen.stale-socket-is-reclaimed";
    let project = Project::new();
    let [outputs, summary] = ["outputs", "summary"].map(|name| project.path(name));
    std::fs::write(&outputs, "before=1\n").unwrap();
    let action = |variables: &[(&str, &str)]| {
        let mut command = command::xtask();
        command.args(["github", "action"]);
        command.env("GITHUB_WORKSPACE", project.root());
        command.env("GITHUB_OUTPUT", &outputs);
        command.env("GITHUB_STEP_SUMMARY", &summary);
        command.envs(variables.iter().copied()).assert().code(0);
        std::fs::read_to_string(&outputs).unwrap()
    };
    let reference = command::reference();
    let told = action(&[
        ("CONFORMANCE_TARGETS", reference.to_str().unwrap()),
        ("CONFORMANCE_CASES", CASE),
        ("CONFORMANCE_PARTITION", "slice:1/1"),
        ("CONFORMANCE_OUT", "parts/1"),
    ]);
    let run = project.path("parts/1");
    assert_eq!(
        told,
        format!(
            "before=1\npassed=1\nfailed=0\nincomplete=0\nresult=partial\nreport={}\n",
            run.display()
        )
    );
    let told = action(&[
        ("CONFORMANCE_MERGE", "parts"),
        ("CONFORMANCE_OUT", "merged"),
    ]);
    assert_eq!(told.matches("passed=1\n").count(), 2);
    assert!(told.ends_with("merged\n") && project.path("merged/junit.xml").exists());
    let table = std::fs::read_to_string(&summary).unwrap();
    assert_eq!(table.matches("### reference: partial\n").count(), 2);
    assert_eq!(
        table
            .matches("| reference | 1 | 0 | 0 | 0 | 0 | 0 |")
            .count(),
        2
    );
}

#[test]
fn an_output_file_that_cannot_be_written_is_told() {
    let project = Project::new();
    command::xtask()
        .args(["github", "conclude"])
        .env("NEEDS", r#"{"e2e":{"result":"success"}}"#)
        .env("GITHUB_STEP_SUMMARY", project.root())
        .assert()
        .code(2)
        .stderr(predicate::str::contains("GITHUB_STEP_SUMMARY names "));
}

#[rstest]
#[case(r#"{"e2e":{"result":"success"},"gate":{"result":"success"}}"#, 0)]
#[case(r#"{"e2e":{"result":"success"},"gate":{"result":"skipped"}}"#, 1)]
#[case("{}", 2)]
fn a_conclusion_needs_all_jobs(#[case] needs: &str, #[case] code: i32) {
    command::xtask()
        .args(["github", "conclude"])
        .env("NEEDS", needs)
        .assert()
        .code(code);
}

#[test]
fn the_action_says_what_it_lacks() {
    command::xtask()
        .args(["github", "action"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("give the action `targets`"));
}
