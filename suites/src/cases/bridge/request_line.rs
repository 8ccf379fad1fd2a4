//! Method, path and query.

use super::NEEDS;
use crate::case::{Case, fails_at};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;

const ARRIVES: &str = "the path arrives as it was given";

pub(super) const PATH: Case = Case {
    id: "bridge.path-and-query-arrive-as-written",
    clause: "bridge.carries-method-and-path",
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

    for path in ["/a%2Fb/c?x=1&y=%20&z=a+b", "/a.b/~c/%7Ed?", "/%C3%A9?q=%E4"] {
        let asked = client
            .carries("the call is answered", &Fetch::get(path))
            .await?;
        let request = backend
            .receives(ARRIVES, path.split('?').next().unwrap_or(path))
            .await?;

        cx.expect_eq(ARRIVES, &path, &request.target())?;
        cx.expect_eq("its answer comes back", &200, &asked.status)?;
    }
    Ok(())
}
