//! Requests through a client's bridge.

use super::asked::{Asked, Done};
use super::driven::Client;
use crate::bounds;
use crate::verdict::Outcome;
use harness::driver::Refused;
use harness::standin::{Bytes, fresh_hex};
use serde_json::{Map, Value};

/// A request in preparation.
#[derive(Clone, Debug, Default)]
pub struct Fetch {
    name: String,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Fetch {
    /// Any method.
    #[must_use]
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            ..Self::default()
        }
    }

    /// `GET`.
    #[must_use]
    pub fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// `POST` with a body.
    #[must_use]
    pub fn post(path: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new("POST", path).body(body)
    }

    /// With a name, by which it can be aborted.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// With a further header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    pub(super) fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        // Clients keep open calls by their names, so each call has one of its own.
        let name = if self.name.is_empty() {
            format!("call-{}", fresh_hex(8))
        } else {
            self.name.clone()
        };
        fields.insert("request".to_owned(), name.into());
        fields.insert("method".to_owned(), self.method.clone().into());
        fields.insert("path".to_owned(), self.path.clone().into());
        let pair =
            |(name, value): &(String, String)| Value::from(vec![name.clone(), value.clone()]);
        fields.insert(
            "headers".to_owned(),
            self.headers.iter().map(pair).collect(),
        );
        if let Some(body) = &self.body {
            fields.insert("body".to_owned(), Bytes(body.clone()).encode().into());
        }
        fields
    }
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The status.
    pub status: u64,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body; `None` where the status forbids one.
    pub body: Option<Vec<u8>>,
}

impl Answered {
    /// The values of one header, its name in any case, in order.
    #[must_use]
    pub fn header(&self, name: &str) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(one, _)| one.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// The bytes of the body, none where there is no body.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default()
    }

    fn read(done: &Done) -> Result<Self, String> {
        let status = done.fields.get("status").and_then(Value::as_u64);
        let headers = done.fields.get("headers").and_then(Value::as_array);
        let header = |pair: &Value| {
            let pair = pair.as_array().filter(|pair| pair.len() == 2);
            let text = |at: usize| pair?.get(at)?.as_str().map(str::to_owned);
            text(0)
                .zip(text(1))
                .ok_or("a header that is no pair of texts")
        };
        let body = match done.fields.get("body") {
            None => return Err("an answer without `body`".to_owned()),
            Some(Value::Null) => None,
            Some(Value::String(text)) => {
                let bytes = Bytes::decode(text);
                Some(
                    bytes
                        .map_err(|error| format!("a body that is no base64: {error}"))?
                        .0,
                )
            }
            Some(other) => return Err(format!("a body that is {other}")),
        };
        Ok(Self {
            status: status.ok_or("an answer without a whole number as `status`")?,
            headers: headers
                .ok_or("an answer without a list as `headers`")?
                .iter()
                .map(header)
                .collect::<Result<_, _>>()?,
            body,
        })
    }
}

impl Client {
    /// Asks it to carry a request.
    #[must_use]
    pub fn fetch(&self, fetch: &Fetch) -> Asked {
        let within = self.context().bounds().call + bounds::ANSWER;
        self.ask("fetch", fetch.fields(), within)
    }

    /// Carries a request whose answer is one of HTTP.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it is none.
    pub async fn carries(&self, step: &str, fetch: &Fetch) -> Outcome<Answered> {
        self.fetch(fetch).answers(step).await
    }

    /// Carries one more request, to a backend that echoes: what went wrong with another must not touch it.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it is not answered, or not whole.
    pub async fn carries_on(&self, step: &str) -> Outcome {
        let answered = self.carries(step, &Fetch::post("/next", "next")).await?;
        let context = self.context();
        context.expect_eq(step, &200, &answered.status)?;
        context.expect_bytes(step, b"next", answered.bytes())
    }
}

impl Asked {
    /// Waits for the answer to a `fetch`, which is one of HTTP.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it is an error, or no answer of the protocol.
    pub async fn answers(&mut self, step: &str) -> Outcome<Answered> {
        let done = self.succeeds(step).await?;
        self.read(step, &done)
    }

    /// Waits for the answer to a `fetch`, which is one of HTTP or an error of one of these kinds.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it is another error, or no answer of the protocol.
    pub async fn answers_or_is_refused(
        &mut self,
        step: &str,
        kinds: &[&str],
    ) -> Outcome<Result<Answered, Refused>> {
        match self.comes(step).await? {
            Ok(done) => self.read(step, &done).map(Ok),
            Err(refused) => {
                let expected = format!("an answer, or an error of the kind {}", kinds.join(" or "));
                let fits = kinds.contains(&refused.kind.as_str());
                self.context().expect(step, expected, &refused, fits)?;
                Ok(Err(refused))
            }
        }
    }

    fn read(&self, step: &str, done: &Done) -> Outcome<Answered> {
        let expected = "status, headers and body as the protocol has them";
        let read = Answered::read(done);
        self.context().expect_ok(step, expected, read)
    }

    /// Waits for the answer to a `fetch`, which is an error, of whatever kind the protocol has for it.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it is an answer, or none comes within the bound.
    pub async fn fails(&mut self, step: &str) -> Outcome<Refused> {
        const KINDS: [&str; 8] = [
            "no-address",
            "connect",
            "closed",
            "protocol",
            "timeout",
            "aborted",
            "bad-request",
            "too-large",
        ];
        self.is_refused(step, &KINDS).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn done(text: &str) -> Done {
        let fields = serde_json::from_str(text).unwrap();
        Done { line: 1, fields }
    }

    #[rstest]
    #[case(
        r#"{"headers":[],"body":""}"#,
        "an answer without a whole number as `status`"
    )]
    #[case(r#"{"status":200,"body":""}"#, "an answer without a list as `headers`")]
    #[case(
        r#"{"status":200,"headers":[["a"]],"body":""}"#,
        "a header that is no pair of texts"
    )]
    #[case(
        r#"{"status":200,"headers":[["a",1]],"body":""}"#,
        "a header that is no pair of texts"
    )]
    #[case(r#"{"status":200,"headers":[]}"#, "an answer without `body`")]
    #[case(r#"{"status":200,"headers":[],"body":7}"#, "a body that is 7")]
    #[case(
        r#"{"status":200,"headers":[],"body":"?"}"#,
        "a body that is no base64"
    )]
    fn what_is_no_answer_says_why(#[case] text: &str, #[case] why: &str) {
        let error = Answered::read(&done(text)).unwrap_err();
        assert!(error.starts_with(why), "{error}");
    }

    #[test]
    fn an_empty_body_is_not_a_missing_one() {
        let with = |body: &str| {
            let text = format!(r#"{{"status":204,"headers":[["A","1"],["a","2"]],"body":{body}}}"#);
            Answered::read(&done(&text)).unwrap()
        };
        assert_eq!(with("null").body, None);
        assert_eq!(with("\"\"").body, Some(Vec::new()));
        assert_eq!(with("null").header("A"), ["1", "2"]);
    }
}
