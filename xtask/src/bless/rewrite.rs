//! From what was found to the new text of a manifest.

use anyhow::{Context as _, Result};
use harness::target::Date;
use std::collections::BTreeSet;
use suites::expectation::{Entry, Kind};
use suites::selection::matches;
use toml_edit::{ArrayOfTables, Datetime, DocumentMut, Item, RawString, Table, value};

const TABLE: &str = "expected";

/// What is known of one case.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    pub(super) id: &'a str,
    /// Whether the target was judged by it.
    pub(super) judged: bool,
    /// Whether it failed, whatever its level.
    pub(super) failed: bool,
    /// Whether it failed, each time that it was run, and no entry covers that.
    pub(super) red: bool,
    /// Step, expected, seen, reason.
    pub(super) words: [&'a str; 4],
}

impl Found<'_> {
    /// The text that a failure of it is bound to: the step, which is the same in each sandbox.
    fn message(&self) -> &str {
        let [step, .., reason] = self.words;
        if step.is_empty() { reason } else { step }
    }

    fn says(&self, message: &str) -> bool {
        self.words.iter().any(|words| words.contains(message))
    }
}

/// What a new entry says beside case and message.
#[derive(Clone, Copy, Debug)]
pub(super) struct New<'a> {
    pub(super) reason: &'a str,
    pub(super) issue: &'a str,
    pub(super) owner: &'a str,
    pub(super) expires: Date,
}

impl New<'_> {
    /// Whether something is left for a person to say.
    pub(super) fn is_silent(&self) -> bool {
        [self.reason, self.issue, self.owner]
            .iter()
            .any(|text| text.trim().is_empty())
    }
}

/// The new text, and what was done to it.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) text: String,
    pub(super) added: usize,
    pub(super) changed: usize,
    pub(super) removed: usize,
    /// Lines of entries that have expired, and are left as they are.
    pub(super) expired: Vec<usize>,
}

/// Rewrites the tables. `entries` are those of the text; `unseen` and `expired` are the lines of those of which that was found.
pub(super) fn rewrite(
    text: &str,
    entries: &[Entry],
    found: &[Found<'_>],
    unseen: &[usize],
    expired: &[usize],
    new: &New<'_>,
) -> Result<Outcome> {
    let mut document: DocumentMut = text.parse()?;
    let mut outcome = Outcome::default();
    let mut old = match document.get(TABLE) {
        Some(Item::ArrayOfTables(tables)) => tables.iter().cloned().collect::<Vec<Table>>(),
        None => Vec::new(),
        Some(_) => anyhow::bail!("`{TABLE}` is not written as [[{TABLE}]] tables"),
    };
    let (expected, others): (Vec<&Entry>, Vec<&Entry>) = entries
        .iter()
        .partition(|entry| entry.kind == Kind::Expected);
    if old.len() != expected.len() {
        anyhow::bail!("the tables of the text are not those that were read");
    }
    // A case that is in quarantine is named there, and nowhere else.
    let named = |entries: &[&Entry], id: &str| entries.iter().any(|entry| matches(&entry.case, id));
    let mut taken: BTreeSet<&str> = (found.iter())
        .filter(|one| named(&others, one.id))
        .map(|one| one.id)
        .collect();
    let mut tables: Vec<Table> = Vec::new();
    let mut carried = String::new();
    for (entry, mut table) in expected.into_iter().zip(old.drain(..)) {
        lead(&mut table, &mut carried);
        let own: Vec<&Found<'_>> = found
            .iter()
            .filter(|one| matches(&entry.case, one.id))
            .collect();
        let kept = match decide(entry, &own, &taken, unseen, expired) {
            Decision::Keep => {
                if expired.contains(&entry.line) {
                    outcome.expired.push(entry.line);
                }
                vec![table]
            }
            Decision::Remove => {
                outcome.removed += 1;
                carried = heading(&table);
                Vec::new()
            }
            Decision::Split(failed) => {
                outcome.changed += 1;
                let split = failed.iter().enumerate();
                split
                    .map(|(place, one)| of(&table, entry, one, place > 0))
                    .collect()
            }
        };
        tables.extend(kept);
        taken.extend(own.iter().map(|one| one.id));
    }
    for one in found
        .iter()
        .filter(|one| one.red && !taken.contains(one.id))
    {
        let mut table = fresh(one, new)?;
        if carried.is_empty() && tables.is_empty() && text.trim().is_empty() {
            table.decor_mut().set_prefix("");
        }
        lead(&mut table, &mut carried);
        tables.push(table);
        outcome.added += 1;
    }
    if tables.is_empty() {
        document.remove(TABLE);
    } else {
        let all: ArrayOfTables = tables.into_iter().collect();
        document.insert(TABLE, Item::ArrayOfTables(all));
    }
    let mut text = document.to_string();
    text.push_str(&carried);
    outcome.text = text;
    Ok(outcome)
}

enum Decision<'a> {
    Keep,
    Remove,
    /// One entry for each of these.
    Split(Vec<&'a Found<'a>>),
}

