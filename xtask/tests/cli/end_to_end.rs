//! Whole runs: verdict table, reports and exit code.

use crate::command::{self, MANIFEST, Project};
use predicates::prelude::*;
use rstest::rstest;
use std::path::Path;

const CASE: &str = "listen.stale-socket-is-reclaimed";

fn summary(out: &Path) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(out.join("summary.json")).unwrap()).unwrap()
}

#[test]
fn the_reference_passes_and_leaves_its_reports() {
    let project = Project::new();
    let out = project.path("out");
    command::xtask()
        .args(["e2e", "--case", CASE, "--out"])
        .arg(&out)
        .assert()
        .code(0)
        .stdout(predicate::str::contains("partial: what was tried passed"))
        .stdout(predicate::str::ends_with("1 passed, 0 failed\n"));
    let summary = summary(&out);
    assert_eq!(
        (&summary["schema"], &summary["target"]),
        (&1.into(), &"reference".into())
    );
    assert_eq!(summary["totals"]["pass"], 1);
    assert_eq!(summary["cases"][0]["verdict"], "pass");
    assert!(
        std::fs::read_to_string(out.join("junit.xml"))
            .unwrap()
            .contains("tests=\"1\"")
    );
    let events =
        harness::events::read(&out.join(format!("events/reference/{CASE}.ndjson"))).unwrap();
    assert!(matches!(
        events.last().unwrap().event,
        harness::events::Event::Verdict { .. }
    ));
}

#[test]
fn without_a_target_the_own_backend_and_client_and_both_together_are_tried() {
    let project = Project::new();
    let out = project.path("out");
    let cases = [CASE, "client.starts-at-once-launch-one", "pair.cold-start"];
    command::xtask()
        .arg("e2e")
        .args(cases.iter().flat_map(|case| ["--case", case]))
        .arg("--out")
        .arg(&out)
        .assert()
        .code(0)
        .stderr(predicate::str::contains(
            "trying the suite's own reference backend, its reference client, and both as a pair",
        ))
        .stderr(predicate::str::contains(
            "running 1 case on reference; 2 cases on reference-client, 1 of them with its real backend",
        ))
        .stdout(predicate::str::ends_with("3 passed, 0 failed\n"));
    assert_eq!(summary(&out)["totals"]["pass"], 3);
}

#[test]
fn the_guides_example_of_a_client_is_tried_and_told_what_it_breaks() {
    let project = Project::new();
    let out = project.path("out");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/desktop-app");
    let assert = command::xtask()
        .args(["e2e", "--case", "bridge.path-and-query-arrive-as-written"])
        .args(["--case", "bridge.get-with-body-is-framed", "--target"])
        .arg(example.join("app.toml"))
        .arg("--out")
        .arg(&out)
        .assert();
    if summary(&out)["totals"]["could_not_run"] == 2 {
        // There is no Node.js to run it with; that is said, with where to get it, and is no success.
        let nodejs = predicate::str::contains("https://nodejs.org");
        assert.code(3).stdout(nodejs);
        return;
    }
    assert
        .code(1)
        .stdout(predicate::str::contains(
            "FAIL  desktop-app::bridge.get-with-body-is-framed",
        ))
        .stdout(predicate::str::ends_with("1 passed, 1 failed\n"));
}

#[rstest]
#[case::exits_before_ready("echo no engine >&2; exit 7", &["FAIL  mine::listen.stale-socket-is-reclaimed", "exit code 7", "furthest stage: ", "no engine"])]
#[case::never_ready("exec sleep 600", &["was not ready within 300ms", "furthest stage: "])]
fn a_target_that_does_not_come_up_fails_with_its_last_words(
    #[case] script: &str,
    #[case] words: &[&str],
) {
    let project = Project::new();
    project.program("server", &format!("#!/bin/sh\n{script}\n"), 0o755);
    let text = MANIFEST.replace("[health]", "[ready]\nwithin_ms = 300\n[health]");
    let out = project.path("out");
    let mut assert = command::xtask()
        .args(["e2e", "--case", CASE, "--target"])
        .arg(project.manifest("mine.toml", &text))
        .arg("--out")
        .arg(&out)
        .assert()
        .code(1);
    for word in words {
        assert = assert.stdout(predicate::str::contains(*word));
    }
    assert
        .stdout(predicate::str::contains(
            "mine.toml --case listen.stale-socket-is-reclaimed --keep",
        ))
        .stdout(predicate::str::ends_with("0 passed, 1 failed\n"));
    assert_eq!(summary(&out)["cases"][0]["verdict"], "fail");
}

#[test]
fn a_run_in_which_nothing_applies_is_no_success() {
    let project = Project::new();
    project.program("server", "#!/bin/sh\n", 0o755);
    command::xtask()
        .args(["e2e", "--case", "record.*", "--target"])
        .arg(project.manifest("mine.toml", MANIFEST))
        .arg("--out")
        .arg(project.path("out"))
        .assert()
        .code(2)
        .stdout(predicate::str::contains("invalid: nothing was tried"));
}

#[test]
fn a_list_says_what_would_be_tried_and_what_not_and_why() {
    let project = Project::new();
    command::xtask()
        .args(["e2e", "--list", "--target"])
        .arg(project.manifest("mine.toml", MANIFEST))
        .assert()
        .code(0)
        .stdout(predicate::str::contains(
            "mine::listen.stale-socket-is-reclaimed  [listen.reclaims-dead-socket]\n",
        ))
        .stdout(predicate::str::contains(
            "not applicable: it writes no discovery record",
        ));
}

#[test]
fn runs_side_by_side_do_not_meet() {
    let project = Project::new();
    let run = |name: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .args(["e2e", "--case", "listen.*", "--out"])
            .arg(project.path(name));
        command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let names = ["one", "two", "three"];
    let runs = names.map(run);
    for (name, mut run) in names.into_iter().zip(runs) {
        assert_eq!(run.wait().unwrap().code(), Some(0), "{name}");
    }
    let ids = |name: &str| -> Vec<String> {
        let summary = summary(&project.path(name));
        let cases = summary["cases"].as_array().unwrap();
        cases
            .iter()
            .map(|case| format!("{} {}", case["id"], case["verdict"]))
            .collect()
    };
    assert!(ids("one") == ids("two") && ids("two") == ids("three"));
}
