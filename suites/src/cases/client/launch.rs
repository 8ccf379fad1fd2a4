//! What a client gives its backend on the way: an address, arguments, an environment.

use crate::case::{Case, fails_at};
use crate::context::{Context, Told};
use crate::verdict::Outcome;
use std::ffi::OsStr;

const TOLD: &str = "it is told an address";
const PRIVATE: &str = "nobody else can take its address";

pub(super) const ADDRESS: Case = Case {
    id: "client.address-is-private",
    clause: "client.keeps-its-address-private",
    needs: &[],
    proofs: &[
        fails_at("address-in-open-directory", PRIVATE).on_unix(),
        fails_at("address-by-name-only", PRIVATE).on_windows(),
        fails_at("address-by-pid-only", PRIVATE).on_windows(),
    ],
    run: |cx| Box::pin(address(cx)),
};

/// On a machine that several people use, who can rename one file gets the requests of somebody else's window, with all that
/// is in them. So does who makes a pipe of a name that can be foreseen.
async fn address(cx: &Context) -> Outcome {
    let (client, backend) = cx.running_client().await?;
    let before = Told {
        endpoint: backend.endpoint(TOLD)?,
        client: client.pid(),
    };
    client.quit().succeeds("it quits").await?;
    client.ends("it ends").await?;

    let (client, backend) = cx.running_client().await?;
    let told = Told {
        endpoint: backend.endpoint(TOLD)?,
        client: client.pid(),
    };

    cx.nobody_else_can_replace(PRIVATE, &told, &before)
}

const AS_ONE: &str = "its backend starts, with each argument whole";

pub(super) const SPACES: Case = Case {
    id: "client.path-with-spaces-is-one-argument",
    clause: "client.passes-its-arguments-whole",
    needs: &[],
    proofs: &[fails_at("splits-paths-at-spaces", AS_ONE)],
    run: |cx| Box::pin(spaces(cx)),
};

/// The name of the user is in each path, and nobody asks users for a name without a space.
async fn spaces(cx: &Context) -> Outcome {
    let program = cx.other_backend_path("Program Files (x86)")?;
    cx.place_backend_at(&program).await?;
    let directory = |name: &str| {
        let path = cx.root().join(name);
        cx.make_directory(&path).map(|()| path)
    };
    let (runtime, temp) = (directory("run time")?, directory("temp files")?);

    let client = cx
        .client()
        .user_data(directory("Jörg's user data")?)
        .backend(program)
        .env("XDG_RUNTIME_DIR", runtime)
        .env("TMPDIR", &temp)
        .env("TEMP", &temp)
        .opens()
        .await?;
    client.starts(AS_ONE).await.map(drop)
}

/// Where people's files are, state is kept, and temporary files go.
const PLACES: &[&str] = if cfg!(windows) {
    &["USERPROFILE", "LOCALAPPDATA", "TEMP"]
} else {
    &["HOME", "XDG_STATE_HOME", "TMPDIR"]
};

const SAME: &str = "its backend has the same";

pub(super) const ENVIRONMENT: Case = Case {
    id: "client.hands-on-the-environment",
    clause: "client.hands-on-the-environment",
    needs: &[],
    proofs: &[fails_at("clears-environment", SAME)],
    run: |cx| Box::pin(environment(cx)),
};

/// A client that cleans up the environment for safety takes away where the data is: yesterday's work seems gone.
async fn environment(cx: &Context) -> Outcome {
    let (_client, backend) = cx.running_client().await?;

    for name in PLACES {
        let own = cx.env().get(OsStr::new(name)).cloned();
        let own = own.map(|value| value.to_string_lossy().into_owned());
        let seen = backend.env(name).map(str::to_owned);
        cx.expect(
            SAME,
            format!("{name}={own:?}"),
            format!("{seen:?}"),
            own == seen,
        )?;
    }
    Ok(())
}
