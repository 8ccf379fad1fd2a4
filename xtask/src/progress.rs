//! How far a run is: read from the evidence, so that it needs no word from the runner.

mod board;
mod evidence;
pub(crate) mod json;
mod lines;
mod screen;

use crate::plan_file::{Plan, PlannedCase};
use crate::terminal;
use anyhow::{Context as _, Result};
use board::Board;
use evidence::{News, Watch};
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};
use suites::plan::Gate;

/// Between two looks.
const STEP: Duration = Duration::from_millis(100);

/// Where it is shown how far a run is.
trait Display {
    /// Something has happened; the board knows of it already.
    fn news(&mut self, news: &News, board: &Board);
    /// Some time has passed.
    fn tick(&mut self, _board: &Board, _now: Instant) {}
    /// The run is over.
    fn over(&mut self, _board: &Board, _now: Instant) {}
}

/// Waits for the runners, one after the other, and shows meanwhile how far it is; `json` asks for the events on standard output too.
pub(crate) fn follow(
    runners: &mut dyn Iterator<Item = Result<Child>>,
    directory: &Path,
    plan: &Plan,
    json: bool,
) -> Result<ExitStatus> {
    let cases: Vec<&PlannedCase> = (plan.own())
        .filter(|planned| planned.gate == Gate::Run)
        .collect();
    let mut displays = displays(json);
    let mut board = Board::new(cases.len(), Instant::now());
    let mut watch = Watch::new(&cases, directory);
    let (sender, ended) = std::sync::mpsc::channel();
    let wait = |mut runner: Child| {
        let sender = sender.clone();
        std::thread::spawn(move || sender.send(runner.wait()));
    };
    wait(runners.next().context("there is nothing to run")??);
    loop {
        let mut status = ended.recv_timeout(STEP).ok().transpose()?;
        // One that did not run its cases is the last.
        if status.is_some_and(|status| matches!(status.code(), Some(0 | 100)))
            && let Some(next) = runners.next()
        {
            wait(next?);
            status = None;
        }
        let over = status.is_some();
        let now = Instant::now();
        for news in watch.look() {
            board.learn(&news, now);
            for display in &mut displays {
                display.news(&news, &board);
            }
        }
        for display in &mut displays {
            if over {
                display.over(&board, now);
            } else {
                display.tick(&board, now);
            }
        }
        if let Some(status) = status {
            return Ok(status);
        }
    }
}

fn displays(json: bool) -> Vec<Box<dyn Display>> {
    use std::io::IsTerminal as _;
    let mut displays: Vec<Box<dyn Display>> = Vec::new();
    if json {
        displays.push(Box::new(json::Events));
        if std::io::stdout().is_terminal() {
            // Drawings among the events would leave neither to be read.
            return displays;
        }
    }
    let stream = std::io::stderr();
    if terminal::draws(&stream) {
        let colour = terminal::colour(&stream);
        displays.push(Box::new(screen::Screen::new(stream, colour)));
    } else {
        displays.push(Box::new(lines::Lines::new(stream)));
    }
    displays
}
