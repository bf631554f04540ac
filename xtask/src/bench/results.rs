//! The figures of a table, stored in `benches/results`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::options::BenchOptions;
use super::provenance::Provenance;
use crate::TaskResult;

/// The measurements of a table from one run.
#[derive(Serialize, Deserialize)]
pub(crate) struct TableResults {
    /// The command that measures the table.
    pub(crate) command: String,
    pub(crate) place: Provenance,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
    /// Ratios that a second run must reproduce within 5 %.
    pub(crate) ratios: BTreeMap<String, f64>,
}

impl TableResults {
    pub(crate) fn new(setting: &BenchOptions, table: &str, columns: &[&str]) -> TaskResult<Self> {
        Ok(Self {
            command: setting.command_line(table),
            place: Provenance::detect_current(setting)?,
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
            rows: Vec::new(),
            ratios: BTreeMap::new(),
        })
    }

    pub(crate) fn push_row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    /// Records a ratio, and returns it as a cell.
    pub(crate) fn record_ratio(&mut self, of: impl Into<String>, value: f64) -> String {
        self.ratios.insert(of.into(), (value * 1e4).round() / 1e4);
        format_figure(value)
    }

    /// Reads the results of a table; `None` if it was not measured.
    pub(crate) fn read_table(folder: &Path, table: &str) -> TaskResult<Option<Self>> {
        let path = folder.join(table).with_extension("json");
        match path.exists() {
            true => Ok(Some(serde_json::from_slice(&fs::read(path)?)?)),
            false => Ok(None),
        }
    }

    pub(crate) fn write_table(&self, folder: &Path, table: &str) -> TaskResult<()> {
        fs::create_dir_all(folder)?;
        let text = serde_json::to_string_pretty(self)? + "\n";
        Ok(fs::write(folder.join(table).with_extension("json"), text)?)
    }
}

/// Formats a number with three significant digits; large numbers keep all.
pub(crate) fn format_figure(value: f64) -> String {
    match value.abs() {
        100.0.. => group_digits(value.round()),
        10.0.. => format!("{value:.1}"),
        0.1.. => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// Formats `1234567` as `1,234,567`.
pub(crate) fn group_digits(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Reads a required number from the JSON output of a script or the program.
pub(crate) fn number_at(value: &Value, at: &str) -> TaskResult<f64> {
    value
        .pointer(at)
        .and_then(Value::as_f64)
        .ok_or_else(|| format!("no number at {at} in {value}").into())
}

/// The median of the rounds at a path of the measurements.
pub(crate) fn median_at(value: &Value, at: &str) -> TaskResult<f64> {
    let rounds =
        value.pointer(at).and_then(Value::as_array).ok_or_else(|| format!("no rounds at {at}"))?;
    let mut rounds: Vec<f64> = rounds.iter().filter_map(Value::as_f64).collect();
    rounds.sort_by(f64::total_cmp);
    rounds.get(rounds.len() / 2).copied().ok_or_else(|| format!("no rounds at {at}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_the_digits_that_count() {
        for (value, shown) in [
            (1_234_567.0, "1,234,567"),
            (999.6, "1,000"),
            (123.4, "123"),
            (76.34, "76.3"),
            (1.314, "1.31"),
            (0.0123, "0.012"),
        ] {
            assert_eq!(format_figure(value), shown);
        }
    }

    #[test]
    fn the_median_is_of_sorted_rounds() {
        let value = serde_json::json!({ "cpu": [3.0, 1.0, 2.0] });
        assert_eq!(median_at(&value, "/cpu").expect("rounds"), 2.0);
        assert!(median_at(&value, "/seconds").is_err());
    }
}
