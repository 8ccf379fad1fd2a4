//! Paths with characters that a URL cannot hold as they are. A user's name is in the path of each socket below the home directory.

use crate::case::{Case, Need, Proof, Running, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::endpoint::Endpoint;
use harness::target::Capability;

const ESCAPES: &str = "its URL holds nothing but what a URL may hold";
const READS_BACK: &str = "its URL reads back to that very path";
const FOUND: &str = "a second start finds it and is refused";

const UNDECODED: Proof = fails_at("reader-skips-unescape", FOUND);
const EXIT_ZERO: Proof = fails_at("refuses-with-exit-zero", FOUND);
const BESIDE: Proof = fails_at("takes-over-silently", FOUND);

const fn case(
    id: &'static str,
    proofs: &'static [Proof],
    run: for<'a> fn(&'a Context) -> Running<'a>,
) -> Case {
    Case {
        id,
        clause: "address.url-reads-back",
        needs: &[Need::UnixSocket, Need::Discovery],
        proofs,
        run,
    }
}

/// Serves at a path with this name; then the record's URL must lead there for the strictest reader, and for the target's own if
/// it has one.
async fn found_again(cx: &Context, name: &str) -> Outcome {
    let path = cx.runtime().join(name);

    let start = cx.start().at_path(&path);
    let backend = start.ready("it becomes ready at that path").await?;

    let record = backend.record("its record can be read")?;
    let url = cx.expect_ok("its record holds a URL", "a text", record.url())?;
    let clean = url.bytes().all(|byte| byte.is_ascii_graphic());
    cx.expect(ESCAPES, "visible ASCII characters only", url, clean)?;
    let read = Endpoint::from_url(url).map_or_else(|error| error.to_string(), |to| to.to_string());
    cx.expect(
        READS_BACK,
        path.display(),
        &read,
        read == Endpoint::Unix(path.clone()).to_string(),
    )?;
    if cx.claims(Capability::SingleInstance) {
        cx.start().refused(FOUND).await?;
    }
    backend.is_well("it goes on serving there").await
}

pub(super) const SPACE: Case = case(
    "address.path-with-a-space-is-found-again",
    &[
        fails_at("url-by-concatenation", ESCAPES),
        UNDECODED,
        EXIT_ZERO,
        BESIDE,
    ],
    |cx| Box::pin(space(cx)),
);

/// `Application Support`: on macOS every state directory has a space in its path.
async fn space(cx: &Context) -> Outcome {
    found_again(cx, "Application Support.sock").await
}

pub(super) const PERCENT: Case = case(
    "address.path-with-a-percent-sign-is-found-again",
    &[
        fails_at("url-by-concatenation", READS_BACK),
        UNDECODED,
        EXIT_ZERO,
        BESIDE,
    ],
    |cx| Box::pin(percent(cx)),
);

/// A lone `%` makes the URL one that no reader can decode, and the record of a healthy backend a damaged one.
async fn percent(cx: &Context) -> Outcome {
    found_again(cx, "100%.sock").await
}

pub(super) const QUESTION_MARK: Case = case(
    "address.path-with-a-question-mark-is-found-again",
    &[
        fails_at("url-by-concatenation", READS_BACK),
        UNDECODED,
        EXIT_ZERO,
        BESIDE,
    ],
    |cx| Box::pin(question_mark(cx)),
);

/// What follows a `?` is no longer the path, so that readers dial a file that is not there.
async fn question_mark(cx: &Context) -> Outcome {
    found_again(cx, "really?.sock").await
}

pub(super) const HASH: Case = case(
    "address.path-with-a-hash-is-found-again",
    &[
        fails_at("url-by-concatenation", READS_BACK),
        UNDECODED,
        EXIT_ZERO,
        BESIDE,
    ],
    |cx| Box::pin(hash(cx)),
);

/// Most readers drop what follows a `#` without a word: the project in `~/code/app #2` is never found.
async fn hash(cx: &Context) -> Outcome {
    found_again(cx, "app#2.sock").await
}

pub(super) const NON_ASCII: Case = case(
    "address.path-beyond-ascii-is-found-again",
    &[
        fails_at("url-drops-non-ascii", READS_BACK),
        fails_at("url-by-concatenation", ESCAPES),
        UNDECODED,
        EXIT_ZERO,
        BESIDE,
    ],
    |cx| Box::pin(non_ascii(cx)),
);

/// Most people's names are not written in ASCII, and their home directories are called after them.
async fn non_ascii(cx: &Context) -> Outcome {
    // Characters that no file system takes apart into a letter and an accent.
    found_again(cx, "søk-日本.sock").await
}

pub(super) const ESCAPE: Case = case(
    "address.path-that-looks-escaped-is-found-again",
    &[
        fails_at("url-by-concatenation", READS_BACK),
        UNDECODED,
        EXIT_ZERO,
        BESIDE,
    ],
    |cx| Box::pin(escape(cx)),
);

/// Downloads and checkouts carry `%20` in their names. One decoding too many, or one too few, and the reader dials another file.
async fn escape(cx: &Context) -> Outcome {
    found_again(cx, "my%20app.sock").await
}
