//! Headers on their way to the backend.

use super::NEEDS;
use crate::case::{Case, fails_at};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;
use harness::standin::Request;

const ARRIVES: &str = "each header arrives with its value";
const BOTH: &str = "both values arrive";
const TRACED: &str = "the trace headers are the caller's";
const ONCE: &str = "the header is there once, with the caller's value";
const HOSTS: &str = "the request names one host";

/// Carries this request, and yields what the backend saw of it.
async fn carried(cx: &Context, step: &str, fetch: Fetch) -> Outcome<Request> {
    let (client, backend) = cx.running_client().await?;
    let answered = client.carries("the call is answered", &fetch).await?;
    cx.expect_eq("its answer comes back", &200, &answered.status)?;
    backend.receives(step, "/headers").await
}

pub(super) const ARRIVE: Case = Case {
    id: "bridge.request-headers-arrive",
    clause: "bridge.carries-request-headers",
    needs: NEEDS,
    proofs: &[fails_at("drops-unusual-headers", ARRIVES)],
    run: |cx| Box::pin(arrive(cx)),
};

/// An API asks for a key, a page, a precondition. A bridge that lets only the headers through that its author knew works until the
/// first feature that needs another.
async fn arrive(cx: &Context) -> Outcome {
    const SENT: [(&str, &str); 6] = [
        ("Authorization", "Bearer a.b-c_d~e+f/g="),
        ("If-None-Match", "W/\"v1\", \"v2\""),
        ("X-Page", "7"),
        ("x_under.score!", "kept"),
        ("X-Inner-Space", "one  two\tthree; four=\"5, 6\""),
        ("Idempotency-Key", "8e03978e-40d5-43e8-bc93-6894a57f9324"),
    ];
    let fetch = SENT.iter().fold(Fetch::get("/headers"), |fetch, sent| {
        fetch.header(sent.0, sent.1)
    });
    let request = carried(cx, ARRIVES, fetch).await?;

    for (name, value) in SENT {
        let expected = vec![format!("{name}: {value}")];
        let seen = request.header(name).into_iter();
        let seen = seen.map(|seen| format!("{name}: {seen}")).collect();
        cx.expect_eq(ARRIVES, &expected, &seen)?;
    }
    Ok(())
}

pub(super) const REPEATED: Case = Case {
    id: "bridge.repeated-request-headers-arrive",
    clause: "bridge.keeps-repeated-request-headers",
    needs: NEEDS,
    proofs: &[
        fails_at("merges-repeated-request-headers-to-last", BOTH),
        fails_at("drops-unusual-headers", BOTH),
    ],
    run: |cx| Box::pin(repeated(cx)),
};

/// Two filters are two headers of one name. A bridge that keeps headers in a map sends the last, and the user sees what was
/// filtered out.
async fn repeated(cx: &Context) -> Outcome {
    let fetch = Fetch::get("/headers")
        .header("X-Filter", "not=hidden")
        .header("X-Filter", "not=archived");
    let request = carried(cx, BOTH, fetch).await?;

    // A list in one header means the same as two headers (RFC 9110, section 5.3).
    let seen = request.header("X-Filter").join(", ");
    cx.expect_eq(BOTH, &"not=hidden, not=archived", &seen.as_str())
}

pub(super) const TRACE: Case = Case {
    id: "bridge.trace-headers-are-the-callers",
    clause: "bridge.leaves-trace-headers-alone",
    needs: NEEDS,
    proofs: &[fails_at("overrides-trace-headers", TRACED)],
    run: |cx| Box::pin(trace(cx)),
};

/// Someone follows a failed click from the window to the backend. An id that the bridge makes up on the way ends the trail.
async fn trace(cx: &Context) -> Outcome {
    const SENT: [(&str, &str); 3] = [
        (
            "sentry-trace",
            "771a43a4192642f0b136d5159a501700-7a7fd24a4b1b2c3d-1",
        ),
        ("baggage", "sentry-environment=dev,sentry-release=1%2E2"),
        (
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ),
    ];
    let fetch = SENT.iter().fold(Fetch::get("/headers"), |fetch, sent| {
        fetch.header(sent.0, sent.1)
    });
    let request = carried(cx, TRACED, fetch).await?;

    for (name, value) in SENT {
        cx.expect_eq(TRACED, &vec![value.to_owned()], &request.header(name))?;
    }
    Ok(())
}

pub(super) const CALLERS: Case = Case {
    id: "bridge.callers-header-wins",
    clause: "bridge.callers-header-wins",
    needs: NEEDS,
    proofs: &[fails_at("adds-header-beside-the-callers", ONCE)],
    run: |cx| Box::pin(callers(cx)),
};

/// The client has headers of its own to add. The caller wrote one of them too, in another case: two values are one too many, and
/// which of them counts is then up to the backend.
async fn callers(cx: &Context) -> Outcome {
    const SENT: [(&str, &str); 3] = [
        ("User-AGENT", "the-window/7"),
        ("aCCEPT", "application/x-of-the-caller"),
        ("CONTENT-type", "application/x-of-the-caller; v=1"),
    ];
    let fetch = Fetch::post("/headers", "body");
    let fetch = SENT
        .iter()
        .fold(fetch, |fetch, sent| fetch.header(sent.0, sent.1));
    let request = carried(cx, ONCE, fetch).await?;

    for (name, value) in SENT {
        cx.expect_eq(ONCE, &vec![value.to_owned()], &request.header(name))?;
    }
    Ok(())
}

pub(super) const HOST: Case = Case {
    id: "bridge.one-host-header",
    clause: "bridge.names-one-host",
    needs: NEEDS,
    proofs: &[fails_at("sends-no-host", HOSTS)],
    run: |cx| Box::pin(host(cx)),
};

/// A socket's path is no host, so it is easily forgotten. Servers must refuse a request of HTTP/1.1 without one.
async fn host(cx: &Context) -> Outcome {
    let request = carried(cx, HOSTS, Fetch::get("/headers")).await?;

    let hosts = request.header("Host");
    let seen = format!("{}: {hosts:?}", hosts.len());
    cx.expect(HOSTS, "one Host header", seen, hosts.len() == 1)
}
