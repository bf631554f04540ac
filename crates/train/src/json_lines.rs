//! Reads files of JSON lines.

use std::path::Path;

use anyhow::Context;
use chancery_engine::inputs::read_utf8_file;
use serde_json::Value;

/// Reads the objects of a file of JSON lines; skips blank lines.
///
/// # Errors
/// If it cannot be read, or a line is not JSON.
pub(crate) fn read_json_lines(path: &Path) -> anyhow::Result<Vec<Value>> {
    let text = read_utf8_file(path)?;
    let parse = |(number, line): (usize, &str)| {
        serde_json::from_str(line)
            .with_context(|| format!("{}, line {}", path.display(), number + 1))
    };
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(parse).collect()
}
