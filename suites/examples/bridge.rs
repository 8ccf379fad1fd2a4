//! What a request costs on its way through a client, beside the same request made directly.
//!
//! `bridge ROUNDS` prints a line for each round: the microseconds of `GET /echo` on a kept connection to the stand-in, and those of the same
//! through driver, reference client and back. Both take turns, so that what else the machine does meets both.

use harness::dial::Connection;
use harness::endpoint::Endpoint;
use harness::events::Recorder;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use suites::context::{Context, Fetch};
use suites::targets;
use suites::verdict::Stop;

const WITHIN: Duration = Duration::from_secs(5);
/// Rounds that are not counted: pools fill and pages are touched.
const WARM_UP: u32 = 20;

fn main() -> ExitCode {
    let rounds = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let Some(rounds) = rounds else {
        eprintln!("usage: bridge ROUNDS");
        return ExitCode::from(2);
    };
    match run(rounds) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bridge: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(rounds: u32) -> Result<(), String> {
    let target = targets::load_all(&[targets::reference_client()]);
    let target = target.map_err(|error| error.to_string())?;
    let target = target.first().ok_or("there is no reference client")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let recorder = Recorder::off();
        let context = Context::new(target, None, &recorder, false).map_err(words)?;
        let measured = measure(&context, rounds).await;
        for process in context.started() {
            process.end().await.map_err(|error| error.to_string())?;
        }
        measured
    })
}

async fn measure(context: &Context, rounds: u32) -> Result<(), String> {
    let (client, backend) = context.running_client().await.map_err(words)?;
    let address = backend.address().ok_or("the backend was told no address")?;
    let endpoint = Endpoint::Unix(PathBuf::from(address));
    let mut direct = Connection::open(&endpoint, WITHIN, context.recorder())
        .await
        .map_err(|error| error.to_string())?;
    for round in 0..rounds + WARM_UP {
        let started = Instant::now();
        let answer = direct.get("/echo").await;
        answer.map_err(|error| error.to_string())?;
        let plain = started.elapsed();

        let started = Instant::now();
        let answer = client.carries("it is carried", &Fetch::get("/echo")).await;
        answer.map_err(words)?;
        let bridged = started.elapsed();

        if round >= WARM_UP {
            println!("{} {}", plain.as_micros(), bridged.as_micros());
        }
    }
    Ok(())
}

fn words(stop: Stop) -> String {
    match stop {
        Stop::Fail(finding) => format!(
            "{}: expected {}, seen {}",
            finding.step, finding.expected, finding.seen
        ),
        Stop::CouldNotRun(why) | Stop::Harness(why) => why,
    }
}
