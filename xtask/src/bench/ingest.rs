//! Cost of adding files to an archive.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::results::{Results, figure, median, number};
use super::setting::{Setting, run};
use super::{Outcome, Table};

pub(crate) const TABLE: Table = Table {
    name: "ingest",
    title: "Into an archive",
    about: "Documents of the nine FRUS volumes, one text file each, one job. `add` parses, annotates (`fast`), links entities, \
finds near-duplicates, writes tables and index, and can be interrupted at any time; `annotate` only parses, annotates and links. \
The plain pipeline is only spaCy for the names and tantivy-py for the index \
([plain_python.py](../benches/plain_python.py)); without names it is tantivy-py alone. Times are processor time, including start-up.",
    measure,
};

fn measure(setting: &Setting) -> Outcome<Results> {
    let python = setting.spacy()?;
    let documents = if setting.trial { 50 } else { 700 };
    let few = texts(setting, documents)?;
    let (archive, index) = (setting.scratch("archive")?, setting.scratch("index")?);
    let chancery = setting.chancery().display().to_string();
    let script = setting.root.join("benches/plain_python.py").display().to_string();
    let [archive, index, few] = [&archive, &index, &few].map(|path| path.display().to_string());
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let python_words = python.display().to_string();
    let add = ("add", words(&[&chancery, "add", &archive, &few, "--jobs", "1", "--quiet"]));
    let output = ["--format", "jsonl", "--output", "/dev/null"];
    let annotate = [&[&chancery, "annotate", "--engine", "fast"], &output[..]].concat();
    let annotate = words(&[&annotate[..], &["--jobs", "1", "--quiet", &few]].concat());
    let python_add = words(&[&python_words, &script, "add", &few, &index]);
    let index_only = words(&[&python_words, &script, "add", "--without-names", &few, &index]);
    let fresh = json!([archive, index]);
    // A round of spaCy takes a minute, so only the quick commands get more rounds.
    let quick = setting.measured(
        &[add.clone(), ("annotate", annotate), ("index", index_only)],
        &json!({ "fresh": fresh, "rounds": 5 * setting.rounds }),
    )?;
    let slow = setting.measured(&[add, ("python", python_add)], &json!({ "fresh": fresh }))?;

    let columns = ["", "documents", "seconds", "of `add`", "memory, MB"];
    let mut results = Results::of(setting, TABLE.name, &columns)?;
    results.place.add_packages(&python, &["spacy", "tantivy"])?;
    for (name, shown, told) in [
        ("add", "`chancery add`", &quick),
        ("annotate", "`chancery annotate`", &quick),
        ("python", "spaCy and tantivy-py", &slow),
        ("index", "tantivy-py, no names", &quick),
    ] {
        let add = median(told, "/add/cpu")?;
        let seconds = median(told, &format!("/{name}/cpu"))?;
        let memory = number(told, &format!("/{name}/peak_mb"))?;
        let ratio = match name {
            "add" => figure(1.0),
            _ => results.ratio(format!("{name} ÷ add"), seconds / add),
        };
        results.row([
            shown.to_owned(),
            documents.to_string(),
            figure(seconds),
            ratio,
            figure(memory),
        ]);
    }
    Ok(results)
}

/// Makes a folder with the first `most` documents of the volumes, one text file
/// each.
pub(crate) fn texts(setting: &Setting, most: usize) -> Outcome<PathBuf> {
    setting.shared("frus-volumes")?;
    let all = setting.scratch("texts")?;
    run(setting.script(Path::new("python3"), "telegrams.py").arg(setting.chancery()).arg(&all))?;
    let mut files: Vec<PathBuf> =
        fs::read_dir(&all)?.map(|entry| Ok(entry?.path())).collect::<Outcome<_>>()?;
    files.sort();
    let few = setting.scratch(&format!("texts-{most}"))?;
    if !few.exists() {
        fs::create_dir(&few)?;
        for file in files.iter().take(most) {
            fs::copy(file, few.join(file.file_name().unwrap_or_default()))?;
        }
    }
    Ok(few)
}
