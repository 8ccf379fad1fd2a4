//! The reader of `unix` URLs, tried through records.

use super::recorded::{
    BESIDE, EXIT_ZERO, GIVES_WAY, Instance, SOCKET_RECORD, STARTS, UNREADABLE_EXITS,
    UNREADABLE_REPAIRED_ONLY, case,
};
use crate::case::{Case, Proof, Running, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::endpoint::Endpoint;

const fn found(
    id: &'static str,
    proofs: &'static [Proof],
    run: for<'a> fn(&'a Context) -> Running<'a>,
) -> Case {
    case(
        id,
        "address.reader-accepts-valid-urls",
        SOCKET_RECORD,
        proofs,
        run,
    )
}

const fn not_found(
    id: &'static str,
    proofs: &'static [Proof],
    run: for<'a> fn(&'a Context) -> Running<'a>,
) -> Case {
    case(
        id,
        "address.reader-refuses-unclean-unix-urls",
        SOCKET_RECORD,
        proofs,
        run,
    )
}

pub(super) const PLAIN: Case = found(
    "address.reader-follows-a-socket-url",
    &[BESIDE, EXIT_ZERO],
    |cx| Box::pin(plain(cx)),
);

/// The app is open and the user opens it again. If the second backend cannot read where the first one is, both work on the same data.
async fn plain(cx: &Context) -> Outcome {
    let instance = Instance::at_path(cx, cx.runtime().join("peer.sock")).await?;

    let url = instance.url();

    instance.is_found_by(&url).await
}

pub(super) const ESCAPED: Case = found(
    "address.reader-decodes-a-socket-url",
    &[
        fails_at("reader-skips-unescape", GIVES_WAY),
        BESIDE,
        EXIT_ZERO,
    ],
    |cx| Box::pin(escaped(cx)),
);

/// Another program wrote the record, and it escapes more than this one does. Both mean the same socket.
async fn escaped(cx: &Context) -> Outcome {
    let instance = Instance::at_path(cx, cx.runtime().join("my peer.sock")).await?;

    let url = instance.url().replace("peer.sock", "%70eer%2esock");

    instance.is_found_by(&url).await
}

pub(super) const UPPER_CASE_SCHEME: Case = found(
    "address.reader-takes-the-scheme-in-any-case",
    &[
        fails_at("reader-wants-lower-case-scheme", GIVES_WAY),
        BESIDE,
        EXIT_ZERO,
    ],
    |cx| Box::pin(upper_case_scheme(cx)),
);

/// Schemes have no case. A reader that thinks otherwise starts a second instance beside the one that is there.
async fn upper_case_scheme(cx: &Context) -> Outcome {
    let instance = Instance::at_path(cx, cx.runtime().join("peer.sock")).await?;

    let url = instance.url().replacen("unix", "UNIX", 1);

    instance.is_found_by(&url).await
}

