//! Addresses that are no path, and no port either.

use super::refusal::{EXIT_ZERO, REFUSED, WORDLESS, refused};
use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::pace::poll;
use harness::target::Capability;

pub(super) const ABSTRACT_NAME: Case = Case {
    id: "address.abstract-name-is-refused",
    clause: "address.refuses-abstract-name",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("binds-abstract-name", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(abstract_name(cx)),
};

/// Who writes it means an abstract name. A file that is called so is found by nobody who looks for that.
async fn abstract_name(cx: &Context) -> Outcome {
    let name = name_of_its_own(cx);

    refused(cx, &cx.start().at(&name)).await?;

    let file = cx.directory()?.join(&name);
    cx.nothing_at("no file is called so", &file)
}

/// Such names belong to the whole machine, so that this one is made of the sandbox's own.
fn name_of_its_own(cx: &Context) -> String {
    format!("@{}", cx.root().display()).replace('/', "-")
}

pub(super) const NOT_ABSTRACT: Case = Case {
    id: "address.abstract-name-is-not-bound",
    clause: "address.binds-no-abstract-name",
    needs: &[Need::UnixSocket, Need::AbstractNames],
    proofs: &[fails_at("binds-abstract-name", NOT_BOUND)],
    run: |cx| Box::pin(not_abstract(cx)),
};

const NOT_BOUND: &str = "no socket has that name without a file";

/// An abstract socket has no file mode: every user of the machine may connect to it, and act with the rights of this one.
async fn not_abstract(cx: &Context) -> Outcome {
    cx.proven_alive().await?;
    let name = name_of_its_own(cx);

    let backend = cx.start().at(&name).launch()?;

    // It may refuse it, or take it for the name of a file, which another clause is about.
    let (process, file) = (backend.process(), cx.directory()?.join(&name));
    let bound = poll(bounds::REFUSAL, async || {
        let bound = cx.is_abstract_name(&name);
        let settled = file.exists() || process.exit().is_some();
        (settled || !matches!(bound, Ok(false))).then_some(bound)
    });
    let bound = bound.await.unwrap_or(Ok(false))?;
    cx.expect(
        NOT_BOUND,
        format!("nobody can connect to the abstract name {name}"),
        if bound { "everybody can" } else { "so it is" },
        !bound,
    )
}

pub(super) const EMPTY: Case = Case {
    id: "address.empty-address-is-refused",
    clause: "address.refuses-empty-address",
    needs: &[],
    proofs: &[
        fails_at("empty-address-falls-back", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(empty(cx)),
};

/// A variable that was not set becomes an empty address. If the backend then listens somewhere else in silence, a small slip takes a
/// day to find.
async fn empty(cx: &Context) -> Outcome {
    let start = cx.start().at("");

    refused(cx, &start).await?;

    Ok(())
}

pub(super) const PORT_TOO_LARGE: Case = Case {
    id: "address.port-beyond-65535-is-refused",
    clause: "address.refuses-port-out-of-range",
    needs: &[Need::Claim(Capability::Tcp)],
    proofs: &[fails_at("wraps-port", REFUSED), EXIT_ZERO, WORDLESS],
    run: |cx| Box::pin(port_too_large(cx)),
};

/// A port that wraps around opens a door that nobody asked for, while the app waits at one that cannot exist.
async fn port_too_large(cx: &Context) -> Outcome {
    // One that wraps to 0 takes a free port, and no other program's.
    let start = cx.start().on_tcp("127.0.0.1", "65536");

    refused(cx, &start).await?;

    Ok(())
}

pub(super) const HEXADECIMAL_PORT: Case = Case {
    id: "address.port-that-is-not-decimal-is-refused",
    clause: "address.refuses-port-out-of-range",
    needs: &[Need::Claim(Capability::Tcp)],
    proofs: &[EXIT_ZERO, WORDLESS],
    run: |cx| Box::pin(hexadecimal_port(cx)),
};

/// Some readers take `0x10` for 16, and others for 0. The app and its backend must not guess differently.
async fn hexadecimal_port(cx: &Context) -> Outcome {
    let start = cx.start().on_tcp("127.0.0.1", "0x10");

    refused(cx, &start).await?;

    Ok(())
}

pub(super) const PIPE: Case = Case {
    id: "address.pipe-is-refused-where-there-are-none",
    clause: "address.refuses-pipe-where-none-exist",
    needs: &[Need::UnixSocket],
    proofs: &[fails_at("pipe-becomes-file", REFUSED), EXIT_ZERO, WORDLESS],
    run: |cx| Box::pin(pipe(cx)),
};

/// A setting copied from Windows becomes a file with an odd name: the backend looks healthy, and no client can dial it.
async fn pipe(cx: &Context) -> Outcome {
    let start = cx.start().at(r"\\.\pipe\sidecar-case");

    let refusal = refused(cx, &start).await?;

    refusal.names("it says where pipes are", "Windows")
}

pub(super) const MIXED_CASE_PIPE: Case = Case {
    id: "address.pipe-in-any-case-is-refused-where-there-are-none",
    clause: "address.pipe-prefix-any-case",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("mixed-case-pipe-becomes-file", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(mixed_case_pipe(cx)),
};

/// Windows knows `\\.\Pipe\` for the same prefix, and so do its users. A comparison that does not lets one spelling through.
async fn mixed_case_pipe(cx: &Context) -> Outcome {
    let start = cx.start().at(r"\\.\Pipe\sidecar-case");

    refused(cx, &start).await?;

    Ok(())
}

const SAID: &str = "standard error says what is wrong";
const NAMED: &str = "standard error names the address as it was given";

pub(super) const EXPLAINED_IN_REFUSAL: Case = Case {
    id: "address.refusal-says-what-is-wrong",
    clause: "address.explains-refusal",
    needs: &[Need::UnixSocket],
    proofs: &[
        EXIT_ZERO,
        fails_at("refuses-without-words", SAID),
        fails_at("replaces-file-parent", REFUSED),
    ],
    run: |cx| Box::pin(explained_in_refusal(cx)),
};

/// The app can show its user what went wrong, or only that something did.
async fn explained_in_refusal(cx: &Context) -> Outcome {
    let (words, _) = words_of_refusal(cx).await?;

    let said = words.split_whitespace().count() >= 3;
    cx.expect(SAID, "a sentence", format!("`{}`", words.trim()), said)
}

pub(super) const NAMED_IN_REFUSAL: Case = Case {
    id: "address.refusal-names-the-address",
    clause: "address.names-address-in-refusal",
    needs: &[Need::UnixSocket],
    proofs: &[
        EXIT_ZERO,
        fails_at("refuses-without-words", NAMED),
        fails_at("replaces-file-parent", REFUSED),
    ],
    run: |cx| Box::pin(named_in_refusal(cx)),
};

/// The app shows its user what the backend wrote. Without the address in it, nobody knows which of the settings to mend.
async fn named_in_refusal(cx: &Context) -> Outcome {
    let (words, address) = words_of_refusal(cx).await?;

    let named = words.contains(&address);
    cx.expect(NAMED, &address, format!("`{}`", words.trim()), named)
}

/// What standard error holds of a refusal, and the address that was refused.
async fn words_of_refusal(cx: &Context) -> Outcome<(String, String)> {
    cx.proven_alive().await?;
    let file = cx.runtime().join("file");
    std::fs::write(&file, "")?;
    let address = file.join("app.sock").display().to_string();

    let backend = cx.start().at(&address).launch()?;
    backend.is_refused(REFUSED).await?;

    Ok((backend.process().stderr().text(), address))
}
