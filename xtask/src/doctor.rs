//! `cargo xtask doctor`: what this machine lacks for the gate, each with the command that mends it.

mod looks;

use crate::arguments::Doctor;
use crate::{bounded, wine};
use anyhow::Result;
use looks::look;
use std::fmt::Write as _;
use std::process::Command;
use std::time::Duration;

/// Nothing is missing.
const WHOLE: u8 = 0;
/// Something is.
const LACKING: u8 = 2;

/// Building a tool from source takes minutes.
const MENDED_WITHIN: Duration = Duration::from_secs(1800);

/// One thing that the gate needs.
struct Finding {
    name: &'static str,
    state: State,
}

/// Whether it is there.
enum State {
    /// It is, and this is what.
    There(String),
    /// It is not, which costs some tests and no more.
    LeftOut(String),
    /// It is not: a sentence with the command that mends it, and what `--fix` does.
    Missing(String, Mend),
}

/// What `--fix` does about something that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Mend {
    /// Runs these.
    Run(Vec<Vec<String>>),
    /// Sets up a Wine of our own.
    SetUpWine,
    /// Nothing: it is for a person to decide.
    Person,
}

impl Mend {
    fn run(words: &[&str]) -> Self {
        Self::Run(vec![words.iter().map(|word| (*word).to_owned()).collect()])
    }
}

pub(crate) fn run(arguments: &Doctor) -> Result<u8> {
    let mut findings = look();
    if arguments.fix {
        mend(&findings);
        findings = look();
    }
    print!("{}", draw(&findings));
    Ok(code(&findings))
}

fn code(findings: &[Finding]) -> u8 {
    let missing = |finding: &Finding| matches!(finding.state, State::Missing(..));
    if findings.iter().any(missing) {
        LACKING
    } else {
        WHOLE
    }
}

/// A failure to mend is told and not the end: the next look says what is still missing.
fn mend(findings: &[Finding]) {
    for finding in findings {
        let State::Missing(_, mend) = &finding.state else {
            continue;
        };
        let done = match mend {
            Mend::Run(commands) => commands.iter().try_for_each(|words| run_words(words)),
            Mend::SetUpWine => wine::set_up(),
            Mend::Person => Ok(()),
        };
        if let Err(error) = done {
            eprintln!("{}: {error:#}", finding.name);
        }
    }
}

fn run_words(words: &[String]) -> Result<()> {
    let [program, arguments @ ..] = words else {
        return Ok(());
    };
    eprintln!("running: {}", words.join(" "));
    let status = bounded::status(Command::new(program).args(arguments), MENDED_WITHIN)?;
    anyhow::ensure!(status.success(), "`{}` failed ({status})", words.join(" "));
    Ok(())
}

fn draw(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let (word, sentence) = match &finding.state {
            State::There(what) => ("ok", what),
            State::LeftOut(why) => ("left out", why),
            State::Missing(what, _) => ("missing", what),
        };
        let _ = writeln!(text, "{word:<10}{:<16}{sentence}", finding.name);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(state: State) -> Finding {
        Finding {
            name: "Wine",
            state,
        }
    }

    #[test]
    fn a_line_says_what_is_there_or_how_to_get_it() {
        let findings = [
            finding(State::There("10.0, at /usr/lib/wine/wine64".into())),
            finding(State::LeftOut("there is none".into())),
            finding(State::Missing(
                "there is none; to mend it: x".into(),
                Mend::Person,
            )),
        ];
        assert_eq!(
            draw(&findings),
            "ok        Wine            10.0, at /usr/lib/wine/wine64\n\
             left out  Wine            there is none\n\
             missing   Wine            there is none; to mend it: x\n"
        );
    }

    #[test]
    fn only_what_is_missing_counts() {
        assert_eq!(code(&[finding(State::LeftOut(String::new()))]), WHOLE);
        let missing = finding(State::Missing(String::new(), Mend::Person));
        assert_eq!(
            code(&[finding(State::There(String::new())), missing]),
            LACKING
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_mended_does_not_stop_the_rest() {
        let directory = tempfile::tempdir().unwrap();
        let made = directory.path().join("made");
        let made = made.to_string_lossy();
        mend(&[
            finding(State::Missing(
                String::new(),
                Mend::run(&["/no/such/program"]),
            )),
            finding(State::Missing(String::new(), Mend::run(&["mkdir", &made]))),
        ]);
        assert!(directory.path().join("made").is_dir());
    }
}
