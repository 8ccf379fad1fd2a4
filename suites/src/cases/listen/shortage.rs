//! More connections than there is room for.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::pace::poll;

pub(super) const DESCRIPTORS: Case = Case {
    id: "listen.recovers-from-a-shortage-of-descriptors",
    clause: "listen.survives-descriptor-shortage",
    needs: &[Need::SeesDescriptors],
    proofs: &[fails_at("dies-when-out-of-descriptors", "it answers again")],
    run: |cx| Box::pin(descriptors(cx)),
};

const LIMIT: usize = 64;
const CLIENTS: usize = 80;

/// Desktop sessions have low limits, and a burst of windows and retries reaches them. That should cost a delay and not the backend.
async fn descriptors(cx: &Context) -> Outcome {
    let start = cx.start().descriptor_limit(LIMIT as u64);
    let backend = start.ready("it becomes ready with few descriptors").await?;

    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        // It may turn them away once it has none left.
        clients.extend(backend.try_connect().await);
    }
    let used_up = poll(bounds::HEALTH, async || {
        let ended = backend.process().exit().is_some();
        let open = backend.open_descriptors().unwrap_or_default();
        (ended || open >= LIMIT).then_some(())
    });
    // One that takes fewer connections than it has descriptors never comes there, and is none the worse for it.
    let _ = used_up.await;
    drop(clients);

    backend.is_well("it answers again").await
}
