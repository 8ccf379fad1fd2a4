//! Starts after which, or before which, nothing is there.

use crate::case::{Case, Need, fails_at, may_fail};
use crate::context::Context;
use crate::verdict::Outcome;

pub(super) const COLD: Case = Case {
    id: "pair.cold-start",
    clause: "pair.starts-from-nothing",
    needs: &[Need::Pair],
    proofs: &[
        fails_at("needs-existing-user-data", "it says hello"),
        fails_at("clears-environment", "it starts its real backend"),
        fails_at("throws-on-204", "its backend answers"),
        may_fail("reports-on-spawn"),
    ],
    run: |cx| Box::pin(cold(cx)),
};

/// Developers have had every directory for years. The first start of each user is the one that nobody at home ever sees.
async fn cold(cx: &Context) -> Outcome {
    let pair = cx.unused_pair("pair")?;

    let (client, backend) = pair.runs().await?;

    backend.is_well("its backend answers").await?;
    client.is("it says that it runs", "running").await
}

pub(super) const AFTER_QUIT: Case = Case {
    id: "pair.relaunch-after-quit",
    clause: "pair.starts-again-after-quit",
    needs: &[Need::Pair],
    proofs: &[
        fails_at("quit-leaves-backend", "no backend is left by a quit"),
        fails_at("clears-environment", "it starts its real backend"),
        fails_at("throws-on-204", "its backend answers"),
        may_fail("reports-on-spawn"),
    ],
    run: |cx| Box::pin(after_quit(cx)),
};

/// Three lives in the same directories: the second has to live with what a first start leaves, the third with what an ordinary
/// one does.
async fn after_quit(cx: &Context) -> Outcome {
    let pair = cx.pair("pair")?;

    for _ in 0..3 {
        let (client, backend) = pair.runs().await?;
        backend.is_well("its backend answers").await?;

        client.quit().succeeds("it takes the quit").await?;
        client.ends("it ends").await?;
        pair.none_lives("no backend is left by a quit")?;
    }
    Ok(())
}