fn decide<'a>(
    entry: &Entry,
    own: &[&'a Found<'a>],
    taken: &BTreeSet<&str>,
    unseen: &[usize],
    expired: &[usize],
) -> Decision<'a> {
    if unseen.contains(&entry.line) {
        return Decision::Remove;
    }
    let judged: Vec<&Found<'_>> = own.iter().copied().filter(|one| one.judged).collect();
    // Of what was not tried nothing is known, and a day is a person's to give.
    if judged.is_empty() || expired.contains(&entry.line) {
        return Decision::Keep;
    }
    let holds =
        |one: &&Found<'_>| one.failed && one.says(&entry.message) && !taken.contains(one.id);
    if judged.len() == own.len() && judged.iter().all(holds) {
        return Decision::Keep;
    }
    if judged.iter().all(holds) {
        return Decision::Keep;
    }
    let failed: Vec<&Found<'_>> = (own.iter().copied())
        .filter(|one| (one.failed || !one.judged) && !taken.contains(one.id))
        .collect();
    match failed.is_empty() {
        true => Decision::Remove,
        false => Decision::Split(failed),
    }
}

/// A copy of a table that is about one case. What a person wrote above it stays with the first copy.
fn of(table: &Table, entry: &Entry, one: &Found<'_>, further: bool) -> Table {
    let mut table = table.clone();
    if entry.case != one.id {
        set(&mut table, "case", one.id);
    }
    if one.failed && !one.says(&entry.message) {
        set(&mut table, "message", one.message());
    }
    if further {
        table.decor_mut().set_prefix("\n");
    }
    table
}

/// Changes a value, and leaves the comment behind it.
fn set(table: &mut Table, key: &str, text: &str) {
    if let Some(Item::Value(old)) = table.get_mut(key) {
        let decor = old.decor().clone();
        let mut fresh = toml_edit::Value::from(text);
        *fresh.decor_mut() = decor;
        *old = fresh;
    }
}

fn fresh(one: &Found<'_>, new: &New<'_>) -> Result<Table> {
    let mut table = Table::new();
    table.insert("case", value(one.id));
    table.insert("message", value(one.message()));
    table.insert("reason", value(new.reason));
    table.insert("issue", value(new.issue));
    table.insert("owner", value(new.owner));
    let expires: Datetime =
        (new.expires.to_string().parse()).context("a day could not be written")?;
    table.insert("expires", value(expires));
    table.decor_mut().set_prefix("\n");
    Ok(table)
}

fn prefix(table: &Table) -> &str {
    table
        .decor()
        .prefix()
        .and_then(RawString::as_str)
        .unwrap_or_default()
}

/// What stands above a table and is not about it alone: comments with an empty line below them.
fn heading(table: &Table) -> String {
    let prefix = prefix(table);
    match prefix
        .rfind("\n\n")
        .filter(|at| prefix[..*at].contains('#'))
    {
        Some(at) => prefix[..=at].to_owned(),
        None => String::new(),
    }
}

/// Puts what was above a table that is gone above this one.
fn lead(table: &mut Table, carried: &mut String) {
    if !carried.is_empty() {
        let led = format!("{carried}{}", prefix(table));
        table.decor_mut().set_prefix(led);
        carried.clear();
    }
}

#[cfg(test)]
mod tests;
