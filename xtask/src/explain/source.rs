//! What the source of a case says of it: the comment above it, and its steps.
//!
//! The code of the cases is the one place where this stands, and is read as text: a copy beside it would soon say something else.

mod lexer;

use lexer::{Token, tokens};
use std::path::{Path, PathBuf};

/// The files of all cases.
pub(super) struct Sources(Vec<File>);

struct File {
    /// Relative to the directory of the cases.
    name: PathBuf,
    text: String,
}

/// What is known of a case from its source.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// The file, relative to the directory of the cases.
    pub(super) file: PathBuf,
    /// Why the behaviour matters, and what is done.
    pub(super) about: String,
    /// What is checked, in order.
    pub(super) steps: Vec<String>,
}

impl Sources {
    /// Reads every file below a directory. What cannot be read is not told of.
    pub(super) fn read(directory: &Path) -> Self {
        let mut files = Vec::new();
        let mut open = vec![directory.to_owned()];
        while let Some(place) = open.pop() {
            for row in std::fs::read_dir(&place).into_iter().flatten().flatten() {
                let path = row.path();
                if path.is_dir() {
                    open.push(path);
                } else if let (Ok(text), Ok(name)) = (
                    std::fs::read_to_string(&path),
                    path.strip_prefix(directory).map(Path::to_owned),
                ) {
                    files.push(File { name, text });
                }
            }
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        Self(files)
    }

    /// What is told of the case with this id.
    pub(super) fn tell(&self, id: &str) -> Option<Told> {
        let quoted = format!("\"{id}\"");
        let (file, at) = (self.0.iter()).find_map(|file| Some((file, file.text.find(&quoted)?)))?;
        let item = Item::around(&file.text, at)?;
        let mut reading = Reading {
            file,
            others: self,
            seen: Vec::new(),
            about: item.doc.clone(),
            steps: Vec::new(),
        };
        for name in called_with_context(item.body) {
            reading.follow(name, Kind::Function);
        }
        Some(Told {
            file: file.name.clone(),
            about: reading.about,
            steps: reading.steps,
        })
    }
}

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// At the left margin.
    Function,
    /// Further in.
    Method,
}

/// A constant, a function or a method, with the comment above it.
struct Item<'a> {
    doc: String,
    body: &'a str,
}

impl<'a> Item<'a> {
    /// The item in which a byte lies.
    fn around(text: &'a str, at: usize) -> Option<Self> {
        let starts = |line: &str| {
            !line.is_empty() && !line.starts_with([' ', '}', ')', '/', '#', ']', '\n', '|'])
        };
        let mut begin = None;
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            if offset > at {
                break;
            }
            if starts(line) {
                begin = Some(offset);
            }
            offset += line.len();
        }
        Self::from(text, begin?)
    }

    /// The function, or the method, of this name.
    fn called(text: &'a str, name: &str, kind: Kind) -> Option<Self> {
        let called = [format!("fn {name}("), format!("fn {name}<")];
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let inner = line.starts_with(' ');
            if inner == (kind == Kind::Method) && called.iter().any(|called| line.contains(called))
            {
                return Self::from(text, offset);
            }
            offset += line.len();
        }
        None
    }

    fn from(text: &'a str, begin: usize) -> Option<Self> {
        let rest = text.get(begin..)?;
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            end += line.len();
            if line.starts_with('}')
                || line.starts_with(");")
                || (line.ends_with(";\n") && end == line.len())
            {
                break;
            }
        }
        let above: Vec<&str> = (text.get(..begin)?.lines().rev())
            .map(str::trim_start)
            .take_while(|line| line.starts_with("///") || line.starts_with("#["))
            .filter_map(|line| line.strip_prefix("///"))
            .map(str::trim)
            .collect();
        let doc: Vec<&str> = above.into_iter().rev().collect();
        Some(Self {
            doc: doc.join(" "),
            body: rest.get(..end)?,
        })
    }
}

/// One case, read function by function.
struct Reading<'a> {
    file: &'a File,
    others: &'a Sources,
    seen: Vec<String>,
    about: String,
    steps: Vec<String>,
}

