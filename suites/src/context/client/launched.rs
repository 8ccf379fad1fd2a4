//! A backend that the client launched: the stand-in, with the checks that make its evidence.

use crate::bounds;
use crate::context::Context;
use crate::verdict::Outcome;
use harness::process::Identity;
use harness::standin::{Report, Request, Standin, Where};
use std::ops::Deref;
use std::time::Duration;

/// A backend that the client launched.
#[derive(Clone, Debug)]
pub struct Launched {
    context: Context,
    standin: Standin,
    identity: Option<Identity>,
}

/// Commands and plain looks are the stand-in's own.
impl Deref for Launched {
    type Target = Standin;

    fn deref(&self) -> &Standin {
        &self.standin
    }
}

impl Launched {
    pub(super) fn new(context: Context, standin: Standin) -> Self {
        Self {
            identity: Identity::of_pid(standin.pid()),
            context,
            standin,
        }
    }

    pub(super) const fn context(&self) -> &Context {
        &self.context
    }

    /// The address that the client told it, if it told it one.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        let backend = self.context.manifest().backend.as_ref()?;
        self.told(&backend.address)
    }

    /// What the client told it in this place.
    #[must_use]
    pub fn told(&self, place: &Where) -> Option<String> {
        let seen = self.standin.seen();
        match place {
            Where::Prefix(prefix) => {
                let found = seen.args.iter().find_map(|arg| arg.strip_prefix(prefix));
                found.map(str::to_owned)
            }
            Where::After(flag) => {
                let at = seen.args.iter().position(|arg| arg == flag)?;
                seen.args.get(at + 1).cloned()
            }
            Where::Variable(name) => {
                let found = seen.env.iter().find(|(one, _)| one == name);
                found.map(|(_, value)| value.clone())
            }
        }
    }

    /// A variable of its environment.
    #[must_use]
    pub fn env(&self, name: &str) -> Option<&str> {
        let found = self.standin.seen().env.iter().find(|(one, _)| one == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Waits until it reports something that `fits`.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it does not within the bound of a deed.
    pub async fn reports(
        &self,
        step: &str,
        what: &str,
        fits: impl Fn(&Report) -> bool,
    ) -> Outcome<Report> {
        self.reports_within(step, what, bounds::DEED, fits).await
    }

    /// As [`Launched::reports`], with a bound of the case's own.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it does not within that.
    pub async fn reports_within(
        &self,
        step: &str,
        what: &str,
        within: Duration,
        fits: impl Fn(&Report) -> bool,
    ) -> Outcome<Report> {
        let find = |reports: &[Report]| reports.iter().find(|report| fits(report)).cloned();
        let report = self.standin.wait(what, within, find).await;
        self.context.expect_ok(step, what, report)
    }

    /// Waits for the next request to this path that was not waited for yet. Requests to other paths, such as those for health,
    /// are passed over.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when none comes within the bound of a deed.
    pub async fn receives(&self, step: &str, path: &str) -> Outcome<Request> {
        let what = format!("request for {path}");
        let fits = |request: &Request| request.target().split('?').next() == Some(path);
        let request = self.standin.request(&what, bounds::DEED, fits).await;
        self.context
            .expect_ok(step, format!("a {what} reaches the backend"), request)
    }

    /// Waits for the next question for its health that was not waited for yet. Other requests are passed over.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when none comes within the bound of a deed.
    pub async fn is_asked_for_health(&self, step: &str) -> Outcome<Request> {
        let path = &self.context.manifest().health.path;
        self.receives(step, path.split('?').next().unwrap_or_default())
            .await
    }

    /// Waits until it has an address; see [`harness::standin::Opening`] for what can be done there by then.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it has none within the bound of a deed.
    pub async fn is_bound(&self, step: &str) -> Outcome {
        let bound = |report: &Report| matches!(report, Report::Bound { .. });
        self.reports(step, "listener of its own", bound).await?;
        Ok(())
    }

    /// Waits until its peer has closed the connection of this request, which had no whole answer yet.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it stays open for the bound of a deed.
    pub async fn is_abandoned(&self, step: &str, request: &Request) -> Outcome {
        let what = "close of the connection by the client, in the middle of the request";
        let closed = |report: &Report| match report {
            Report::Disconnected {
                by_peer,
                open_request,
                ..
            } => *by_peer && *open_request == Some(request.request),
            _ => false,
        };
        self.reports(step, what, closed).await?;
        Ok(())
    }

    /// Waits until it was asked to end.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it is not within the bound of a deed.
    pub async fn is_asked_to_end(&self, step: &str) -> Outcome<String> {
        let asked = |report: &Report| matches!(report, Report::Asked { .. });
        match self.reports(step, "request to end", asked).await? {
            Report::Asked { signal } => Ok(signal),
            _ => Ok(String::new()),
        }
    }

    /// Waits until it is dead.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it lives on for `within`.
    pub async fn is_gone_within(&self, step: &str, within: Duration) -> Outcome {
        let gone = self.standin.gone(within).await;
        self.context
            .expect_ok(step, format!("it is gone within {within:?}"), gone)
    }

    /// Expects it to be dead at this very moment. The system is asked, because news of its death may be on its way.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it lives.
    pub fn is_gone_by_now(&self, step: &str) -> Outcome {
        self.context
            .expect(step, "it is gone", self.life(), !self.is_alive())
    }

    /// Expects it to live.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it is dead.
    pub fn lives(&self, step: &str) -> Outcome {
        self.context
            .expect(step, "it lives", self.life(), self.is_alive())
    }

    /// Who it is.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it was dead before that could be asked.
    pub fn identity(&self, step: &str) -> Outcome<Identity> {
        let expected = "a process that can be told from others";
        self.context.expect_some(step, expected, self.identity)
    }

    /// Whether it lives at this very moment.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.identity.is_some_and(Identity::is_alive)
    }

    fn life(&self) -> String {
        let life = if self.is_alive() { "lives" } else { "is dead" };
        format!(
            "{} (pid {}) {life}",
            self.standin.name(),
            self.standin.pid()
        )
    }
}
