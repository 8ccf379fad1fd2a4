//! The option for a port.

use crate::case::{Case, Need, fails_at};
use crate::context::{Client, Context, Launched};
use crate::verdict::{Outcome, Stop};
use harness::target::Capability;

const NEEDS: &[Need] = &[Need::Claim(Capability::PortOption)];

const REACHES: &str = "the port reaches the backend";
const UNSET: &str = "it is not handed on";
const SAID: &str = "it is said";

pub(super) const HANDED_ON: Case = Case {
    id: "client.port-reaches-the-backend",
    clause: "client.hands-on-its-port",
    needs: NEEDS,
    proofs: &[fails_at("port-not-handed-on", REACHES)],
    run: |cx| Box::pin(handed_on(cx)),
};

/// The port is in a firewall rule, or in another program's settings. The ends of the range are ports like all others.
async fn handed_on(cx: &Context) -> Outcome {
    cx.make_directory(&cx.user_data())?;
    for port in ["1", "8080", "65535"] {
        let client = cx.client().port(port).opens().await?;

        let backend = client.starts("it starts").await?;

        cx.expect_eq(REACHES, &Some(port), &told(cx, &backend)?.as_deref())?;
        quits(&client).await?;
    }
    Ok(())
}

pub(super) const BAD: Case = Case {
    id: "client.bad-port-counts-as-unset",
    clause: "client.bad-port-is-unset",
    needs: NEEDS,
    proofs: &[
        fails_at("port-takes-hex", UNSET),
        fails_at("port-takes-zero", UNSET),
        fails_at("port-wraps", UNSET),
        fails_at("bad-port-handed-on", UNSET),
        fails_at("bad-port-without-words", SAID),
    ],
    run: |cx| Box::pin(bad(cx)),
};

/// `NaN`, 0 and a hexadecimal number that was read up to its `x` all start a backend somewhere else than anybody looks for it.
async fn bad(cx: &Context) -> Outcome {
    cx.make_directory(&cx.user_data())?;
    for port in [
        "0", "65536", "-1", "0x10", "1e3", "abc", "8080.5", " 80", "80 ", "",
    ] {
        let client = cx.client().port(port).opens().await?;

        let started = client.start().comes("the start is answered").await?;

        match started {
            Ok(_) => {
                let backend = cx.launched("its backend is launched").await?;
                let expected = format!("the backend is told no port for {port:?}");
                let told = told(cx, &backend)?;
                cx.expect(UNSET, expected, format!("{told:?}"), told.is_none())?;
                // Nothing at all is what many take for nothing said.
                if !port.is_empty() {
                    client.says(SAID, "warning").await?;
                }
            }
            Err(refused) => {
                let expected = format!("a start without it, or `bad-option`, for {port:?}");
                let holds = refused.kind == "bad-option";
                cx.expect(SAID, expected, &refused, holds)?;
            }
        }
        quits(&client).await?;
    }
    Ok(())
}

/// What the client told its backend as a port.
fn told(cx: &Context, backend: &Launched) -> Outcome<Option<String>> {
    let place = cx.manifest().backend.as_ref();
    let place = place.and_then(|backend| backend.port.as_ref());
    let missing = "its manifest does not say where the backend is told its port";
    let place = place.ok_or_else(|| Stop::Harness(missing.to_owned()))?;
    Ok(backend.told(place))
}

async fn quits(client: &Client) -> Outcome {
    client.quit().succeeds("it quits").await?;
    client.ends("it ends").await.map(drop)
}
