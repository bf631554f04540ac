//! Speed-up of a second job.

use serde_json::json;

use super::BenchTable;
use super::ingest::make_text_folder;
use super::options::BenchOptions;
use super::results::{TableResults, format_figure, median_at, number_at};
use crate::TaskResult;

pub(crate) const TABLE: BenchTable = BenchTable {
    name: "threads",
    title: "One job and two",
    about: "Documents of the FRUS volumes, one text file each. Seconds are wall-clock time including start-up, so \
nothing else may run at the same time. `add` has one writer, so its second job speeds up only parsing and annotation.",
    measure,
};

fn measure(setting: &BenchOptions) -> TaskResult<TableResults> {
    let columns = [
        "",
        "documents",
        "1 job, s",
        "2 jobs, s",
        "times as fast",
        "memory, 1 job, MB",
        "2 jobs, MB",
    ];
    let mut results = TableResults::new(setting, TABLE.name, &columns)?;
    let archive = setting.scratch_path("threads-archive")?.display().to_string();
    let annotate =
        |engine| ["annotate", "--format", "jsonl", "--output", "/dev/null", "--engine", engine];
    for (name, words, documents) in [
        ("annotate, `fast`", annotate("fast").to_vec(), 2274),
        ("annotate, `accurate`", annotate("accurate").to_vec(), 300),
        ("add, `fast`", vec!["add", "--engine", "fast", archive.as_str()], 2274),
    ] {
        let documents = if setting.trial { 50 } else { documents };
        let files = make_text_folder(setting, documents)?;
        let run = |jobs: &str| {
            let mut command = vec![setting.program_path().display().to_string()];
            command.extend(words.iter().map(|&word| word.to_owned()));
            command.extend([
                files.display().to_string(),
                "--quiet".into(),
                "--jobs".into(),
                jobs.into(),
            ]);
            command
        };
        let measured = setting.measure_commands(
            &[("one", run("1")), ("two", run("2"))],
            &json!({ "fresh": [archive] }),
        )?;
        let (one, two) =
            (median_at(&measured, "/one/seconds")?, median_at(&measured, "/two/seconds")?);
        let ratio = results.record_ratio(name, one / two);
        let memory =
            |jobs: &str| number_at(&measured, &format!("/{jobs}/peak_mb")).map(format_figure);
        let (alone, both) = (memory("one")?, memory("two")?);
        results.push_row([
            name.into(),
            documents.to_string(),
            format_figure(one),
            format_figure(two),
            ratio,
            alone,
            both,
        ]);
    }
    Ok(results)
}