impl Reading<'_> {
    /// Reads a function of this chapter, and those that it calls, each where it is called.
    fn follow(&mut self, name: &str, kind: Kind) {
        if self.seen.iter().any(|seen| seen == name) {
            return;
        }
        self.seen.push(name.to_owned());
        let chapter = self.file.name.parent().map(Path::to_owned);
        let files = (self.others.0.iter())
            .filter(|other| other.name.parent().map(Path::to_owned) == chapter);
        let own = Item::called(&self.file.text, name, kind);
        let Some(item) = own.or_else(|| {
            files
                .into_iter()
                .find_map(|file| Item::called(&file.text, name, kind))
        }) else {
            return;
        };
        if self.about.is_empty() {
            self.about.clone_from(&item.doc);
        }
        for token in tokens(item.body) {
            match token {
                Token::Argument(text) if is_step(text) => self.step(text.to_owned()),
                Token::Constant(name) => {
                    if let Some(text) = self.constant(name).filter(|text| is_step(text)) {
                        self.step(text);
                    }
                }
                Token::Call(name) => self.follow(name, Kind::Function),
                Token::Method(name) => self.follow(name, Kind::Method),
                Token::Argument(_) => {}
            }
        }
    }

    fn step(&mut self, text: String) {
        if !self.steps.contains(&text) {
            self.steps.push(text);
        }
    }

    /// The text of a constant of this file or of its chapter.
    fn constant(&self, name: &str) -> Option<String> {
        let declared = format!("const {name}: &str =");
        let chapter = self.file.name.parent();
        let own = std::iter::once(self.file);
        let beside = (self.others.0.iter()).filter(|other| other.name.parent() == chapter);
        own.chain(beside).find_map(|file| {
            let (_, rest) = file.text.split_once(&declared)?;
            let (_, rest) = rest.split_once('"')?;
            rest.split_once('"').map(|(text, _)| text.to_owned())
        })
    }
}

/// The names of the functions that get the context.
fn called_with_context(body: &str) -> Vec<&str> {
    body.match_indices("cx")
        .filter_map(|(at, _)| {
            let before = body.get(..at)?.trim_end().strip_suffix('(')?;
            let name = before
                .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
                .next()?;
            (!name.is_empty()).then_some(name)
        })
        .collect()
}

/// Steps are phrases; other texts are paths, headers and the like.
fn is_step(text: &str) -> bool {
    text.contains(' ')
        && !text.ends_with(['.', ' ', ':'])
        && text.starts_with(|first: char| first.is_alphabetic())
        && !text.contains(['{', '\\', '\n', '/', '<', '='])
}

#[cfg(test)]
mod tests {
    use super::*;
    use suites::cases;

    fn sources() -> Sources {
        Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../suites/src/cases"))
    }

    #[test]
    fn a_case_is_told_from_its_source() {
        let told = sources().tell("stop.its-record-is-gone").unwrap();
        assert_eq!(told.file, Path::new("stop/leftovers.rs"));
        assert!(told.about.starts_with("Whoever looks for the backend next"));
        assert_eq!(
            told.steps,
            [
                "it has a record",
                "it is there to be asked to stop",
                "it ends in time",
                "the record is gone"
            ]
        );
    }

    #[test]
    fn every_case_says_why_and_what() {
        let sources = sources();
        let untold: Vec<String> = cases::all()
            .filter_map(|case| match sources.tell(case.id) {
                Some(told) if told.about.is_empty() => Some(format!("{}: no comment", case.id)),
                Some(told) if told.steps.is_empty() => Some(format!("{}: no step", case.id)),
                Some(_) => None,
                None => Some(format!("{}: not found", case.id)),
            })
            .collect();
        assert!(untold.is_empty(), "{}", untold.join("\n"));
    }

    #[test]
    fn what_is_not_there_is_not_told() {
        assert_eq!(sources().tell("stop.nonsense"), None);
        assert_eq!(
            Sources::read(Path::new("/nowhere")).tell("stop.its-record-is-gone"),
            None
        );
    }
}
