//! What a target listens on beside its address: nothing.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::endpoint::Endpoint;
use harness::target::Capability;

pub(super) const SOCKET_ONLY: Case = Case {
    id: "address.start-on-a-socket-opens-no-port",
    clause: "address.opens-only-what-was-asked",
    needs: &[Need::UnixSocket, Need::SeesListeners],
    proofs: &[fails_at(
        "also-opens-loopback-port",
        "it listens on no TCP port",
    )],
    run: |cx| Box::pin(socket_only(cx)),
};

/// The socket has a mode, and a port has none: beside the door that is locked stands one that every program on the machine, and every
/// web page that guesses the number, can walk through.
async fn socket_only(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    let listeners = backend.tcp_listeners()?;

    cx.expect_eq("it listens on no TCP port", &Vec::new(), &listeners)
}

pub(super) const LOOPBACK_ONLY: Case = Case {
    id: "address.start-on-loopback-opens-nothing-else",
    clause: "address.opens-only-what-was-asked",
    needs: &[
        Need::Claim(Capability::Tcp),
        Need::Discovery,
        Need::SeesListeners,
    ],
    proofs: &[
        fails_at(
            "listens-on-every-interface",
            "it listens there and nowhere else",
        ),
        fails_at(
            "records-requested-port",
            "it is found at the port that it recorded",
        ),
        fails_at(
            "records-parent-pid",
            "it is found at the port that it recorded",
        ),
    ],
    run: |cx| Box::pin(loopback_only(cx)),
};

/// A backend asks for no password, for it trusts its user. On every interface it trusts everybody in the same café.
async fn loopback_only(cx: &Context) -> Outcome {
    let start = cx.start().on_tcp("127.0.0.1", "0");
    let backend = start
        .ready("it is found at the port that it recorded")
        .await?;

    let listeners = backend.tcp_listeners()?;

    let listeners: Vec<Endpoint> = listeners.into_iter().map(Endpoint::Tcp).collect();
    cx.expect_eq(
        "it listens there and nowhere else",
        &vec![backend.endpoint()?],
        &listeners,
    )
}
