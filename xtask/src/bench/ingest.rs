//! Cost of adding files to an archive.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::BenchTable;
use super::options::BenchOptions;
use super::results::{TableResults, format_figure, median_at, number_at};
use crate::TaskResult;
use crate::process::run_command;

pub(crate) const TABLE: BenchTable = BenchTable {
    name: "ingest",
    title: "Into an archive",
    about: "Documents of the nine FRUS volumes, one text file each, one job. `add` parses, annotates (`fast`), links entities, \
finds near-duplicates, writes tables and index, and can be interrupted at any time; `annotate` only parses, annotates and links. \
The plain pipeline is only spaCy for the names and tantivy-py for the index \
([plain_python.py](../benches/plain_python.py)); without names it is tantivy-py alone. Times are processor time, including start-up.",
    measure,
};

fn measure(setting: &BenchOptions) -> TaskResult<TableResults> {
    let python = setting.spacy_environment()?;
    let documents = if setting.trial { 50 } else { 700 };
    let few = make_text_folder(setting, documents)?;
    let (archive, index) = (setting.scratch_path("archive")?, setting.scratch_path("index")?);
    let chancery = setting.program_path().display().to_string();
    let script = setting.root.join("benches/plain_python.py").display().to_string();
    let [archive, index, few] = [&archive, &index, &few].map(|path| path.display().to_string());
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let python_words = python.display().to_string();
    let add = [&chancery, "add", "--engine", "fast", &archive, &few, "--jobs", "1", "--quiet"];
    let add = ("add", words(&add));
    let output = ["--format", "jsonl", "--output", "/dev/null"];
    let annotate = [&[&chancery, "annotate", "--engine", "fast"], &output[..]].concat();
    let annotate = words(&[&annotate[..], &["--jobs", "1", "--quiet", &few]].concat());
    let python_add = words(&[&python_words, &script, "add", &few, &index]);
    let index_only = words(&[&python_words, &script, "add", "--without-names", &few, &index]);
    let fresh = json!([archive, index]);
    // A round of spaCy takes a minute, so only the quick commands get more rounds.
    let quick = setting.measure_commands(
        &[add.clone(), ("annotate", annotate), ("index", index_only)],
        &json!({ "fresh": fresh, "rounds": 5 * setting.rounds }),
    )?;
    let slow =
        setting.measure_commands(&[add, ("python", python_add)], &json!({ "fresh": fresh }))?;

    let columns = ["", "documents", "seconds", "of `add`", "memory, MB"];
    let mut results = TableResults::new(setting, TABLE.name, &columns)?;
    results.place.add_packages(&python, &["spacy", "tantivy"])?;
    for (name, shown, measured) in [
        ("add", "`chancery add`", &quick),
        ("annotate", "`chancery annotate`", &quick),
        ("python", "spaCy and tantivy-py", &slow),
        ("index", "tantivy-py, no names", &quick),
    ] {
        let add = median_at(measured, "/add/cpu")?;
        let seconds = median_at(measured, &format!("/{name}/cpu"))?;
        let memory = number_at(measured, &format!("/{name}/peak_mb"))?;
        let ratio = match name {
            "add" => format_figure(1.0),
            _ => results.record_ratio(format!("{name} ÷ add"), seconds / add),
        };
        results.push_row([
            shown.to_owned(),
            documents.to_string(),
            format_figure(seconds),
            ratio,
            format_figure(memory),
        ]);
    }
    Ok(results)
}

/// Makes a folder with the first `most` documents of the volumes, one text file
/// each.
pub(crate) fn make_text_folder(setting: &BenchOptions, most: usize) -> TaskResult<PathBuf> {
    setting.shared_data_path("frus-volumes")?;
    let all = setting.scratch_path("texts")?;
    run_command(
        setting
            .script_command(Path::new("python3"), "telegrams.py")
            .arg(setting.program_path())
            .arg(&all),
    )?;
    let mut files: Vec<PathBuf> =
        fs::read_dir(&all)?.map(|entry| Ok(entry?.path())).collect::<TaskResult<_>>()?;
    files.sort();
    let few = setting.scratch_path(&format!("texts-{most}"))?;
    if !few.exists() {
        fs::create_dir(&few)?;
        for file in files.iter().take(most) {
            fs::copy(file, few.join(file.file_name().unwrap_or_default()))?;
        }
    }
    Ok(few)
}