pub(super) const AUTHORITY: Case = not_found(
    "address.reader-follows-no-authority",
    &[
        fails_at("reader-ignores-authority", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(authority(cx)),
);

/// `unix://server/app.sock` means another machine to its writer. Who drops the name dials a socket of this one instead.
async fn authority(cx: &Context) -> Outcome {
    let instance = Instance::at_path(cx, cx.runtime().join("peer.sock")).await?;

    let url = instance.url().replacen("unix://", "unix://localhost", 1);

    instance.is_not_found_by(&url).await
}

pub(super) const QUERY: Case = not_found(
    "address.reader-follows-no-query",
    &[
        fails_at("reader-ignores-query", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(query(cx)),
);

/// For one reader the socket's name ends at the `?`, and for another it does not: one record, two backends.
async fn query(cx: &Context) -> Outcome {
    let instance = Instance::at_path(cx, cx.runtime().join("peer.sock")).await?;

    let url = format!("{}?part=2", instance.url());

    instance.is_not_found_by(&url).await
}

pub(super) const FRAGMENT: Case = not_found(
    "address.reader-follows-no-fragment",
    &[
        fails_at("reader-ignores-fragment", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(fragment(cx)),
);

/// A `#` in a URL is the mark of a writer that does not escape: the socket that it means is another than the one before the mark.
async fn fragment(cx: &Context) -> Outcome {
    let instance = Instance::at_path(cx, cx.runtime().join("peer.sock")).await?;

    let url = format!("{}#2", instance.url());

    instance.is_not_found_by(&url).await
}

pub(super) const DOTDOT: Case = not_found(
    "address.reader-follows-no-dotdot",
    &[
        fails_at("reader-resolves-dotdot", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(dotdot(cx)),
);

/// A check that the socket lies in the user's own directory looks at the beginning of the path. With `..` the end is elsewhere.
async fn dotdot(cx: &Context) -> Outcome {
    let instance = Instance::at_path(cx, cx.runtime().join("peer.sock")).await?;

    let url = url_with_dotdot(cx)?;

    instance.is_not_found_by(&url).await
}

pub(super) const ESCAPED_DOTDOT: Case = not_found(
    "address.reader-follows-no-escaped-dotdot",
    &[
        fails_at("reader-resolves-encoded-dotdot", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(escaped_dotdot(cx)),
);

/// Who looks for `..` before decoding does not see `%2e%2e`, and is led out of the directory all the same.
async fn escaped_dotdot(cx: &Context) -> Outcome {
    let instance = Instance::at_path(cx, cx.runtime().join("peer.sock")).await?;

    let url = url_with_dotdot(cx)?.replacen("/../", "/%2e%2e/", 1);

    instance.is_not_found_by(&url).await
}

pub(super) const ESCAPED_SLASH: Case = not_found(
    "address.reader-follows-no-dotdot-before-an-escaped-slash",
    &[
        fails_at("reader-resolves-encoded-dotdot", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(escaped_slash(cx)),
);

/// `..%2f` is no `..` component to who cuts at the slashes before decoding, and leads out of the directory just as well.
async fn escaped_slash(cx: &Context) -> Outcome {
    let instance = Instance::at_path(cx, cx.runtime().join("peer.sock")).await?;

    let url = url_with_dotdot(cx)?.replacen("/../", "/..%2f", 1);

    instance.is_not_found_by(&url).await
}

/// It leads to `peer.sock` both for who resolves it as text and for who lets the system do it.
fn url_with_dotdot(cx: &Context) -> Outcome<String> {
    let inner = cx.runtime().join("inner");
    cx.private_directories(Some(&inner))?;
    Ok(Endpoint::Unix(inner.join("../peer.sock")).to_url())
}

pub(super) const RELATIVE: Case = not_found(
    "address.reader-follows-no-relative-path",
    &[
        fails_at("reader-accepts-relative-path", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(relative(cx)),
);

/// What it names depends on where the reader was started. Whoever can put a socket into that directory is taken for the backend.
async fn relative(cx: &Context) -> Outcome {
    let instance = Instance::at_path(cx, cx.directory()?.join("peer.sock")).await?;

    let url = "unix:peer.sock";

    instance.is_not_found_by(url).await
}

pub(super) const NUL: Case = not_found(
    "address.reader-follows-no-nul",
    &[
        fails_at("reader-stops-at-nul", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(nul(cx)),
);

/// The system's calls end a path at a NUL, and a check before them does not: what is checked is not what is dialled.
async fn nul(cx: &Context) -> Outcome {
    let instance = Instance::at_path(cx, cx.runtime().join("peer.sock")).await?;

    let url = format!("{}%00.d/app.sock", instance.url());

    instance.is_not_found_by(&url).await
}

pub(super) const BAD_ESCAPE: Case = not_found(
    "address.reader-follows-no-broken-escape",
    &[
        fails_at("reader-keeps-bad-escape", STARTS),
        fails_at("reader-skips-unescape", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(bad_escape(cx)),
);

/// `%zz` is a record that was cut or never escaped. Every guess at what it meant can be another program's socket.
async fn bad_escape(cx: &Context) -> Outcome {
    let instance = Instance::at_path(cx, cx.runtime().join("peer%zz.sock")).await?;

    let url = instance.url().replacen("%25", "%", 1);

    instance.is_not_found_by(&url).await
}
