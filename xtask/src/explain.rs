//! `cargo xtask explain`: what a case, a clause or a defect is about, how the bug came about, and how it is mended.

mod nearest;
mod source;
mod text;

use crate::arguments::Explain;
use crate::cargo::workspace;
use crate::terminal;
use anyhow::{Result, bail};
use fixtures::defects::{self, Defect};
use source::Sources;
use std::io::Write as _;
use suites::case::Case;
use suites::cases;
use suites::contract::{self, Clause};

/// How many names are suggested for one that is not known.
const SUGGESTIONS: usize = 5;

pub(crate) fn run(arguments: &Explain) -> Result<u8> {
    let subjects = find(&arguments.name)?;
    let sources = Sources::read(&workspace().join("suites/src/cases"));
    let page = text::Page {
        width: terminal::width().unwrap_or(text::WIDTH).min(text::WIDTH),
        colour: terminal::colour(&std::io::stdout()),
    };
    let text: Vec<String> = (subjects.iter())
        .map(|subject| page.of(subject, &sources))
        .collect();
    // Whoever looks at the first lines alone has seen what there was to see.
    let _ = std::io::stdout().write_all(text.join("\n").as_bytes());
    Ok(0)
}

/// What a name stands for.
#[derive(Clone, Copy, Debug)]
enum Subject {
    Case(&'static Case),
    Clause(&'static Clause),
    Defect(&'static Defect),
}

fn all_defects() -> impl Iterator<Item = &'static Defect> {
    defects::ALL.iter().chain(defects::CLIENT)
}

/// All that has this name: a case and its clause may share one, and then the case tells of both.
fn find(name: &str) -> Result<Vec<Subject>> {
    // As a verdict table has it: with the target in front.
    let name = name.rsplit("::").next().unwrap_or(name);
    let clauses = contract::clauses()?;
    if let Some(case) = cases::all().find(|case| case.id == name) {
        return Ok(vec![Subject::Case(case)]);
    }
    let clause = clauses.iter().find(|clause| clause.slug == name);
    let defect = all_defects().find(|defect| defect.name == name);
    let found: Vec<Subject> = (clause.map(Subject::Clause).into_iter())
        .chain(defect.map(Subject::Defect))
        .collect();
    if found.is_empty() {
        let known = (cases::all().map(|case| case.id))
            .chain(clauses.iter().map(|clause| clause.slug.as_str()))
            .chain(all_defects().map(|defect| defect.name));
        let nearest = nearest::names(name, known, SUGGESTIONS);
        if nearest.is_empty() {
            bail!(
                "there is no case, clause or defect `{name}`; `cargo xtask e2e --list` shows cases and clauses"
            );
        }
        bail!(
            "there is no case, clause or defect `{name}`; did you mean {}?",
            text::or(&nearest)
        );
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("stop.removes-record", "clause")]
    #[case("stop.its-record-is-gone", "case")]
    #[case("mine::stop.its-record-is-gone", "case")]
    #[case("client.hands-on-the-environment", "case")]
    #[case("leaves-record", "defect")]
    fn finds_what_a_name_stands_for(#[case] name: &str, #[case] kind: &str) {
        let found = find(name).unwrap();
        let kinds: Vec<&str> = (found.iter())
            .map(|one| match one {
                Subject::Case(_) => "case",
                Subject::Clause(_) => "clause",
                Subject::Defect(_) => "defect",
            })
            .collect();
        assert_eq!(kinds, [kind]);
    }

    #[rstest]
    #[case("stop.remove-record", "`stop.removes-record`")]
    #[case("leave-record", "`leaves-record`")]
    #[case("stop.record", "`stop.its-record-is-gone`")]
    #[case("xyzzy", "`cargo xtask e2e --list` shows")]
    fn suggests_what_is_near(#[case] name: &str, #[case] near: &str) {
        let why = find(name).unwrap_err().to_string();
        assert!(why.contains(near), "{why}");
    }
}
