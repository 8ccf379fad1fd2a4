//! What a manifest says of failures that are known, held against what was found. An entry that does not hold is told, with its line.

use crate::selection::matches;
use crate::verdict::Verdict;
use harness::target::{Date, Expectation, Manifest};
use serde::{Deserialize, Serialize};

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The case fails each time.
    Expected,
    /// The case fails now and then.
    Quarantine,
}

impl Kind {
    /// The name of its table in a manifest.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Quarantine => "quarantine",
        }
    }
}

/// An entry of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Which table it stands in.
    pub kind: Kind,
    /// Its line, from 1.
    pub line: usize,
    /// The id of a case, or a glob.
    pub case: String,
    /// A text that the failure must hold.
    pub message: String,
    /// Why it is let be.
    pub reason: String,
    /// Where it is followed up.
    pub issue: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds.
    pub expires: Date,
}

impl Entry {
    /// All entries of a manifest, in the order of its tables.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Vec<Self> {
        let entry = |kind, one: &Expectation| Self {
            kind,
            line: one.line,
            case: one.case.clone(),
            message: one.message.clone(),
            reason: one.reason.clone(),
            issue: one.issue.clone(),
            owner: one.owner.clone(),
            expires: one.expires,
        };
        let expected = manifest.expected.iter();
        let quarantine = manifest.quarantine.iter();
        expected
            .map(|one| entry(Kind::Expected, one))
            .chain(quarantine.map(|one| entry(Kind::Quarantine, one)))
            .collect()
    }

    fn covers(&self, case: &str) -> bool {
        matches(&self.case, case)
    }
}

/// How a case stands, beside its verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The verdict is all there is to say.
    #[default]
    Plain,
    /// It failed beside others, and passed alone; nobody has said that it would.
    Flaky,
    /// It failed as the manifest says.
    Expected,
    /// It failed, and the manifest says that it does so now and then.
    Quarantined,
}

impl Standing {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Flaky => "flaky",
            Self::Expected => "expected",
            Self::Quarantined => "quarantined",
        }
    }

    /// Whether a failure of it makes no run red.
    #[must_use]
    pub const fn is_covered(self) -> bool {
        matches!(self, Self::Expected | Self::Quarantined)
    }
}

/// A case of the plan of a target.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its id.
    pub id: &'a str,
    /// Why it does not apply to the target, where it does not.
    pub not_applicable: Option<&'a str>,
}

/// What came of a case that was tried.
#[derive(Clone, Copy, Debug)]
pub struct Tried<'a> {
    /// Its id.
    pub id: &'a str,
    /// The verdict.
    pub verdict: Verdict,
    /// The failure's words: step, expected, seen, reason.
    pub words: [&'a str; 4],
    /// What came of it when it was run again alone, if it was.
    pub again: Option<Verdict>,
}

impl Tried<'_> {
    const fn failed(&self) -> bool {
        matches!(self.verdict, Verdict::Fail | Verdict::Warn)
    }

    fn says(&self, message: &str) -> bool {
        self.words.iter().any(|words| words.contains(message))
    }
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// The case passed.
    Passed,
    /// The case failed with other words.
    OtherMessage,
    /// Its last day is over.
    Expired,
    /// It names no case that the target has.
    Unseen,
    /// Another entry names the case too.
    Twice,
}

/// An entry that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// What is wrong with it.
    pub wrong: Wrong,
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong and what to do, in one sentence.
    pub sentence: String,
}

/// How the cases stand, and which entries do not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// For each tried case: how it stands, and the place of its entry among the entries.
    pub standings: Vec<(Standing, Option<usize>)>,
    /// In the order of the entries.
    pub breaches: Vec<Breach>,
}

