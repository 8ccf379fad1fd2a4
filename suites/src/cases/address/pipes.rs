//! Names of pipes that are served, and names that are not.

use super::refusal::{EXIT_ZERO, REFUSED, WORDLESS, refused};
use crate::case::{Case, Need, Proof, Running, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::endpoint::{Endpoint, PIPE_PREFIX};
use harness::pipe::NAME_LIMIT;

pub(super) const PREFIX_IN_ANY_CASE: Case = Case {
    id: "address.pipe-prefix-in-any-case-is-served",
    clause: "address.pipe-prefix-any-case",
    needs: &[Need::Pipe],
    proofs: &[fails_at("mixed-case-pipe-becomes-file", ANY_CASE)],
    run: |cx| Box::pin(prefix_in_any_case(cx)),
};

const ANY_CASE: &str = "it becomes ready at a pipe whose prefix is in mixed case";

/// Windows knows `\\.\Pipe\` and `\\.\pipe\` for the same, and so do the settings of its users. A backend that takes one of them for
/// the path of a file is never found.
async fn prefix_in_any_case(cx: &Context) -> Outcome {
    for prefix in [r"\\.\Pipe\", r"\\.\PIPE\"] {
        let address = format!("{prefix}{}", name_of(&cx.address_beside("case")));

        let backend = cx.start().at(address).ready(ANY_CASE).await?;

        backend.is_well("it answers there").await?;
        backend.end().await?;
    }
    Ok(())
}

pub(super) const LONGEST: Case = Case {
    id: "address.longest-pipe-name-is-served",
    clause: "address.accepts-every-form",
    needs: &[Need::Pipe],
    proofs: &[fails_at("refuses-longest-pipe-name", AT_THE_LONGEST)],
    run: |cx| Box::pin(longest(cx)),
};

const AT_THE_LONGEST: &str = "it becomes ready at the longest name that a pipe can have";

/// Apps put the user's directory, or a hash of it, into the name, and a version, and a channel. A backend with a lower limit of its own
/// works for its author only.
async fn longest(cx: &Context) -> Outcome {
    let address = of_length(cx, NAME_LIMIT);

    let backend = cx.start().at(address).ready(AT_THE_LONGEST).await?;

    backend.is_well("it answers there").await
}

pub(super) const RECORDED: Case = Case {
    id: "address.recorded-url-leads-to-the-pipe",
    clause: "address.url-reads-back",
    needs: &[Need::Pipe, Need::Discovery],
    proofs: &[fails_at("pipe-url-keeps-prefix", "its URL can be read")],
    run: |cx| Box::pin(recorded(cx)),
};

/// There is more than one way to write a pipe as a URL, and each program reads its own only. The record holds the one that is agreed
/// on.
async fn recorded(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    let record = backend.record("its record can be read")?;

    let read = cx.expect_ok("its URL can be read", "an address", record.endpoint())?;
    cx.expect_eq("its URL leads to the pipe", &backend.endpoint()?, &read)
}

const fn not_served(
    id: &'static str,
    proofs: &'static [Proof],
    run: for<'a> fn(&'a Context) -> Running<'a>,
) -> Case {
    Case {
        id,
        clause: "address.refuses-unfindable-pipe-name",
        needs: &[Need::Pipe],
        proofs,
        run,
    }
}

pub(super) const TOO_LONG: Case = not_served(
    "address.pipe-name-of-one-character-too-many-is-refused",
    &[
        fails_at("truncates-long-pipe-name", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    |cx| Box::pin(too_long(cx)),
);

/// A name that is cut to fit is served where nobody dials, and two long names with the same beginning become the same pipe.
async fn too_long(cx: &Context) -> Outcome {
    is_refused(cx, &of_length(cx, NAME_LIMIT + 1)).await
}

pub(super) const ODD_CHARACTER: Case = not_served(
    "address.pipe-name-with-a-space-is-refused",
    &[
        fails_at("serves-any-pipe-name", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    |cx| Box::pin(odd_character(cx)),
);

/// Windows serves a pipe with nearly any name. A URL does not hold it, so the backend runs and no reader of its record finds it.
async fn odd_character(cx: &Context) -> Outcome {
    is_refused(cx, &cx.address_beside("my app")).await
}

pub(super) const DEVICE: Case = not_served(
    "address.pipe-with-the-name-of-a-device-is-refused",
    &[
        fails_at("serves-device-pipe-name", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    |cx| Box::pin(device(cx)),
);

/// Some programs open the device where the pipe was meant: the app sends its user's data to a printer port, or waits at it for ever.
async fn device(cx: &Context) -> Outcome {
    is_refused(cx, &format!("{PIPE_PREFIX}lpt8")).await
}

async fn is_refused(cx: &Context, address: &str) -> Outcome {
    refused(cx, &cx.start().at(address)).await.map(drop)
}

/// A pipe of the sandbox's own whose name has so many characters.
fn of_length(cx: &Context, length: usize) -> String {
    let start = cx.address_beside("long-");
    let missing = length.saturating_sub(name_of(&start).len());
    format!("{start}{}", "x".repeat(missing))
}

fn name_of(address: &str) -> String {
    match Endpoint::from_text(address) {
        Endpoint::Pipe(name) => name,
        other => other.to_string(),
    }
}
