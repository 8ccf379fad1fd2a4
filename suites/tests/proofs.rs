//! Every defect against the cases that name it: the proof that each case can fail.

fn main() {
    let arguments = libtest_mimic::Arguments::from_args();
    match suites::trials::proofs() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit(),
        Err(message) => {
            eprintln!("{message}");
            std::process::exit(2);
        }
    }
}
