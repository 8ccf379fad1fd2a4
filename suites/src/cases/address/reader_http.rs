//! The reader of `http` URLs, tried through records. All of them lead to 127.0.0.1 or `[::1]` at the very most.

use super::recorded::{
    BESIDE, EXIT_ZERO, Instance, RECORD, STARTS, UNREADABLE_EXITS, UNREADABLE_REPAIRED_ONLY, case,
};
use crate::case::{Case, Need, Proof, Running, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::target::Capability;
use std::net::{Ipv4Addr, Ipv6Addr};

const fn not_found(
    id: &'static str,
    proofs: &'static [Proof],
    run: for<'a> fn(&'a Context) -> Running<'a>,
) -> Case {
    case(
        id,
        "address.reader-takes-loopback-literals-only",
        RECORD,
        proofs,
        run,
    )
}

pub(super) const IPV4: Case = case(
    "address.reader-follows-an-ipv4-loopback-url",
    "address.reader-accepts-valid-urls",
    RECORD,
    &[BESIDE, EXIT_ZERO],
    |cx| Box::pin(ipv4(cx)),
);

/// The instance that runs was started on a port, and this start is on a socket. They are still two of the same.
async fn ipv4(cx: &Context) -> Outcome {
    let instance = Instance::on(cx, Ipv4Addr::LOCALHOST).await?;

    let url = instance.url();

    instance.is_found_by(&url).await
}

pub(super) const IPV6: Case = case(
    "address.reader-follows-an-ipv6-loopback-url",
    "address.reader-accepts-valid-urls",
    &[
        Need::Discovery,
        Need::Claim(Capability::SingleInstance),
        Need::Ipv6,
    ],
    &[BESIDE, EXIT_ZERO],
    |cx| Box::pin(ipv6(cx)),
);

/// Brackets and colons confuse readers that cut a URL at the last or the first colon, and these overlook the instance that runs.
async fn ipv6(cx: &Context) -> Outcome {
    let instance = Instance::on(cx, Ipv6Addr::LOCALHOST).await?;

    let url = instance.url();

    instance.is_found_by(&url).await
}

pub(super) const HOST_NAME: Case = not_found(
    "address.reader-follows-no-host-name",
    &[
        fails_at("reader-accepts-host-name", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(host_name(cx)),
);

/// Even `localhost` is what a file or a name server says it is, and that may be another machine.
async fn host_name(cx: &Context) -> Outcome {
    let instance = Instance::on(cx, Ipv4Addr::LOCALHOST).await?;

    let url = instance.url().replacen("127.0.0.1", "localhost", 1);

    instance.is_not_found_by(&url).await
}

pub(super) const UNSPECIFIED: Case = not_found(
    "address.reader-follows-no-unspecified-address",
    &[
        fails_at("reader-accepts-unspecified-address", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(unspecified(cx)),
);

/// Connecting to 0.0.0.0 happens to reach this machine on some systems. A filter that allows 127.0.0.1 only never sees it pass.
async fn unspecified(cx: &Context) -> Outcome {
    let instance = Instance::on(cx, Ipv4Addr::LOCALHOST).await?;

    let url = instance.url().replacen("127.0.0.1", "0.0.0.0", 1);

    instance.is_not_found_by(&url).await
}

pub(super) const DECIMAL: Case = not_found(
    "address.reader-follows-no-decimal-address",
    &[
        fails_at("reader-accepts-decimal-address", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(decimal(cx)),
);

/// One parser takes 2130706433 for 127.0.0.1, the next for a host name. What the first one allowed, the second one looks up.
async fn decimal(cx: &Context) -> Outcome {
    let instance = Instance::on(cx, Ipv4Addr::LOCALHOST).await?;

    let url = instance.url().replacen("127.0.0.1", "2130706433", 1);

    instance.is_not_found_by(&url).await
}

pub(super) const USER_INFO: Case = not_found(
    "address.reader-follows-no-user-information",
    &[
        fails_at("reader-accepts-user-info", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(user_info(cx)),
);

/// In `http://127.0.0.1@elsewhere` the first half is a name and the second the host. Readers that cut at the wrong place leave the
/// machine.
async fn user_info(cx: &Context) -> Outcome {
    let instance = Instance::on(cx, Ipv4Addr::LOCALHOST).await?;

    let url = instance.url().replacen("127.0.0.1", "user@127.0.0.1", 1);

    instance.is_not_found_by(&url).await
}

pub(super) const OTHER_SCHEME: Case = not_found(
    "address.reader-follows-no-other-scheme",
    &[
        fails_at("reader-accepts-any-scheme", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(other_scheme(cx)),
);

/// A scheme that a reader does not know may stand for another protocol, and another kind of instance, than the one that it expects.
async fn other_scheme(cx: &Context) -> Outcome {
    let instance = Instance::on(cx, Ipv4Addr::LOCALHOST).await?;

    let url = instance.url().replacen("http", "tcp", 1);

    instance.is_not_found_by(&url).await
}