/// Holds the entries of one target's manifest against what was found. `catalogue` are the ids of all cases of its role, `planned`
/// those that were selected; entries about others of the catalogue are let be, because nothing is known of them.
#[must_use]
pub fn judge(
    entries: &[Entry],
    catalogue: &[&str],
    planned: &[Row<'_>],
    tried: &[Tried<'_>],
    today: Date,
) -> Judged {
    let mut judged = Judged {
        standings: tried.iter().map(|one| (alone(one), None)).collect(),
        breaches: Vec::new(),
    };
    for (place, entry) in entries.iter().enumerate() {
        let mut breach = |wrong, sentence: String| {
            judged.breaches.push(Breach {
                wrong,
                line: entry.line,
                sentence,
            });
        };
        if let Some(sentence) = unseen(entry, catalogue, planned) {
            breach(Wrong::Unseen, sentence);
            continue;
        }
        if !planned.iter().any(|row| entry.covers(row.id)) {
            continue;
        }
        if today > entry.expires {
            let what = format!(
                "this entry of {} for `{}` held until {}, and today is {today}; mend the case, or say anew why it fails",
                entry.owner, entry.case, entry.expires
            );
            breach(Wrong::Expired, what);
            continue;
        }
        if let Some((earlier, case)) = earlier(&entries[..place], entry, planned) {
            let what = format!(
                "`{case}` is named by line {} too; keep one of the two",
                earlier.line
            );
            breach(Wrong::Twice, what);
        }
        for (index, one) in tried
            .iter()
            .enumerate()
            .filter(|(_, one)| entry.covers(one.id))
        {
            if named(entries, one.id) > 1 {
                continue;
            }
            match held(entry, one) {
                Held::Covers(standing) => judged.standings[index] = (standing, Some(place)),
                Held::LetBe => {}
                Held::Breached(wrong, sentence) => breach(wrong, sentence),
            }
        }
    }
    judged
}

/// How a case stands that no entry names.
const fn alone(tried: &Tried<'_>) -> Standing {
    match tried.again {
        Some(Verdict::Pass) if tried.failed() => Standing::Flaky,
        _ => Standing::Plain,
    }
}

/// How many entries name a case.
fn named(entries: &[Entry], case: &str) -> usize {
    entries.iter().filter(|entry| entry.covers(case)).count()
}

/// The first of the earlier entries that names a planned case of this one too, and the case.
fn earlier<'a>(
    before: &'a [Entry],
    entry: &Entry,
    planned: &[Row<'a>],
) -> Option<(&'a Entry, &'a str)> {
    let mut own = planned.iter().filter(|row| entry.covers(row.id));
    own.find_map(|row| {
        let other = before.iter().find(|other| other.covers(row.id))?;
        Some((other, row.id))
    })
}

/// Why an entry names no case that the target has, where that is so.
fn unseen(entry: &Entry, catalogue: &[&str], planned: &[Row<'_>]) -> Option<String> {
    let mut own = catalogue.iter().filter(|id| entry.covers(id)).peekable();
    if own.peek().is_none() {
        return Some(format!(
            "`{}` is no case of such a target; `cargo xtask e2e --list` shows them all",
            entry.case
        ));
    }
    let mut reason = "";
    for id in own {
        let row = planned.iter().find(|row| row.id == *id)?;
        reason = row.not_applicable?;
    }
    Some(format!(
        "`{}` does not apply to this target, so it cannot fail: {reason}; remove the entry",
        entry.case
    ))
}

enum Held {
    Covers(Standing),
    LetBe,
    Breached(Wrong, String),
}

/// Whether an entry holds for a case that it alone names.
fn held(entry: &Entry, tried: &Tried<'_>) -> Held {
    match (entry.kind, tried.verdict) {
        (Kind::Expected, Verdict::Pass) => Held::Breached(
            Wrong::Passed,
            format!(
                "`{}` is expected to fail and passed; remove the entry, and close {}",
                tried.id, entry.issue
            ),
        ),
        (kind, Verdict::Fail | Verdict::Warn) if tried.says(&entry.message) => {
            Held::Covers(match kind {
                Kind::Expected => Standing::Expected,
                Kind::Quarantine => Standing::Quarantined,
            })
        }
        (_, Verdict::Fail | Verdict::Warn) => Held::Breached(
            Wrong::OtherMessage,
            format!(
                "`{}` failed otherwise than is said here: `{}` occurs nowhere in it; it failed at {}",
                tried.id,
                entry.message,
                place(tried)
            ),
        ),
        _ => Held::LetBe,
    }
}

fn place(tried: &Tried<'_>) -> String {
    let [step, .., reason] = tried.words;
    let words = if step.is_empty() { reason } else { step };
    format!("`{words}`")
}

#[cfg(test)]
mod tests;
