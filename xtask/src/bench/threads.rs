//! Speed-up of a second job.

use serde_json::json;

use super::ingest::texts;
use super::results::{Results, figure, median, number};
use super::setting::Setting;
use super::{Outcome, Table};

pub(crate) const TABLE: Table = Table {
    name: "threads",
    title: "One job and two",
    about: "Documents of the FRUS volumes, one text file each. Seconds are wall-clock time including start-up, so \
nothing else may run at the same time. `add` has one writer, so its second job speeds up only parsing and annotation.",
    measure,
};

fn measure(setting: &Setting) -> Outcome<Results> {
    let columns = [
        "",
        "documents",
        "1 job, s",
        "2 jobs, s",
        "times as fast",
        "memory, 1 job, MB",
        "2 jobs, MB",
    ];
    let mut results = Results::of(setting, TABLE.name, &columns)?;
    let archive = setting.scratch("threads-archive")?.display().to_string();
    let annotate =
        |engine| ["annotate", "--format", "jsonl", "--output", "/dev/null", "--engine", engine];
    for (name, words, documents) in [
        ("annotate, `fast`", annotate("fast").to_vec(), 2274),
        ("annotate, `accurate`", annotate("accurate").to_vec(), 300),
        ("add", vec!["add", archive.as_str()], 2274),
    ] {
        let documents = if setting.trial { 50 } else { documents };
        let files = texts(setting, documents)?;
        let run = |jobs: &str| {
            let mut command = vec![setting.chancery().display().to_string()];
            command.extend(words.iter().map(|&word| word.to_owned()));
            command.extend([
                files.display().to_string(),
                "--quiet".into(),
                "--jobs".into(),
                jobs.into(),
            ]);
            command
        };
        let told = setting
            .measured(&[("one", run("1")), ("two", run("2"))], &json!({ "fresh": [archive] }))?;
        let (one, two) = (median(&told, "/one/seconds")?, median(&told, "/two/seconds")?);
        let ratio = results.ratio(name, one / two);
        let memory = |jobs: &str| number(&told, &format!("/{jobs}/peak_mb")).map(figure);
        let (alone, both) = (memory("one")?, memory("two")?);
        results.row([
            name.into(),
            documents.to_string(),
            figure(one),
            figure(two),
            ratio,
            alone,
            both,
        ]);
    }
    Ok(results)
}
