//! Every defect against the cases that name it: the proof that each case can fail.

fn main() {
    let arguments = libtest_mimic::Arguments::from_args();
    match suites::trials::proofs() {
        Ok(trials) => suites::trials::try_and_exit(arguments, trials),
        Err(message) => {
            eprintln!("{message}");
            std::process::exit(2);
        }
    }
}
