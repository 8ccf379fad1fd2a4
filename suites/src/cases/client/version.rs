//! A backend that answers, and that the client cannot work with.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::standin::Script;
use harness::target::Capability;

const REFUSED: &str = "the start is refused";
const ENDED: &str = "the backend is ended";

pub(super) const UNKNOWN: Case = Case {
    id: "client.unknown-version-is-refused",
    clause: "client.refuses-unknown-versions",
    needs: &[Need::Claim(Capability::VersionCheck)],
    proofs: &[
        fails_at("ignores-version", REFUSED),
        fails_at("leaves-incompatible-backend", ENDED),
        fails_at("reports-on-spawn", REFUSED),
        fails_at("reports-on-path", REFUSED),
        fails_at("reports-on-connect", REFUSED),
        fails_at("address-after-failed-start", "no address is handed out"),
    ],
    run: |cx| Box::pin(unknown(cx)),
};

/// Half an update leaves a new backend under an old window, where each request is understood a little differently.
async fn unknown(cx: &Context) -> Outcome {
    let known = cx.manifest().health.version.clone().unwrap_or_default();
    // Another first number, for those who look at no more than that.
    let version = format!(
        "999{}",
        known.trim_start_matches(|one: char| one.is_ascii_digit())
    );
    let script = Script {
        rules: vec![cx.health_rule(Some(&version))],
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let client = cx.opened_client().await?;

    let mut starting = client.start();
    let backend = cx.launched("its backend is launched").await?;
    starting.is_refused(REFUSED, &["incompatible"]).await?;

    backend.is_gone_by_now(ENDED)?;
    client.hands_out_nothing("no address is handed out").await?;
    client.is("it says that nothing runs", "stopped").await?;
    let step = "a start with one that it knows works";
    client.starts(step).await.map(drop)
}
