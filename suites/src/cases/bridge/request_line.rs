//! Method, path and query.

use super::NEEDS;
use crate::case::{Case, fails_at};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;

const METHOD: &str = "the method arrives as it was given";
const ARRIVES: &str = "the path arrives as it was given";

pub(super) const METHODS: Case = Case {
    id: "bridge.methods-arrive",
    clause: "bridge.carries-the-method",
    needs: NEEDS,
    proofs: &[fails_at("sends-everything-as-post", METHOD)],
    run: |cx| Box::pin(methods(cx)),
};

/// A save that changes one field is a `PATCH`. As a `POST` it makes a second thing, or takes away every other field.
async fn methods(cx: &Context) -> Outcome {
    let (client, backend) = cx.running_client().await?;

    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] {
        let fetch = Fetch::new(method, "/methods");
        let answered = client.carries("the call is answered", &fetch).await?;
        let request = backend.receives(METHOD, "/methods").await?;

        cx.expect_eq(METHOD, &method, &request.method())?;
        cx.expect_eq("its answer comes back", &200, &answered.status)?;
    }
    Ok(())
}

pub(super) const PATH: Case = Case {
    id: "bridge.path-and-query-arrive-as-written",
    clause: "bridge.carries-path-and-query",
    needs: NEEDS,
    proofs: &[
        fails_at("drops-query", ARRIVES),
        fails_at("decodes-path", ARRIVES),
    ],
    run: |cx| Box::pin(path(cx)),
};

/// A file name with an escaped slash, a search with a plus: what a URL library "tidies up" on the way is another resource at
/// the other end.
async fn path(cx: &Context) -> Outcome {
    let (client, backend) = cx.running_client().await?;

    let long = format!("/long?ids={}", "0123456789,".repeat(300));
    for path in [
        "/plain?x=1",
        "/a%2Fb/c?x=1&y=%20&z=a+b",
        "/a.b/..c/~d/%7Ee?",
        "/twice//slash/;v=1?a=b?c",
        "/%C3%A9?q=%E4",
        &long,
    ] {
        let answered = client
            .carries("the call is answered", &Fetch::get(path))
            .await?;
        let before_query = path.split('?').next().unwrap_or(path);
        let request = backend.receives(ARRIVES, before_query).await?;

        cx.expect_eq(ARRIVES, &path, &request.target())?;
        cx.expect_eq("its answer comes back", &200, &answered.status)?;
    }
    Ok(())
}
