//! A request through a client, against the same request made directly.

use crate::cargo;
use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use std::process::Command;
use suites::targets::FIXTURES_VARIABLE;

/// The two distributions, in microseconds.
#[derive(Debug, Serialize)]
pub(super) struct Bridge {
    rounds: usize,
    direct_p50_us: u64,
    bridged_p50_us: u64,
    bridged_p95_us: u64,
    /// Median through the client over median without it.
    ratio: f64,
}

pub(super) fn measure(rounds: u32) -> Result<Bridge> {
    let fixtures = cargo::build_with("fixtures", &["--release", "--bins"])?;
    let examples = cargo::build_with("suites", &["--release", "--example", "bridge"])?;
    let mut program = Command::new(examples.join("bridge"));
    program
        .arg(rounds.to_string())
        .env(FIXTURES_VARIABLE, &fixtures);
    let output = program
        .output()
        .with_context(|| format!("{program:?} could not be started"))?;
    if !output.status.success() {
        bail!(
            "{program:?} failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let pairs = text.lines().map(pair).collect::<Result<Vec<_>>>()?;
    of(&pairs).context("the example measured nothing")
}

fn pair(line: &str) -> Result<(u64, u64)> {
    let times = line.split_once(' ');
    times
        .and_then(|(direct, bridged)| Some((direct.parse().ok()?, bridged.parse().ok()?)))
        .with_context(|| format!("`{line}` is no pair of times"))
}

fn of(pairs: &[(u64, u64)]) -> Option<Bridge> {
    let sorted = |side: fn(&(u64, u64)) -> u64| {
        let mut times: Vec<u64> = pairs.iter().map(side).collect();
        times.sort_unstable();
        times
    };
    let (direct, bridged) = (sorted(|pair| pair.0), sorted(|pair| pair.1));
    let at = |times: &[u64], percent: usize| times.get(times.len() * percent / 100).copied();
    let (direct_p50_us, bridged_p50_us) = (at(&direct, 50)?, at(&bridged, 50)?);
    Some(Bridge {
        rounds: pairs.len(),
        direct_p50_us,
        bridged_p50_us,
        bridged_p95_us: at(&bridged, 95)?,
        ratio: bridged_p50_us as f64 / direct_p50_us.max(1) as f64,
    })
}

impl Bridge {
    pub(super) fn words(&self) -> String {
        format!(
            "a request through driver, reference client and stand-in: p50 {:.2} times the same made directly ({} and {} µs), p95 {} µs",
            self.ratio, self.bridged_p50_us, self.direct_p50_us, self.bridged_p95_us
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_medians() {
        let pairs: Vec<(u64, u64)> = (1..=101).map(|time| (time, 10 * time)).collect();
        let bridge = of(&pairs).unwrap();
        assert_eq!(
            (
                bridge.direct_p50_us,
                bridge.bridged_p50_us,
                bridge.bridged_p95_us
            ),
            (51, 510, 960)
        );
        assert!((bridge.ratio - 10.0).abs() < f64::EPSILON);
    }

    #[test]
    fn nothing_measured_is_no_figure() {
        assert!(of(&[]).is_none());
        assert!(pair("12").is_err() && pair("a b").is_err());
    }
}
