//! Every case on every target: what `cargo xtask e2e` runs.

fn main() {
    let arguments = libtest_mimic::Arguments::from_args();
    match suites::trials::conformance() {
        Ok(trials) => suites::trials::try_and_exit(arguments, trials),
        Err(message) => {
            eprintln!("{message}");
            std::process::exit(2);
        }
    }
}
