//! Checks that a second run reproduces the ratios of the first.

use std::path::Path;

use super::TABLES;
use super::results::TableResults;
use crate::TaskResult;

/// Maximum relative difference of a ratio from that of the first run.
const TOLERANCE: f64 = 0.05;

/// Compares the tables that exist in both folders.
pub(crate) fn compare_results(first: &Path, second: &Path) -> TaskResult<()> {
    let (mut compared, mut off) = (0, 0);
    for table in TABLES {
        let Some(again) = TableResults::read_table(second, table.name)? else { continue };
        let Some(before) = TableResults::read_table(first, table.name)? else { continue };
        for (name, &ratio) in &before.ratios {
            let Some(&other) = again.ratios.get(name) else {
                return Err(format!("{}: the second run has no ratio {name}", table.name).into());
            };
            let apart = relative_difference(ratio, other);
            let mark = if apart > TOLERANCE { "  <- more than 5 %" } else { "" };
            println!(
                "{:10} {name:48} {ratio:10.3} {other:10.3} {:6.1} %{mark}",
                table.name,
                100.0 * apart
            );
            compared += 1;
            off += usize::from(apart > TOLERANCE);
        }
    }
    match (compared, off) {
        (0, _) => {
            Err(format!("{}: has no table in common with {}", second.display(), first.display())
                .into())
        }
        (_, 0) => Ok(()),
        _ => Err(format!("{off} of {compared} ratios differ by more than 5 %").into()),
    }
}

/// Difference of two ratios, relative to the first.
fn relative_difference(first: f64, second: f64) -> f64 {
    ((second - first) / first).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_percent_is_counted_from_the_first_run() {
        for (first, second, holds) in
            [(76.0, 73.0, true), (76.0, 72.0, false), (2.0, 2.09, true), (2.0, 2.2, false)]
        {
            assert_eq!(
                relative_difference(first, second) <= TOLERANCE,
                holds,
                "{first} and {second}"
            );
        }
    }
}
