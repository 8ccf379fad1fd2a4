//! Every case on every target: what `cargo xtask e2e` runs.

fn main() {
    let arguments = libtest_mimic::Arguments::from_args();
    match suites::trials::conformance() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit(),
        Err(message) => {
            eprintln!("{message}");
            std::process::exit(2);
        }
    }
}
