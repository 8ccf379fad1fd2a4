//! The reader of `npipe` URLs, tried through records.

use super::recorded::{
    BESIDE, EXIT_ZERO, GIVES_WAY, Instance, STARTS, UNREADABLE_EXITS, UNREADABLE_REPAIRED_ONLY,
    case,
};
use crate::case::{Case, Need, Proof, Running, fails_at};
use crate::context::Context;
use crate::verdict::{Outcome, Stop};
use harness::endpoint::{Endpoint, PIPE_PREFIX};
use harness::pipe::{Look, NAME_LIMIT, look};
use harness::target::Capability;

const NEEDS: &[Need] = &[
    Need::Pipes,
    Need::Discovery,
    Need::Claim(Capability::SingleInstance),
];

const fn found(
    id: &'static str,
    proofs: &'static [Proof],
    run: for<'a> fn(&'a Context) -> Running<'a>,
) -> Case {
    case(id, "address.reader-accepts-valid-urls", NEEDS, proofs, run)
}

const fn not_found(
    id: &'static str,
    proofs: &'static [Proof],
    run: for<'a> fn(&'a Context) -> Running<'a>,
) -> Case {
    case(id, "address.reader-checks-pipe-names", NEEDS, proofs, run)
}

async fn instance(cx: &Context) -> Outcome<Instance<'_>> {
    let path = format!("{}-peer", cx.pipe());
    Instance::at(cx, &Endpoint::from_text(&path)).await
}

pub(super) const PLAIN: Case = found(
    "address.reader-follows-a-pipe-url",
    &[BESIDE, EXIT_ZERO],
    |cx| Box::pin(plain(cx)),
);

/// The app is open and the user opens it again, on the one system that has no paths for sockets.
async fn plain(cx: &Context) -> Outcome {
    let instance = instance(cx).await?;

    let url = instance.url();

    instance.is_found_by(&url).await
}

pub(super) const UPPER_CASE: Case = found(
    "address.reader-takes-a-pipe-name-in-any-case",
    &[
        fails_at("reader-wants-lower-case-pipe-name", GIVES_WAY),
        BESIDE,
        EXIT_ZERO,
    ],
    |cx| Box::pin(upper_case(cx)),
);

/// Windows does not tell `My-App` from `my-app`. A reader that does takes an instance that runs for another.
async fn upper_case(cx: &Context) -> Outcome {
    let instance = instance(cx).await?;

    let url = instance.url().replacen("sidecar", "SIDEcar", 1);

    instance.is_found_by(&url).await
}

const TAIL: &[Proof] = &[
    fails_at("reader-ignores-pipe-tail", STARTS),
    UNREADABLE_EXITS,
    UNREADABLE_REPAIRED_ONLY,
];

pub(super) const PATH: Case = not_found("address.reader-follows-no-path-of-a-pipe", TAIL, |cx| {
    Box::pin(path(cx))
});

/// A pipe of another machine is written as a server and a path. Who drops the path dials a pipe of this machine that has the server's name.
async fn path(cx: &Context) -> Outcome {
    is_not_found_with(cx, "/pipe/app").await
}

pub(super) const QUERY: Case = not_found("address.reader-follows-no-query-of-a-pipe", TAIL, |cx| {
    Box::pin(query(cx))
});

/// For one reader the name ends at the `?`, and for another it does not: one record, two backends.
async fn query(cx: &Context) -> Outcome {
    is_not_found_with(cx, "?part=2").await
}

pub(super) const PORT: Case = not_found("address.reader-follows-no-port-of-a-pipe", TAIL, |cx| {
    Box::pin(port(cx))
});

/// A port is the mark of a writer that means a machine.
async fn port(cx: &Context) -> Outcome {
    is_not_found_with(cx, ":445").await
}

async fn is_not_found_with(cx: &Context, tail: &str) -> Outcome {
    let instance = instance(cx).await?;

    let url = format!("{}{tail}", instance.url());

    instance.is_not_found_by(&url).await
}

pub(super) const USER: Case = not_found(
    "address.reader-follows-no-user-of-a-pipe",
    &[
        fails_at("reader-ignores-pipe-user", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(user(cx)),
);

/// Before the `@` stands who is meant to call, and nobody on this machine asks.
async fn user(cx: &Context) -> Outcome {
    let instance = instance(cx).await?;

    let url = instance.url().replacen("npipe://", "npipe://user@", 1);

    instance.is_not_found_by(&url).await
}

pub(super) const PREFIX: Case = not_found(
    "address.reader-follows-no-prefix-of-a-pipe",
    &[
        fails_at("reader-accepts-pipe-prefix", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(prefix(cx)),
);

/// Other programs write `npipe:////./pipe/name`. The dot in it stands for this machine; a reader that takes it takes another machine's
/// name in its place.
async fn prefix(cx: &Context) -> Outcome {
    let instance = instance(cx).await?;

    let url = instance.url().replacen("npipe://", "npipe:////./pipe/", 1);

    instance.is_not_found_by(&url).await
}

pub(super) const LONG: Case = not_found(
    "address.reader-follows-no-long-pipe-name",
    &[
        fails_at("reader-truncates-pipe-name", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(long(cx)),
);

/// No pipe has a name of 248 characters. One that is cut to fit is somebody else's.
async fn long(cx: &Context) -> Outcome {
    let taken = cx.pipe().len() - PIPE_PREFIX.len();
    let path = format!("{}{}", cx.pipe(), "x".repeat(NAME_LIMIT - taken));
    let instance = Instance::at(cx, &Endpoint::from_text(&path)).await?;

    let url = format!("{}x", instance.url());

    instance.is_not_found_by(&url).await
}

pub(super) const DEVICE: Case = not_found(
    "address.reader-follows-no-device",
    &[
        fails_at("reader-accepts-device-names", STARTS),
        UNREADABLE_EXITS,
        UNREADABLE_REPAIRED_ONLY,
    ],
    |cx| Box::pin(device(cx)),
);

/// Programs that do not know of the prefix open the device of that name, and write to a port of the machine.
async fn device(cx: &Context) -> Outcome {
    let instance = Instance::at(cx, &Endpoint::Pipe(free_device()?)).await?;

    let url = instance.url();

    instance.is_not_found_by(&url).await
}

/// Such names belong to the whole machine, so that one is taken that nobody uses.
fn free_device() -> Outcome<String> {
    let names = (1..=9).flat_map(|number| [format!("com{number}"), format!("lpt{number}")]);
    let free = names
        .filter(|name| matches!(look(name), Ok(Look::Missing)))
        .min_by_key(|name| std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), name));
    free.ok_or_else(|| Stop::CouldNotRun("each device has a pipe of its name here".to_owned()))
}
