//! Clients that live on when the backend has ended under them.

use super::world::Context;
use crate::bounds;
use harness::dial::{Follower, InFlight};

/// Somebody who waits for the rest of an answer, and does not end with who gives it. What is open stays open until this is dropped,
/// but for a pipe: that breaks, and who waits notices it and lets go. Before that the name is nobody else's, so that a start which
/// finds it taken has done nothing wrong.
#[derive(Debug)]
pub struct Waiting(Held);

#[derive(Debug)]
enum Held {
    Open { _request: InFlight },
    Followed(Follower),
}

impl Context {
    /// Somebody waits for the rest of this answer from now on.
    #[must_use]
    pub fn waits_for(&self, request: InFlight) -> Waiting {
        Waiting(if request.is_on_pipe() {
            Held::Followed(request.follow())
        } else {
            Held::Open { _request: request }
        })
    }
}

impl Waiting {
    /// Gives it the time to notice that its pipe is broken. Whoever keeps the pipe whole for longer is seen in what the case looks at
    /// next.
    pub async fn lets_go_of_a_pipe(&mut self) {
        if let Held::Followed(follower) = &mut self.0 {
            let _ = tokio::time::timeout(bounds::NEWS, follower.has_let_go()).await;
        }
    }
}
