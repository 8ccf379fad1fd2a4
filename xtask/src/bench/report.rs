//! What a page of thousands of cases costs, against reading the same bytes.

use crate::finding::CaseSummary;
use crate::report::page;
use crate::summary::Summary;
use anyhow::{Context as _, Result};
use harness::events::{Event, Recorder};
use serde::Serialize;
use std::path::Path;
use std::time::Instant;
use suites::run::stream_path;
use suites::verdict::{Level, Verdict};
use suites::{cases, contract};

const CASES: usize = 2000;
/// Exchanges of each case, so that all streams together are some fifty megabytes.
const EXCHANGES: u32 = 42;
const LONGEST_MS: u64 = 3000;

/// What it took, in milliseconds.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    cases: usize,
    bytes: u64,
    read_ms: u64,
    page_ms: u64,
    page_bytes: u64,
    pub(super) holds: bool,
}

pub(super) fn measure(out: &Path) -> Result<Report> {
    let directory = tempfile::Builder::new()
        .prefix("bench-report-")
        .tempdir_in(out)?;
    let summary = generate(directory.path())?;
    let (bytes, read_ms) = read(&summary, directory.path())?;
    // It stays, so that it can be tried in a browser.
    let file = out.join("bench-report.html");
    let started = Instant::now();
    page::write(&summary, directory.path(), &file)?;
    let page_ms = millis(started);
    Ok(Report {
        cases: summary.cases.len(),
        bytes,
        read_ms,
        page_ms,
        page_bytes: std::fs::metadata(&file)?.len(),
        holds: page_ms <= LONGEST_MS,
    })
}

/// A run as a large project has it: every case of the contract on several targets, some of them failing.
fn generate(directory: &Path) -> Result<Summary> {
    let all: Vec<_> = cases::all().collect();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut summaries = Vec::with_capacity(CASES);
    for place in 0..CASES {
        let case = all.get(place % all.len()).context("there are no cases")?;
        let target = format!("target-{}", place / all.len() + 1);
        let fails = place % 23 == 7;
        stream(
            &stream_path(directory, &target, case.id),
            fails,
            &mut random,
        )?;
        let word = |text: &str| {
            if fails {
                text.to_owned()
            } else {
                String::new()
            }
        };
        summaries.push(CaseSummary {
            id: case.id.to_owned(),
            target,
            clause: case.clause.to_owned(),
            level: contract::clause(case.clause).map_or(Level::Must, |clause| clause.level),
            verdict: if fails { Verdict::Fail } else { Verdict::Pass },
            reason: word("it answers: expected 200; seen: 500"),
            duration_ms: 40,
            sandbox: String::new(),
            step: word("it answers"),
            expected: word("200"),
            seen: word("500"),
            aside: crate::finding::Aside::default(),
        });
    }
    Ok(Summary::made_up("generated", summaries))
}

fn stream(path: &Path, fails: bool, random: &mut Random) -> Result<()> {
    let recorder = Recorder::create(path, "generated")?;
    let process = || "backend-1".to_owned();
    recorder.record(Event::Sandbox {
        root: "/run/sandbox/1".into(),
    });
    recorder.record(Event::Spawned {
        process: process(),
        pid: 4711,
        argv: vec![
            "/usr/bin/backend".into(),
            format!("--socket=/run/sandbox/1/{}.sock", random.word()),
        ],
        env: vec![("HOME".into(), "/run/sandbox/1/home".into())],
        directory: "/run/sandbox/1/work".into(),
    });
    for number in 1..=EXCHANGES {
        let connection = format!("connection-{number}");
        recorder.record(Event::Connected {
            connection: connection.clone(),
            to: "unix:/run/sandbox/1/app.sock".into(),
        });
        let request = format!(
            "GET /items/{} HTTP/1.1\r\nhost: localhost\r\nx-request: {}\r\n\r\n",
            random.word(),
            random.word()
        );
        recorder.record(Event::sent(&connection, request.as_bytes()));
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: 16\r\nx-identity: {}\r\n\r\n{}",
            random.word(),
            random.word()
        );
        recorder.record(Event::received(&connection, answer.as_bytes()));
        recorder.record(Event::Output {
            process: process(),
            stream: "stderr".into(),
            line: format!("served {}", random.word()),
        });
    }
    recorder.record(Event::Checked {
        step: "it answers".into(),
        expected: "200".into(),
        seen: "500".into(),
        holds: !fails,
    });
    recorder.record(Event::Verdict {
        verdict: if fails { "fail" } else { "pass" }.into(),
        step: String::new(),
        reason: String::new(),
        expected: String::new(),
        seen: String::new(),
        duration_ms: 40,
        checks: 1,
    });
    Ok(())
}

/// The floor: all bytes, read one file after the other.
fn read(summary: &Summary, directory: &Path) -> Result<(u64, u64)> {
    let started = Instant::now();
    let mut bytes = 0;
    for case in &summary.cases {
        bytes += std::fs::read(stream_path(directory, &case.target, &case.id))?.len() as u64;
    }
    Ok((bytes, millis(started)))
}

fn millis(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Words that do not repeat, so that the evidence is no easier to pack than a real run's; xorshift is enough for that.
struct Random(u64);

impl Random {
    fn word(&mut self) -> String {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        format!("{:016x}", self.0)
    }
}

impl Report {
    pub(super) fn words(&self) -> String {
        format!(
            "a page of {} cases with {:.1} MB of events: {} ms, {:.1} MB (at most {LONGEST_MS} ms; reading the same bytes: {} ms): {}",
            self.cases,
            self.bytes as f64 / 1e6,
            self.page_ms,
            self.page_bytes as f64 / 1e6,
            self.read_ms,
            if self.holds { "holds" } else { "DOES NOT HOLD" }
        )
    }
}
