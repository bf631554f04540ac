//! `cargo xtask`: tasks for the developers of Chancery that cargo does not do.
//!
//! It does not depend on the program's crates, nor they on it. It measures the
//! program as users have it.

mod bench;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask bench [TABLE…] [OPTIONS]    measure tables and write docs/BENCHMARKS.md
       cargo xtask bench --page                write the page from existing results
       cargo xtask bench --check FOLDER        compare the ratios with a second run, within 5 %

options:
  --to FOLDER         write results and page to FOLDER instead of benches/results
  --rounds N          number of alternating rounds [default: 3]
  --documents N,…     numbers of telegrams of the table `scale` [default: 2000,20000]
  --no-build          use the existing target/release/chancery
  --trial             test all tables in a few minutes: development data, few
                      documents, one round; results go to target/bench/trial
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let result = match words.split_first() {
        Some((command, rest)) if command == "bench" => bench::main(rest),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
