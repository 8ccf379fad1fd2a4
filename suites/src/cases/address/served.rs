//! Addresses that are served, and what the record says of them.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::endpoint::{Endpoint, SOCKET_PATH_LIMIT};
use harness::target::Capability;
use std::path::{Path, PathBuf};

pub(super) const SOCKET: Case = Case {
    id: "address.recorded-url-leads-to-the-socket",
    clause: "address.url-reads-back",
    needs: &[
        Need::UnixSocket,
        Need::Discovery,
        Need::Identity,
        Need::RecordedIdentity,
    ],
    proofs: &[fails_at(
        "nonce-differs-from-record",
        "who answers there is who wrote the record",
    )],
    run: |cx| Box::pin(socket(cx)),
};

/// Whoever did not launch the backend has nothing but its record. One that leads elsewhere makes a second window of the app talk
/// to nobody, or to somebody else.
async fn socket(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    let record = backend.record("its record can be read")?;

    let endpoint = cx.expect_ok("its URL can be read", "an address", record.endpoint())?;
    cx.expect_eq(
        "its URL leads to the socket",
        &Endpoint::Unix(cx.socket()),
        &endpoint,
    )?;
    let identity = record.identity().ok().map(str::to_owned);
    cx.expect_eq(
        "who answers there is who wrote the record",
        &identity,
        &backend.identity(),
    )
}

pub(super) const LONGEST_PATH: Case = Case {
    id: "address.longest-socket-path-is-served",
    clause: "address.accepts-every-form",
    needs: &[Need::UnixSocket],
    proofs: &[fails_at(
        "refuses-longest-path",
        "it becomes ready at the longest path that fits",
    )],
    run: |cx| Box::pin(longest_path(cx)),
};

/// Sandboxed apps and long user names come within a few bytes of the limit. A backend with a lower limit of its own works for its
/// author, and never for these users.
async fn longest_path(cx: &Context) -> Outcome {
    let path = path_of_length(&cx.runtime(), SOCKET_PATH_LIMIT);

    let backend = cx
        .start()
        .at_path(path)
        .ready("it becomes ready at the longest path that fits")
        .await?;

    backend.is_well("it answers there").await
}

pub(super) const PORT_ZERO: Case = Case {
    id: "address.port-that-the-system-chose-is-recorded",
    clause: "address.real-address",
    needs: &[Need::Claim(Capability::Tcp), Need::Discovery],
    proofs: &[
        fails_at(
            "records-requested-port",
            "it is found at the port that it recorded",
        ),
        fails_at(
            "records-parent-pid",
            "it is found at the port that it recorded",
        ),
    ],
    run: |cx| Box::pin(port_zero(cx)),
};

/// Port 0 is how two apps avoid a quarrel over a number. If the record then says 0, the backend runs and nobody can reach it.
async fn port_zero(cx: &Context) -> Outcome {
    let start = cx.start().on_tcp("127.0.0.1", "0");

    let backend = start
        .ready("it is found at the port that it recorded")
        .await?;

    backend.is_well("it answers there").await
}

pub(super) const IPV6: Case = Case {
    id: "address.ipv6-loopback-is-recorded-in-brackets",
    clause: "address.url-reads-back",
    needs: &[Need::Claim(Capability::Tcp), Need::Discovery, Need::Ipv6],
    proofs: &[
        fails_at(
            "ipv6-url-without-brackets",
            "it is found by the URL that it recorded",
        ),
        fails_at(
            "records-requested-port",
            "it is found by the URL that it recorded",
        ),
        fails_at(
            "records-parent-pid",
            "it is found by the URL that it recorded",
        ),
    ],
    run: |cx| Box::pin(ipv6(cx)),
};

/// Without the brackets nobody can tell the address from the port: each reader fails or dials something else.
async fn ipv6(cx: &Context) -> Outcome {
    let start = cx.start().on_tcp("::1", "0");

    let backend = start
        .ready("it is found by the URL that it recorded")
        .await?;

    backend.is_well("it answers there").await
}

/// A path in a directory that has exactly so many bytes.
pub(super) fn path_of_length(directory: &Path, length: usize) -> PathBuf {
    let taken = directory.as_os_str().len() + "/".len() + ".sock".len();
    directory.join(format!("{}.sock", "x".repeat(length.saturating_sub(taken))))
}
