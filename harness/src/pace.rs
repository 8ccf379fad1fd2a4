//! Waiting with a bound: for what cannot announce itself.

use std::time::{Duration, Instant};

/// A point in time by which something must have happened.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    started: Instant,
    within: Duration,
}

impl Deadline {
    /// Starts now.
    #[must_use]
    pub fn after(within: Duration) -> Self {
        Self {
            started: Instant::now(),
            within,
        }
    }

    /// What is left; zero when it has passed.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.within.saturating_sub(self.started.elapsed())
    }

    /// Whether it has passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.left().is_zero()
    }

    /// How long ago it was started.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The whole span.
    #[must_use]
    pub const fn within(&self) -> Duration {
        self.within
    }
}

/// Steps between two looks at something: 20 microseconds at first, a quarter of the time waited so far later on, 20
/// milliseconds at most. So a look never comes later than a quarter of the wait after the event.
#[derive(Debug)]
pub struct Pace {
    deadline: Deadline,
}

/// Below this the timer of the runtime, which counts milliseconds, is too coarse, and the thread itself waits.
const TIMER_GRAIN: Duration = Duration::from_millis(1);
const FIRST_STEP: Duration = Duration::from_micros(20);
const LONGEST_STEP: Duration = Duration::from_millis(20);

impl Pace {
    /// A pace that ends at a deadline.
    #[must_use]
    pub const fn until(deadline: Deadline) -> Self {
        Self { deadline }
    }

    /// Waits one step. `false` when the deadline has passed, without having waited.
    pub async fn step(&mut self) -> bool {
        let Some(step) = self.next() else {
            return false;
        };
        if step < TIMER_GRAIN {
            tokio::task::yield_now().await;
            std::thread::sleep(step);
        } else {
            tokio::time::sleep(step).await;
        }
        true
    }

    /// As [`Pace::step`], for who cannot await anything: the thread waits.
    pub fn step_blocking(&mut self) -> bool {
        let step = self.next();
        step.inspect(|step| std::thread::sleep(*step)).is_some()
    }

    fn next(&self) -> Option<Duration> {
        let step = (self.deadline.elapsed() / 4).clamp(FIRST_STEP, LONGEST_STEP);
        (!self.deadline.passed()).then(|| step.min(self.deadline.left()))
    }
}

/// Looks until `look` yields something or the time is over; then `None`. Looks at least once, and once more at the end.
pub async fn poll<T>(within: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let mut pace = Pace::until(Deadline::after(within));
    loop {
        if let Some(found) = look().await {
            return Some(found);
        }
        if !pace.step().await {
            return look().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn looks_once_even_without_time() {
        assert_eq!(poll(Duration::ZERO, async || Some(7)).await, Some(7));
    }

    #[tokio::test]
    async fn ends_at_the_bound() {
        let deadline = Deadline::after(Duration::from_secs(5));
        let mut looks = 0;
        let found: Option<()> = poll(Duration::from_millis(30), async || {
            looks += 1;
            None
        })
        .await;
        // Once at the start and once at the end; how often between them is the machine's.
        assert!(found.is_none() && looks >= 2 && !deadline.passed());
    }

    #[tokio::test]
    async fn finds_what_comes_later() {
        let mut looks = 0;
        let found = poll(Duration::from_secs(5), async || {
            looks += 1;
            (looks == 10).then_some(looks)
        })
        .await;
        assert_eq!(found, Some(10));
    }
}
