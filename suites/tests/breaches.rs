//! What is said of clients that break the driver protocol: a clear verdict with what was last seen, never a hang, and never a
//! fault of the harness.
#![expect(
    clippy::unwrap_used,
    reason = "a function beside the tests; a panic is its failure"
)]

use rstest::rstest;
use std::time::{Duration, Instant};
use suites::run::{CaseResult, Options, run};
use suites::verdict::Verdict;
use suites::{bounds, cases, nulls, targets};

const HELLO: &str = "it says hello";
const KNOWS: &str = "it knows what it does not know";

/// Longest time that a case takes beyond the bound of the answer that does not come.
const ROOM: Duration = Duration::from_secs(20);

fn tried(kind: &str) -> (CaseResult, Duration) {
    let directory = tempfile::tempdir().unwrap();
    let null = nulls::client(directory.path(), kind).unwrap();
    let target = targets::load_all(&[null.path]).unwrap().remove(0);
    let case = cases::all()
        .find(|case| case.id == "client.late-path-is-waited-for")
        .unwrap();
    let started = Instant::now();
    let result = run(&target, case, &Options::default()).unwrap();
    (result, started.elapsed())
}

#[rstest]
#[case::exits(
    "exits",
    HELLO,
    "the client ended, or closed its standard output, before the hello; the last line was none at all; the process ended: exit code 0"
)]
#[case::silent("silent", HELLO, "the hello did not come within 15s")]
#[case::junk(
    "junk",
    HELLO,
    "line 1 on standard output is no JSON object: `listening on everything`"
)]
#[cfg_attr(
    windows,
    ignore = "16 MiB through a pipe in pieces of 4 KiB take longer than the hello may under Wine"
)]
#[case::long_line(
    "long-line",
    HELLO,
    "line 1 on standard output is longer than 16777216 bytes; it begins `xxx"
)]
#[case::other_version(
    "other-version",
    HELLO,
    "the client speaks version 2 of the driver protocol"
)]
#[case::hello_only(
    "hello-only",
    KNOWS,
    "did not come within 5s; the last line was `{\"driver\":1"
)]
#[case::yes_to_all("yes-to-all", KNOWS, "done: {}")]
#[case::half_a_line("half-a-line", KNOWS, "did not come within 5s")]
#[case::half_a_line_and_exits(
    "half-a-line-and-exits",
    KNOWS,
    "standard output ended in the middle of line 2: `{\"event\":\"star`"
)]
#[case::answers_twice("answers-twice", "its backend is launched", "a second time")]
#[case::answers_unasked(
    "answers-unasked",
    KNOWS,
    "line 2 answers question 4711, which was never asked"
)]
#[case::dies_asked(
    "dies-asked",
    KNOWS,
    "the client ended, or closed its standard output, before the answer to `x-"
)]
#[case::closes_output(
    "closes-output",
    KNOWS,
    "the client ended, or closed its standard output, before the answer to `x-"
)]
#[cfg_attr(
    windows,
    ignore = "a flood through a pipe in pieces of 4 KiB is slower than the answer may be under Wine"
)]
#[case::flood("flood", KNOWS, "standard output was flooded with lines")]
#[case::liar(
    "liar",
    "its backend is launched",
    "no further backend was launched within 10s; 0 had been launched before"
)]
#[case::unsupported(
    "unsupported-to-all",
    "its backend is launched",
    "no further backend was launched within 10s"
)]
fn a_breach_is_the_targets_fault_and_says_what_was_seen(
    #[case] kind: &str,
    #[case] step: &str,
    #[case] words: &str,
) {
    let (result, took) = tried(kind);
    assert_eq!(result.verdict, Verdict::Fail, "{result:?}");
    assert_eq!(result.step, step, "{result:?}");
    assert!(result.seen.contains(words), "{}", result.seen);
    assert!(took < bounds::HELLO + ROOM, "it took {took:?}");
}
