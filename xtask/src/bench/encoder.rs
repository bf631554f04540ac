//! Speed of the encoder alone, compared with ONNX Runtime.

use std::fs;

use serde_json::Value;

use super::BenchTable;
use super::options::BenchOptions;
use super::results::{TableResults, format_figure, number_at};
use crate::TaskResult;
use crate::process::run_command;

pub(crate) const TABLE: BenchTable = BenchTable {
    name: "encoder",
    title: "The encoder, beside ONNX Runtime",
    about: "The transformer of `accurate` alone, in 8 bits, on one core, compared with ONNX Runtime with the same weights \
(dynamic int8) at its fastest batch size: [encoder_beside_onnx.py](../benches/encoder_beside_onnx.py). \
ONNX Runtime and PyTorch use the 32-bit values of the shipped file's 8-bit weights. Distances are \
differences of probabilities from those of PyTorch in 32 bits.",
    measure,
};

fn measure(setting: &BenchOptions) -> TaskResult<TableResults> {
    let python = setting.python_environment("encoder", "requirements-encoder.txt")?;
    let text = setting.shared_data_path(if setting.trial {
        "ner/conll2003/dev.tsv"
    } else {
        "ner/conll2003/test.tsv"
    })?;
    run_command(setting.cargo_command().args([
        "build",
        "--release",
        "--package",
        "chancery-ner",
        "--example",
        "encoder",
    ]))?;
    let path = setting.scratch_path("encoder.json")?;
    let rounds = (2 * setting.rounds + 1).to_string();
    run_command(
        setting
            .script_command(&python, "encoder_beside_onnx.py")
            .arg("--binary")
            .arg(setting.release_path("examples/encoder"))
            .arg("--text")
            .arg(text)
            .args(["--rounds", &rounds, "--json"])
            .arg(&path),
    )?;
    let measured: Value = serde_json::from_slice(&fs::read(path)?)?;

    let columns = [
        "input, sorted by length",
        "pieces per second",
        "ONNX Runtime's",
        "ratio",
        "distance",
        "ONNX Runtime's",
    ];
    let mut results = TableResults::new(setting, TABLE.name, &columns)?;
    results.place.add_packages(&python, &["onnxruntime", "torch"])?;
    for (kind, shown) in [("sentences", "a sentence each"), ("windows", "160 pieces each")] {
        let at = |what: &str| number_at(&measured, &format!("/{kind}/{what}"));
        let (ours, theirs) =
            (at("pieces_per_second/chancery")?, at("pieces_per_second/onnxruntime")?);
        let ratio = results.record_ratio(format!("encoder ÷ ONNX Runtime, {shown}"), ours / theirs);
        let apart = [at("mean_error/chancery")?, at("mean_error/onnxruntime")?];
        let [near, far] = apart.map(|error| format!("{error:.1e}"));
        results.push_row([
            shown.to_owned(),
            format_figure(ours),
            format_figure(theirs),
            ratio,
            near,
            far,
        ]);
    }
    Ok(results)
}
