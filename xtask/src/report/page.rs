//! `report.html`: one file that holds the run, its evidence and what is needed to look at them, and asks the network for nothing.

use super::data::{self, Data};
use super::evidence;
use crate::finding::CaseSummary;
use crate::summary::Summary;
use anyhow::{Context as _, Result, anyhow};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use suites::run::{again_path, stream_path};
use suites::verdict::Verdict;

/// The file's name in a run's directory.
pub(crate) const NAME: &str = "report.html";

const TEMPLATE: &str = include_str!("assets/report.html");
const STYLE: &str = include_str!("assets/report.css");
/// In the order in which they lie in the page, as one script.
const SCRIPTS: [&str; 9] = [
    include_str!("assets/base.js"),
    include_str!("assets/stream.js"),
    include_str!("assets/filters.js"),
    include_str!("assets/list.js"),
    include_str!("assets/timeline.js"),
    include_str!("assets/wire.js"),
    include_str!("assets/standing.js"),
    include_str!("assets/case.js"),
    include_str!("assets/main.js"),
];

/// Writes the page for the run in `directory`.
pub(crate) fn write(summary: &Summary, directory: &Path, file: &Path) -> Result<()> {
    let page = draw(summary, directory)?;
    std::fs::write(file, page).with_context(|| format!("{} could not be written", file.display()))
}

fn draw(summary: &Summary, directory: &Path) -> Result<String> {
    let packed = packed(&summary.cases, directory)?;
    let mut evidence = String::with_capacity(
        packed
            .iter()
            .flatten()
            .flatten()
            .map(|one| one.len() + 72)
            .sum(),
    );
    for (place, tries) in packed.iter().enumerate() {
        let ids = [
            format!("evidence-{place}"),
            format!("evidence-{place}-again"),
        ];
        for (id, packed) in ids.iter().zip(tries) {
            if let Some(packed) = packed {
                let _ = writeln!(
                    evidence,
                    "<script type=\"application/octet-stream\" id=\"{id}\">{packed}</script>"
                );
            }
        }
    }
    let nonce = nonce()?;
    let data = harmless(&serde_json::to_string(&Data::of(summary))?);
    Ok(fill(&[
        ("nonce", &nonce),
        ("title", &escaped(&summary.target)),
        ("result", data::words(summary.result())),
        ("style", STYLE),
        ("script", &SCRIPTS.concat()),
        ("run", &data),
        ("evidence", &evidence),
    ]))
}

/// The evidence of the two tries of a case; of most there is one.
type Tries = [Option<String>; 2];

/// The evidence of each case, in the order of the cases; all cores pack, because it is the whole cost of a page.
fn packed(cases: &[CaseSummary], directory: &Path) -> Result<Vec<Tries>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = cases.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let workers: Vec<_> = cases
            .chunks(share)
            .map(|cases| {
                scope.spawn(move || -> Result<Vec<_>> {
                    cases.iter().map(|case| of(case, directory)).collect()
                })
            })
            .collect();
        let mut all = Vec::with_capacity(cases.len());
        for worker in workers {
            all.extend(
                worker
                    .join()
                    .map_err(|_| anyhow!("packing the evidence panicked"))??,
            );
        }
        Ok(all)
    })
}

fn of(case: &CaseSummary, directory: &Path) -> Result<Tries> {
    if case.verdict == Verdict::NotApplicable {
        return Ok([None, None]);
    }
    let pack = |stream: PathBuf| {
        evidence::pack(&stream).with_context(|| format!("{} could not be read", stream.display()))
    };
    let first = pack(stream_path(directory, &case.target, &case.id))?;
    let second = match case.aside.again {
        Some(_) => pack(again_path(directory, &case.target, &case.id))?,
        None => None,
    };
    Ok([first, second])
}

/// Puts the values into the template. What was put in is not looked at again, so that a target's output can say `{{script}}`.
fn fill(values: &[(&str, &str)]) -> String {
    let mut page = String::with_capacity(
        values.iter().map(|(_, value)| value.len()).sum::<usize>() + TEMPLATE.len(),
    );
    let mut rest = TEMPLATE;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            break;
        };
        let value = values.iter().find(|(known, _)| *known == name);
        page.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    page.push_str(rest);
    page
}

/// JSON that ends no script element and begins none, wherever it stands.
fn harmless(json: &str) -> String {
    let mut text = String::with_capacity(json.len() + json.len() / 16);
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            _ => text.push(character),
        }
    }
    text
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            _ => safe.push(character),
        }
    }
    safe
}

/// The only script that the page's policy lets run is the one that carries this.
fn nonce() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow!("the system gave no random bytes: {error}"))?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

#[cfg(test)]
mod tests;
