//! The task that drains one output pipe, and what can be asked of it.

use super::capture::{Captured, Sink};
use super::platform::{Reading, take_in};
use tokio::sync::{mpsc, oneshot};

/// One output stream of a process.
#[derive(Debug)]
pub(crate) struct Output {
    sink: Sink,
    drain: Drain,
}

/// Says something to the draining task.
#[derive(Clone, Debug)]
pub(crate) struct Drain(mpsc::Sender<(Ask, oneshot::Sender<()>)>);

#[derive(Clone, Copy, Debug)]
enum Ask {
    Settle,
    Close,
}

impl Output {
    pub(super) fn start(pipe: Reading, sink: Sink) -> Self {
        let (sender, asks) = mpsc::channel(4);
        tokio::spawn(run(pipe, asks, sink.clone()));
        Self {
            sink,
            drain: Drain(sender),
        }
    }

    pub(crate) fn captured(&self) -> Captured {
        self.sink.captured()
    }

    pub(crate) fn drain(&self) -> Drain {
        self.drain.clone()
    }
}

impl Drain {
    /// Takes in all that was written up to now. A grandchild that keeps the pipe open changes nothing.
    pub(crate) async fn settle(&self) {
        self.ask(Ask::Settle).await;
    }

    /// Closes the reading end.
    pub(crate) async fn close(&self) {
        self.ask(Ask::Close).await;
    }

    async fn ask(&self, ask: Ask) {
        let (done, answer) = oneshot::channel();
        // A task that has ended saw end of file: there is nothing more to take in or to close.
        if self.0.send((ask, done)).await.is_ok() {
            let _ = answer.await;
        }
    }
}

async fn run(pipe: Reading, mut asks: mpsc::Receiver<(Ask, oneshot::Sender<()>)>, sink: Sink) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        tokio::select! {
            ready = pipe.readable() => match ready.and_then(|()| pipe.try_read(&mut buffer)) {
                Ok(0) => break,
                Ok(length) => sink.push(&buffer[..length]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => break,
            },
            ask = asks.recv() => match ask {
                Some((Ask::Settle, done)) => {
                    take_in(&pipe, &mut buffer, &sink).await;
                    sink.finish();
                    let _ = done.send(());
                }
                Some((Ask::Close, done)) => {
                    drop(pipe);
                    let _ = done.send(());
                    return;
                }
                None => return,
            },
        }
    }
    sink.finish();
}
