//! What all refusals of an address have in common.

use crate::bounds;
use crate::case::{Proof, fails_at};
use crate::context::{Context, Refusal, Start};
use crate::verdict::Outcome;
use harness::pace::poll;
use std::path::PathBuf;

pub(super) const REFUSED: &str = "it ends by itself with a code that is not 0";
const EXPLAINED: &str = "it says why";

/// Two defects that break every refusal.
pub(super) const EXIT_ZERO: Proof = fails_at("refuses-with-exit-zero", REFUSED);
pub(super) const WORDLESS: Proof = fails_at("refuses-without-words", EXPLAINED);

/// Expects a start to be refused in every respect, of a target that starts where it can: an exit code, a reason, and neither a
/// file nor a process left.
pub(super) async fn refused(cx: &Context, start: &Start) -> Outcome<Refusal> {
    cx.proven_alive().await?;
    let before = cx.listing();

    let backend = start.launch()?;
    let refusal = backend.is_refused(REFUSED).await?;

    refusal.explains(EXPLAINED)?;
    let process = backend.process();
    let nothing_runs = async || process.descendants().is_empty().then_some(());
    let ended = poll(bounds::DESCENDANTS, nothing_runs).await;
    cx.expect_some("nothing that it started runs on", "no process", ended)?;
    cx.expect_eq("it makes no file", &Vec::new(), &made_since(cx, &before)?)?;
    Ok(refusal)
}

/// What is new where sockets are put and where the target was started. What it keeps in other places is its own affair.
fn made_since(cx: &Context, before: &[PathBuf]) -> Outcome<Vec<PathBuf>> {
    let places = [cx.runtime(), cx.directory()?];
    let mut made = cx.new_since(before, &[]);
    made.retain(|path| {
        let path = cx.root().join(path);
        places.iter().any(|place| path.starts_with(place))
    });
    Ok(made)
}
