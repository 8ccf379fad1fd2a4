//! Failures that a manifest foresees, and failures that do not come again.

use crate::command::{self, Project};
use predicates::prelude::*;
use rstest::rstest;
use std::path::{Path, PathBuf};

/// The reference, which leaves its record behind when it stops.
const MANIFEST: &str = r#"manifest = 1
[target]
id = "mine"
role = "backend"

[launch]
bin = "{fixtures}/reference-backend"
argv = ["{bin}", "serve", "--socket={address}", "--defect=leaves-record"]
[address]
unix = "{runtime}/x.sock"
[health]
path = "/health"
status = 204

[discovery]
file = "{state}/sidecar-reference/server/server.json"
lock = "{state}/sidecar-reference/server/server.json.lock"
url = "url"
pid = "pid"
"#;

const FAILS: &str = "stop.its-record-is-gone";
const PASSES: &str = "stop.its-socket-is-gone";

fn entry(table: &str, case: &str, message: &str, expires: &str) -> String {
    format!(
        "\n# Known.\n[[{table}]]\ncase = \"{case}\"\nmessage = \"{message}\"\nreason = \"the library leaves it\"\n\
         issue = \"#7\"\nowner = \"ada\"\nexpires = {expires}\n"
    )
}

fn run(
    project: &Project,
    manifest: &Path,
    cases: &[&str],
    more: &[&str],
) -> assert_cmd::assert::Assert {
    let mut command = command::xtask();
    command.args(["e2e", "--target"]).arg(manifest);
    for case in cases {
        command.args(["--case", case]);
    }
    command.arg("--out").arg(project.path("out")).args(more);
    command.assert()
}

fn summary(project: &Project) -> serde_json::Value {
    let text = std::fs::read_to_string(project.path("out/summary.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[rstest]
#[case::as_said(
    FAILS,
    "the record is gone",
    "2099-12-31",
    0,
    "not conformant, as its manifest says"
)]
#[case::other_words(
    FAILS,
    "the socket is gone",
    "2099-12-31",
    1,
    "mine.toml:22: `stop.its-record-is-gone` failed otherwise than is said here"
)]
#[case::expired(
    FAILS,
    "the record is gone",
    "2026-01-01",
    1,
    "mine.toml:22: this entry of ada"
)]
#[case::unseen(
    "stop.it-sings",
    "the record is gone",
    "2099-12-31",
    1,
    "mine.toml:22: `stop.it-sings` is no case"
)]
fn an_entry_is_held_to_what_it_says(
    #[case] case: &str,
    #[case] message: &str,
    #[case] expires: &str,
    #[case] code: i32,
    #[case] words: &str,
) {
    let project = Project::new();
    let text = format!("{MANIFEST}{}", entry("expected", case, message, expires));
    let manifest = project.manifest("mine.toml", &text);
    run(&project, &manifest, &[FAILS], &[])
        .code(code)
        .stdout(predicate::str::contains(words));
    let summary = summary(&project);
    assert_eq!(summary["totals"]["fail"], 1);
    assert_eq!(
        summary["cases"][0]["aside"]["standing"] == "expected",
        code == 0
    );
    // What was foreseen is not run again; what was not is.
    let again = project.path(&format!("out/events/mine/{FAILS}.again.ndjson"));
    assert_eq!(again.exists(), code != 0);
    assert_eq!(
        summary["cases"][0]["aside"]["again"]["verdict"] == "fail",
        code != 0
    );
}

/// The manifest of a server that ends at once in its first life, and is the reference in all further ones.
fn flaky(project: &Project, entries: &str) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_BIN_EXE_xtask")).parent().unwrap();
    let script = format!(
        "#!/bin/sh\nif [ -e '{flag}' ]; then exec '{fixtures}/reference-backend' \"$@\"; fi\n: > '{flag}'\necho no luck >&2; exit 7\n",
        flag = project.path("flag").display(),
        fixtures = fixtures.display()
    );
    project.program("server", &script, 0o755);
    let text = MANIFEST
        .replace("{fixtures}/reference-backend", "./server")
        .replace(", \"--defect=leaves-record\"", "");
    project.manifest("mine.toml", &format!("{text}{entries}"))
}

#[test]
fn what_passes_alone_is_flaky_and_both_tries_are_kept() {
    let project = Project::new();
    let manifest = flaky(&project, "");
    run(&project, &manifest, &[PASSES], &[])
        .code(1)
        .stdout(predicate::str::contains("FLAKY  mine::"))
        .stdout(predicate::str::contains("it passed, so it is flaky"))
        .stderr(predicate::str::contains("running 1 failure again, alone"));
    let summary = summary(&project);
    assert_eq!(summary["cases"][0]["aside"]["standing"], "flaky");
    for (name, verdict) in [("", "fail"), (".again", "pass")] {
        let stream = project.path(&format!("out/events/mine/{PASSES}{name}.ndjson"));
        let text = std::fs::read_to_string(stream).unwrap();
        let last = text.lines().last().unwrap();
        assert!(
            last.contains(&format!("\"verdict\":\"{verdict}\"")),
            "{last}"
        );
    }
}

#[test]
fn quarantine_keeps_a_flaky_case_from_making_a_run_red() {
    let project = Project::new();
    let entries = entry("quarantine", PASSES, "exit code 7", "2099-12-31");
    let manifest = flaky(&project, &entries);
    run(&project, &manifest, &[PASSES], &[])
        .code(0)
        .stdout(predicate::str::contains("QUARANTINED  mine::"));
    // The second run finds it well, which a case in quarantine may be.
    run(&project, &manifest, &[PASSES], &[])
        .code(0)
        .stdout(predicate::str::contains("partial: "));
}

#[test]
fn a_blessed_manifest_says_what_was_found_and_keeps_its_form() {
    let project = Project::new();
    let stale = entry("expected", PASSES, "it ends", "2099-12-31");
    let manifest = project.manifest("mine.toml", &format!("{MANIFEST}{stale}"));
    let cases = [FAILS, PASSES];
    let blessing = [
        "--bless",
        "--reason",
        "it is old",
        "--issue",
        "#8",
        "--owner",
        "grace",
    ];
    run(&project, &manifest, &cases, &blessing)
        .code(1)
        .stdout(predicate::str::contains(
            "1 expectations added, 0 changed, 1 removed",
        ));
    let text = std::fs::read_to_string(&manifest).unwrap();
    assert!(
        text.starts_with(MANIFEST) && text.contains("reason = \"it is old\""),
        "{text}"
    );
    assert!(!text.contains(PASSES) && text.contains(FAILS), "{text}");
    run(&project, &manifest, &cases, &["--bless"])
        .code(0)
        .stdout(predicate::str::contains(
            "0 expectations added, 0 changed, 0 removed",
        ));
    assert_eq!(std::fs::read_to_string(&manifest).unwrap(), text);
}

#[test]
fn a_blessing_needs_a_manifest_and_the_whole_plan() {
    for arguments in [&["e2e", "--bless"][..], &["e2e", "--reason", "x"]] {
        command::xtask().args(arguments).assert().code(2);
    }
}
