//! One life of a backend, over and over, and how long each took: the measured side of `cargo xtask bench`.
//!
//! `cycle SERVER ROUNDS`: fresh sandbox, spawn, ready, one request, SIGKILL, proven gone, sandbox removed. Prints microseconds.

use harness::dial::Connection;
use harness::endpoint::Endpoint;
use harness::events::Recorder;
use harness::process::Launch;
use harness::readiness::{self, Health};
use harness::sandbox::Sandbox;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(20);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let server = PathBuf::from(arguments.next().ok_or("usage: cycle SERVER ROUNDS")?);
    let rounds: u32 = arguments
        .next()
        .and_then(|text| text.to_str()?.parse().ok())
        .ok_or("usage: cycle SERVER ROUNDS")?;
    for _ in 0..rounds {
        let started = Instant::now();
        cycle(&server).await?;
        println!("{}", started.elapsed().as_micros());
    }
    Ok(())
}

async fn cycle(server: &Path) -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::new()?;
    let socket = sandbox.runtime().join("app.sock");
    let launch = Launch::new(server)
        .arg("serve")
        .arg(format!("--socket={}", socket.display()));
    let process = launch
        .envs(sandbox.env())
        .directory(sandbox.work())
        .start()?;
    let health = Health {
        path: "/health".into(),
        status: 204,
        identity_header: Some("X-Sidecar-Nonce".into()),
        its_own: true,
    };
    let endpoint = Endpoint::Unix(socket.clone());
    let locate = || socket.exists().then(|| endpoint.clone());
    readiness::wait(&process, locate, &health, LONG, &Recorder::off()).await?;
    let answer = Connection::open(&endpoint, LONG, &Recorder::off())
        .await?
        .get("/version")
        .await?;
    if answer.status != 200 {
        return Err(format!("status {}", answer.status).into());
    }
    process.kill().await?;
    let ended = process.end().await?;
    if !ended.survivors.is_empty() {
        return Err(format!("left behind: {:?}", ended.survivors).into());
    }
    Ok(())
}
