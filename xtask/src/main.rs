//! `cargo xtask`: what the developers of Chancery run besides cargo itself.
//! No crate of the program depends on it, and it on none of them: it measures
//! the program as its users have it.

mod bench;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask bench [TABLE…] [OPTIONS]    measure tables, and make docs/BENCHMARKS.md
       cargo xtask bench --page                make the page from the results that are there
       cargo xtask bench --check FOLDER        compare the ratios of a second run, within 5 %

options:
  --to FOLDER         put results (and the page) there and not into benches/results
  --rounds N          measure so many times, in turns [default: 3]
  --documents N,…     telegrams of the table `scale` [default: 2000,20000]
  --no-build          take target/release/chancery as it lies
  --trial             see in some minutes that everything works: development data,
                      few documents, one round; results go to target/bench/trial
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let told = match words.split_first() {
        Some((command, rest)) if command == "bench" => bench::main(rest),
        _ => Err(USAGE.into()),
    };
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
