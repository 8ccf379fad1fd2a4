//! An instance that a start knows of by a record alone. The harness plays it, healthy and with the identity that the record states;
//! so what the start makes of the record shows what it read in the URL.

use crate::bounds;
use crate::case::{Case, Need, Proof, Running, fails_at};
use crate::context::Context;
use crate::verdict::{Outcome, Stop};
use harness::dial::Connection;
use harness::endpoint::Endpoint;
use harness::peer::Peer;
use harness::target::Capability;
use std::path::PathBuf;

/// Fails where a URL is followed that breaks a rule: the instance behind it counts as one that runs.
pub(super) const STARTS: &str = "it starts, for the URL leads nowhere";
/// Fails where a good URL is not read: the start goes on beside the instance.
pub(super) const GIVES_WAY: &str = "it gives way to the instance behind the URL";

/// Two defects that break every start over a record that cannot be used, as one with such a URL is.
pub(super) const UNREADABLE_EXITS: Proof = fails_at("exits-on-unreadable-record", STARTS);
pub(super) const UNREADABLE_REPAIRED_ONLY: Proof = fails_at("first-start-only-repairs", STARTS);

/// Two defects that break every start that is to give way.
pub(super) const EXIT_ZERO: Proof = fails_at("refuses-with-exit-zero", GIVES_WAY);
pub(super) const BESIDE: Proof = fails_at("takes-over-silently", GIVES_WAY);

pub(super) const SOCKET_RECORD: &[Need] = &[
    Need::UnixSocket,
    Need::Discovery,
    Need::Claim(Capability::SingleInstance),
];

pub(super) const RECORD: &[Need] = &[Need::Discovery, Need::Claim(Capability::SingleInstance)];

pub(super) const fn case(
    id: &'static str,
    clause: &'static str,
    needs: &'static [Need],
    proofs: &'static [Proof],
    run: for<'a> fn(&'a Context) -> Running<'a>,
) -> Case {
    Case {
        id,
        clause,
        needs,
        proofs,
        run,
    }
}

/// A healthy instance, played by the harness.
pub(super) struct Instance<'a> {
    cx: &'a Context,
    peer: Peer,
    identity: String,
}

impl<'a> Instance<'a> {
    pub(super) async fn at(cx: &'a Context, endpoint: &Endpoint) -> Outcome<Self> {
        let identity = cx.made_up_identity();
        let peer = cx.peer(endpoint, cx.healthy(&identity)).await?;
        Ok(Self { cx, peer, identity })
    }

    pub(super) async fn at_path(cx: &'a Context, path: PathBuf) -> Outcome<Self> {
        Self::at(cx, &Endpoint::Unix(path)).await
    }

    /// On a free port of this address.
    pub(super) async fn on(cx: &'a Context, ip: impl Into<std::net::IpAddr>) -> Outcome<Self> {
        Self::at(cx, &Endpoint::Tcp((ip.into(), 0).into())).await
    }

    /// The URL that leads to it.
    pub(super) fn url(&self) -> String {
        self.peer.endpoint().to_url()
    }

    /// Expects a start to pass over a record with this URL, and to dial nobody for its sake.
    pub(super) async fn is_not_found_by(&self, url: &str) -> Outcome {
        self.leave_record(url)?;

        self.cx.start().ready(STARTS).await?;

        // Connections are taken in order, so that after this one of our own all others have been counted.
        self.is_there().await?;
        let others = self.peer.connections().saturating_sub(1);
        self.cx.expect_eq("nobody is dialled", &0, &others)
    }

    /// Expects a start that finds a record with this URL to be refused, for the sake of this instance.
    pub(super) async fn is_found_by(&self, url: &str) -> Outcome {
        self.cx.proven_alive().await?;
        self.leave_record(url)?;

        self.cx.start().refused(GIVES_WAY).await?;

        let asked = self.peer.connections();
        let expected = "at least one connection";
        self.cx
            .expect("it has asked that instance", expected, asked, asked > 0)
    }

    /// The process in the record lives, so that nothing but the URL can decide.
    fn leave_record(&self, url: &str) -> Outcome {
        let pid = self.cx.stranger()?.pid().into();
        let record = self.cx.record_text(url, pid, &self.identity)?;
        self.cx.leave_record(record)?;
        Ok(())
    }

    async fn is_there(&self) -> Outcome {
        let (to, path) = (self.peer.endpoint(), &self.cx.manifest().health.path);
        let ask = async {
            let recorder = self.cx.recorder();
            let mut connection = Connection::open(to, bounds::HEALTH, recorder).await?;
            connection.get(path).await
        };
        let answer = ask.await;
        let gone = |error| Stop::Harness(format!("the harness no longer answers at {to}: {error}"));
        answer.map(drop).map_err(gone)
    }
}
