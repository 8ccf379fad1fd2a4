//! Moments of a start or a stop at which something happens to it.

use super::world::Context;
use std::time::{Duration, Instant};

/// Below this the timer of the runtime, which counts milliseconds, is too coarse, and the thread itself waits.
const TIMER_GRAIN: Duration = Duration::from_millis(2);

impl Context {
    /// How many times something that takes so long is done in a case that does it over and over: as often as fits into a
    /// second, within these limits. A slow target must not make a case endless, and a quick one is met more often.
    #[must_use]
    pub fn times(&self, takes: Duration, least: u32, most: u32) -> u32 {
        let fitting = Duration::from_secs(1).as_micros() / takes.as_micros().max(1);
        u32::try_from(fitting).unwrap_or(most).clamp(least, most)
    }

    /// So many moments, evenly spread from the very beginning to the end of a span.
    pub fn moments(&self, span: Duration, count: u32) -> impl Iterator<Item = Duration> + use<> {
        let steps = count.saturating_sub(1).max(1);
        (0..count).map(move |step| span * step / steps)
    }

    /// Waits until this moment after `beginning`. The time is what the case is about: nothing announces such a moment.
    pub async fn until(&self, beginning: Instant, moment: Duration) {
        let left = || moment.saturating_sub(beginning.elapsed());
        if let Some(coarse) = left().checked_sub(TIMER_GRAIN) {
            tokio::time::sleep(coarse).await;
        }
        std::thread::sleep(left());
        self.recorder().note(format!(
            "it is {:?} after the beginning",
            beginning.elapsed()
        ));
    }
}
