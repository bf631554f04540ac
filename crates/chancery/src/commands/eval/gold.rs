//! Gold standards: texts whose names are known.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use chancery_model::{Mention, TextSpan, Words};
use chancery_ner::Tagger;

use crate::formats;
use crate::inputs::{Input, walk};
use crate::pipeline;

/// Name endings of files that hold BIO columns.
const COLUMNS: [&str; 4] = ["tsv", "conll", "bio", "iob"];

/// What is done to a gold standard's text before it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// Nothing.
    None,
    /// Every letter is made a capital.
    Capitals,
}

/// A text whose names are known. Spans count bytes of `text`.
pub(super) struct Case {
    /// Where it comes from, for people.
    pub(super) name: String,
    /// The text: of columns, their tokens parted by blanks; of a stand-off
    /// pair, the file itself.
    pub(super) text: String,
    /// The names, in order and without overlap.
    pub(super) names: Vec<Mention>,
    /// Where a careful person could go either way.
    pub(super) optional: Vec<TextSpan>,
    /// The gold standard's own tokens, where it has any.
    words: Option<Words>,
}

impl Case {
    /// The names that the engine finds: among the gold standard's own tokens,
    /// or else on the way from the raw bytes of the text.
    pub(super) fn find(&self, tagger: &Tagger) -> anyhow::Result<Vec<Mention>> {
        if let Some(words) = &self.words {
            return Ok(tagger.mentions(&self.text, words));
        }
        let (documents, _) = pipeline::annotate(self.text.as_bytes(), tagger)
            .map_err(|problem| anyhow::anyhow!("{}: {}", self.name, problem.what))?;
        let mut found: Vec<Mention> = documents
            .flat_map(|document| {
                let text = document.document.text;
                document.mentions.into_iter().map(move |name| {
                    // The file is the gold text, so its bytes are the text's.
                    let raw = text.to_raw(name.span);
                    Mention { span: TextSpan::new(raw.start, raw.end), ..name }
                })
            })
            .collect();
        found.sort_by_key(|name| name.span.start);
        Ok(found)
    }
}

/// The cases in files and folders, in order.
pub(super) fn load(paths: &[PathBuf], edit: Edit) -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for path in paths {
        let before = cases.len();
        for file in files(path)? {
            cases.extend(read(&file, edit)?);
        }
        ensure!(
            cases.len() > before,
            "{}: holds no gold standard (BIO columns in .{}, or .txt with .json)",
            path.display(),
            COLUMNS.join(", .")
        );
    }
    Ok(cases)
}

/// The names that `path` gives for the same texts as `cases`.
pub(super) fn predictions(path: &Path, cases: &[Case]) -> anyhow::Result<Vec<Vec<Mention>>> {
    let given = load(&[path.to_owned()], Edit::None)?;
    ensure!(
        given.len() == cases.len(),
        "{}: holds {} documents, the gold standard {}",
        path.display(),
        given.len(),
        cases.len()
    );
    for (given, case) in given.iter().zip(cases) {
        if given.text != case.text {
            let same = given.text.bytes().zip(case.text.bytes()).take_while(|(a, b)| a == b);
            bail!(
                "{}: is not the text of {}: they part at byte {} of the text",
                given.name,
                case.name,
                same.count()
            );
        }
    }
    Ok(given.into_iter().map(|case| case.names).collect())
}

/// The files behind a path: itself, or those of a folder. Of a stand-off
/// pair, the JSON.
fn files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        let is_text = ending(path) == "txt";
        return Ok(vec![if is_text { path.with_extension("json") } else { path.to_owned() }]);
    }
    let mut files = Vec::new();
    for found in walk(path) {
        match found {
            Ok(Input::File(file)) if is_gold(&file) => files.push(file),
            Ok(_) => {}
            Err(failure) => bail!("{failure}"),
        }
    }
    Ok(files)
}

fn is_gold(file: &Path) -> bool {
    let pair = || ending(file) == "json" && file.with_extension("txt").exists();
    COLUMNS.contains(&ending(file)) || pair()
}

fn ending(path: &Path) -> &str {
    path.extension().and_then(|ending| ending.to_str()).unwrap_or("")
}

fn read(path: &Path, edit: Edit) -> anyhow::Result<Vec<Case>> {
    if ending(path) == "json" { Ok(vec![stand_off(path, edit)?]) } else { columns(path, edit) }
}

/// A file of BIO columns: one case for each document.
fn columns(path: &Path, edit: Edit) -> anyhow::Result<Vec<Case>> {
    let mut raw = text(path)?;
    if edit == Edit::Capitals {
        raw = raw.split_inclusive('\n').map(capital_token).collect();
    }
    let documents = formats::columns(raw.as_bytes()).with_context(|| path.display().to_string())?;
    let cases = documents.into_iter().enumerate().map(|(number, annotated)| Case {
        name: format!("{}, document {}", path.display(), number + 1),
        text: annotated.document.text.as_str().to_owned(),
        names: annotated.mentions,
        optional: Vec::new(),
        words: Some(annotated.words),
    });
    Ok(cases.collect())
}

/// A stand-off pair.
fn stand_off(path: &Path, edit: Edit) -> anyhow::Result<Case> {
    let mut text = text(&path.with_extension("txt"))?;
    let json = fs::read(path).with_context(|| path.display().to_string())?;
    if edit == Edit::Capitals {
        text = capitals(&text);
    }
    let (names, optional) =
        formats::stand_off(&text, &json).with_context(|| path.display().to_string())?;
    Ok(Case { name: path.display().to_string(), text, names, optional, words: None })
}

fn text(path: &Path) -> anyhow::Result<String> {
    let raw = fs::read(path).with_context(|| path.display().to_string())?;
    String::from_utf8(raw).with_context(|| format!("{}: must be UTF-8", path.display()))
}

/// A line of columns with its first column in capitals.
fn capital_token(line: &str) -> String {
    let end = line.find(['\t', ' ']).unwrap_or(line.len());
    capitals(&line[..end]) + &line[end..]
}

/// `text` in capitals, character for character, so that offsets in code
/// points hold: "ß", whose capital is two letters, stays.
fn capitals(text: &str) -> String {
    let capital = |char: char| {
        let mut capital = char.to_uppercase();
        match (capital.next(), capital.next()) {
            (Some(one), None) => one,
            _ => char,
        }
    };
    text.chars().map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_keep_the_number_of_characters() {
        for (text, expected) in [("Malé, ß", "MALÉ, ß"), ("", ""), ("O'Neil", "O'NEIL")] {
            assert_eq!(capitals(text), expected);
        }
        assert_eq!(capital_token("Malé\tB-LOC\n"), "MALÉ\tB-LOC\n");
        assert_eq!(capital_token("\n"), "\n");
    }
}
