//! How an explanation is laid out.

use super::source::{Sources, Told};
use super::{Subject, all_defects};
use fixtures::defects::{self, Defect};
use std::fmt::Write as _;
use suites::case::{Case, Proof};
use suites::cases;
use suites::contract::{self, Clause};

/// Columns of a page, where there is room for them.
pub(super) const WIDTH: usize = 100;
/// Below this no line is broken: it would only be harder to read.
const LEAST: usize = 30;

/// Names, as one writes a choice.
pub(super) fn or(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// The place for an explanation.
pub(super) struct Page {
    /// In columns.
    pub(super) width: usize,
    pub(super) colour: bool,
}

impl Page {
    /// The whole explanation of one thing.
    pub(super) fn of(&self, subject: &Subject, sources: &Sources) -> String {
        match subject {
            Subject::Case(case) => self.case(case, &sources.tell(case.id).unwrap_or_default()),
            Subject::Clause(clause) => self.clause(clause, sources),
            Subject::Defect(defect) => self.defect(defect),
        }
    }

    fn case(&self, case: &Case, told: &Told) -> String {
        let mut text = self.heading(case.id, "a case");
        self.paragraph(&mut text, 2, &told.about);
        if let Some(clause) = contract::clause(case.clause) {
            let binds = format!("{} ({})", clause.slug, binding(clause));
            self.title(&mut text, &format!("Clause {binds}"));
            self.paragraph(&mut text, 2, &clause.text);
            self.reasons(&mut text, clause);
        }
        if !told.steps.is_empty() {
            self.title(&mut text, "Steps");
            for (number, step) in told.steps.iter().enumerate() {
                self.item(&mut text, &format!("{}.", number + 1), step);
            }
        }
        self.title(&mut text, "Proved by");
        for proof in case.proofs {
            self.proof(&mut text, proof);
        }
        self.title(&mut text, "See for yourself");
        let _ = writeln!(
            text,
            "  cargo xtask e2e --target FILE --case {id} --keep\n  cargo xtask calibrate --quick --case {id}",
            id = case.id
        );
        if !told.file.as_os_str().is_empty() {
            let file = told.file.display().to_string().replace('\\', "/");
            let _ = writeln!(text, "  suites/src/cases/{file}");
        }
        text
    }

    fn clause(&self, clause: &Clause, sources: &Sources) -> String {
        let kind = format!("a clause, {}", binding(clause));
        let mut text = self.heading(&clause.slug, &kind);
        self.paragraph(&mut text, 2, &clause.text);
        self.reasons(&mut text, clause);
        self.title(&mut text, "Tried by");
        if let Some(why) = &clause.excluded {
            self.paragraph(&mut text, 2, &format!("no case yet: {why}"));
        }
        for case in cases::all().filter(|case| case.clause == clause.slug) {
            let _ = writeln!(text, "  {}", self.bold(case.id));
            let told = sources.tell(case.id).unwrap_or_default();
            self.paragraph(&mut text, 4, &told.about);
            let certain = case.proofs.iter().filter(|proof| proof.certain);
            let mut names: Vec<&str> = certain.map(|proof| proof.defect).collect();
            // One that shows itself at different steps by platform stands there twice, side by side.
            names.dedup();
            self.paragraph(&mut text, 4, &format!("Catches {}.", names.join(", ")));
        }
        let chapter = clause.slug.split('.').next().unwrap_or_default();
        self.title(&mut text, "Written in");
        let _ = writeln!(text, "  suites/contract/{chapter}.md");
        text
    }

    fn defect(&self, defect: &Defect) -> String {
        let fixture = match defects::named(defects::CLIENT, defect.name) {
            Some(_) => "client",
            None => "backend",
        };
        let kind = format!("a defect of the reference {fixture}");
        let mut text = self.heading(defect.name, &kind);
        self.paragraph(&mut text, 2, &format!("It {}.", defect.breaks));
        self.title(&mut text, "Caught by");
        for case in cases::all() {
            for proof in case.proofs.iter().filter(|one| one.defect == defect.name) {
                let _ = writeln!(text, "  {}  [{}]", self.bold(case.id), case.clause);
                self.paragraph(&mut text, 4, &at(proof));
            }
        }
        self.title(&mut text, "See for yourself");
        let _ = writeln!(
            text,
            "  cargo xtask calibrate --quick --defect {}",
            defect.name
        );
        text
    }

    /// Why a clause is there, who broke it, and how it is kept.
    fn reasons(&self, text: &mut String, clause: &Clause) {
        let parts = [
            ("Why", Some(&clause.reason)),
            ("In the field", clause.bug.as_ref()),
            ("How to keep it", clause.fix.as_ref()),
        ];
        for (title, part) in parts {
            if let Some(part) = part {
                self.title(text, title);
                self.paragraph(text, 2, part);
            }
        }
    }

    fn proof(&self, text: &mut String, proof: &Proof) {
        let breaks = all_defects()
            .find(|defect| defect.name == proof.defect)
            .map_or("", |defect| defect.breaks);
        let _ = writeln!(text, "  {}", self.bold(proof.defect));
        self.paragraph(text, 4, &format!("It {breaks}. {}", at(proof)));
    }

    fn heading(&self, name: &str, kind: &str) -> String {
        format!("{}: {kind}\n\n", self.bold(name))
    }

    fn title(&self, text: &mut String, title: &str) {
        let _ = writeln!(text, "\n{}", self.bold(title));
    }

    fn bold(&self, text: &str) -> String {
        if self.colour {
            format!("\x1b[1m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn item(&self, text: &mut String, mark: &str, words: &str) {
        let hanging = 2 + mark.len() + 1;
        let lines = broken(words, self.width.saturating_sub(hanging));
        for (number, line) in lines.iter().enumerate() {
            let mark = if number == 0 { mark } else { "" };
            let _ = writeln!(text, "  {mark:<width$}{line}", width = hanging - 2);
        }
    }

    fn paragraph(&self, text: &mut String, indent: usize, words: &str) {
        for line in broken(words, self.width.saturating_sub(indent)) {
            let _ = writeln!(text, "{:indent$}{line}", "");
        }
    }
}

fn at(proof: &Proof) -> String {
    let step = proof.step;
    let place = proof.shown.place();
    let place = place.map(|place| format!(" {place}")).unwrap_or_default();
    if proof.certain {
        format!("Fails{place} at: {step}")
    } else if step.is_empty() {
        format!("May fail{place}, by chance.")
    } else {
        format!("May fail{place}, by chance, at: {step}")
    }
}

/// How binding a clause is, and for whom.
fn binding(clause: &Clause) -> String {
    if clause.needs.is_empty() {
        return clause.level.to_string();
    }
    format!(
        "{}, where a target has {}",
        clause.level,
        clause.needs.join(", ")
    )
}

/// Lines of at most so many characters, broken between words.
fn broken(words: &str, width: usize) -> Vec<String> {
    let width = width.max(LEAST);
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::find;
    use std::path::Path;

    fn explained(name: &str, width: usize, colour: bool) -> String {
        let sources =
            Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../suites/src/cases"));
        let subjects = find(name).unwrap();
        let page = Page { width, colour };
        subjects.iter().map(|one| page.of(one, &sources)).collect()
    }

    #[test]
    fn a_case_is_explained() {
        insta::assert_snapshot!("case", explained("stop.its-record-is-gone", 80, false));
    }

    #[test]
    fn a_clause_is_explained() {
        insta::assert_snapshot!("clause", explained("bridge.frames-every-body", 80, false));
    }

    #[test]
    fn a_defect_is_explained() {
        insta::assert_snapshot!("defect", explained("constant-nonce", 80, false));
    }

    #[test]
    fn a_narrow_page_is_kept_to() {
        let text = explained("listen.keeps-live-socket", 40, false);
        let long = |line: &&str| line.starts_with("  ") && line.chars().count() > 40;
        let words = |line: &&str| line.trim().contains(' ');
        let over: Vec<&str> = text.lines().filter(long).filter(words).collect();
        assert!(over.is_empty(), "{over:#?}");
    }

    #[test]
    fn colours_only_where_they_are_wanted() {
        assert!(explained("leaves-record", 80, true).contains("\x1b[1mleaves-record\x1b[0m"));
        assert!(!explained("leaves-record", 80, false).contains('\x1b'));
    }
}
