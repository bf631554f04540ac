//! Gold standards: texts with known mentions.

use std::path::{Path, PathBuf};

use chancery_engine::inputs::{Input, read_utf8_file, walk_folder};
use chancery_engine::{InputError, Tagger, stages};
use chancery_formats::standoff::StandoffPair;
use chancery_formats::{Format, SourcedDocument, conll};
use chancery_model::{Mention, TextSpan, Words};

use crate::EvaluationError;
use crate::annotated_files::{format_of_path, is_side_file, read_annotated, read_standoff_pair};

/// A change of the texts of a gold standard before an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEdit {
    /// No change.
    None,
    /// Convert every letter to upper case.
    Capitals,
}

/// A text with known mentions. Spans are byte offsets in `text`.
pub struct GoldText {
    /// Its origin, for messages.
    pub name: String,
    /// The text. For columns, the tokens joined with blanks; for a stand-off
    /// pair, the file itself.
    pub text: String,
    /// The mentions, sorted and without overlap.
    pub mentions: Vec<Mention>,
    /// Spans on which careful annotators may disagree.
    pub optional: Vec<TextSpan>,
    /// The tokens of the gold standard, if it has any.
    pub words: Option<Words>,
}

impl GoldText {
    /// Finds mentions with the engine: in the tokens of the gold standard if it has
    /// any, otherwise in the raw bytes of the text.
    pub fn find_mentions(&self, tagger: &mut Tagger<'_>) -> Result<Vec<Mention>, EvaluationError> {
        if let Some(words) = &self.words {
            return Ok(tagger.find_mentions(&self.text, words));
        }
        let file = stages::parse_text_file(self.text.as_bytes(), &self.name)
            .map_err(|problem| InputError::from_problem(self.name.clone(), problem))?;
        let mut found: Vec<Mention> = stages::annotate_file(file, tagger)
            .flat_map(|document| {
                let text = document.document.text;
                document.mentions.into_iter().map(move |mention| {
                    // The file is the gold text, so raw offsets are text offsets.
                    let raw = text.to_raw_span(mention.span);
                    Mention { span: TextSpan::new(raw.start, raw.end), ..mention }
                })
            })
            .collect();
        found.sort_by_key(|mention| mention.span.start);
        Ok(found)
    }
}

/// The gold standards of an evaluation.
#[derive(Default)]
pub struct GoldStandard {
    /// The texts, in the order of the files.
    pub texts: Vec<GoldText>,
    /// What was ignored in the files, one message per file.
    pub warnings: Vec<String>,
}

/// Reads the gold standards in files and folders.
///
/// # Errors
/// If a file cannot be read, or a path contains no gold standard.
pub fn load_gold_standard(
    paths: &[PathBuf],
    edit: TextEdit,
) -> Result<GoldStandard, EvaluationError> {
    let mut gold = GoldStandard::default();
    for path in paths {
        let before = gold.texts.len();
        for file in gold_files(path)? {
            read_gold_file(&file, edit, &mut gold)?;
        }
        if gold.texts.len() == before {
            return Err(EvaluationError::NoGold(path.clone()));
        }
    }
    Ok(gold)
}

/// Predictions that were read.
pub struct Predictions {
    /// The mentions of each text.
    pub mentions: Vec<Vec<Mention>>,
    /// What was left out of the files, one message per file.
    pub warnings: Vec<String>,
}

/// Reads predictions for the texts of `cases` from the file `path`.
///
/// # Errors
/// If the file cannot be read or its texts differ.
pub fn load_predictions(path: &Path, cases: &[GoldText]) -> Result<Predictions, EvaluationError> {
    let GoldStandard { texts: predicted, warnings } =
        load_gold_standard(&[path.to_owned()], TextEdit::None)?;
    if predicted.len() != cases.len() {
        return Err(EvaluationError::OtherNumber {
            file: path.to_owned(),
            documents: predicted.len(),
            gold: cases.len(),
        });
    }
    for (predicted, case) in predicted.iter().zip(cases) {
        if predicted.text != case.text {
            let same = predicted.text.bytes().zip(case.text.bytes()).take_while(|(a, b)| a == b);
            return Err(EvaluationError::OtherText {
                predicted: predicted.name.clone(),
                gold: case.name.clone(),
                at: same.count(),
            });
        }
    }
    let mentions = predicted.into_iter().map(|case| case.mentions).collect();
    Ok(Predictions { mentions, warnings })
}

/// The gold files under a path: the file itself, or the files of a folder. Of a
/// pair, only the half that is not the text.
fn gold_files(path: &Path) -> Result<Vec<PathBuf>, EvaluationError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for found in walk_folder(path) {
        match found? {
            Input::File(file) if !is_side_file(&file) => {
                let is_text = file.extension().is_some_and(|ending| ending == "txt");
                let brackets = format_of_path(&file) == Some(Format::Brackets);
                if format_of_path(&file).is_some() && (!is_text || brackets) {
                    files.push(file);
                }
            }
            _ => {}
        }
    }
    Ok(files)
}

fn read_gold_file(
    path: &Path,
    edit: TextEdit,
    gold: &mut GoldStandard,
) -> Result<(), EvaluationError> {
    let Some(format) = format_of_path(path) else {
        Input::File(path.to_owned()).read_bytes()?;
        return Err(EvaluationError::UnknownFormat(path.to_owned()));
    };
    match format {
        Format::Conll => read_bio_columns(path, edit, gold),
        Format::Standoff => {
            gold.texts.push(read_standoff(path, edit)?);
            Ok(())
        }
        format => {
            gold.texts.extend(read_other_format(path, format, edit)?);
            Ok(())
        }
    }
}

/// Reads a file in another format. Except for brackets, which have tokens, the
/// engine runs on the raw bytes of its text.
fn read_other_format(
    path: &Path,
    format: Format,
    edit: TextEdit,
) -> Result<Vec<GoldText>, EvaluationError> {
    let documents = read_annotated(&Input::File(path.to_owned()), format)?;
    let case = |(number, SourcedDocument { annotated, .. }): (usize, SourcedDocument)| {
        let text = annotated.document.text.as_str();
        GoldText {
            name: format!("{}, document {}", path.display(), number + 1),
            text: if edit == TextEdit::Capitals {
                to_same_length_upper(text)
            } else {
                text.to_owned()
            },
            mentions: annotated.mentions,
            optional: Vec::new(),
            words: (format == Format::Brackets).then_some(annotated.words),
        }
    };
    Ok(documents.into_iter().enumerate().map(case).collect())
}

/// Reads a file of BIO columns.
fn read_bio_columns(
    path: &Path,
    edit: TextEdit,
    gold: &mut GoldStandard,
) -> Result<(), EvaluationError> {
    let raw = read_utf8_file(path)?;
    let (mut raw, strays) = strict_iob2_tags(&raw);
    if strays > 0 {
        gold.warnings.push(format!(
            "{}: {strays} I- tags do not continue a name and are ignored",
            path.display()
        ));
    }
    if edit == TextEdit::Capitals {
        raw = raw.split_inclusive('\n').map(capitalise_token).collect();
    }
    let damaged = |source| EvaluationError::Format { file: path.display().to_string(), source };
    let documents = conll::read_documents(raw.as_bytes()).map_err(damaged)?;
    let cases = documents.into_iter().enumerate().map(|(number, annotated)| GoldText {
        name: format!("{}, document {}", path.display(), number + 1),
        text: annotated.document.text.as_str().to_owned(),
        mentions: annotated.mentions,
        optional: Vec::new(),
        words: Some(annotated.words),
    });
    gold.texts.extend(cases);
    Ok(())
}

/// Reads a stand-off pair.
fn read_standoff(path: &Path, edit: TextEdit) -> Result<GoldText, EvaluationError> {
    let StandoffPair { annotated, optional } = read_standoff_pair(&Input::File(path.to_owned()))?;
    let text = annotated.document.text.as_str();
    let text =
        if edit == TextEdit::Capitals { to_same_length_upper(text) } else { text.to_owned() };
    let names = annotated.mentions;
    Ok(GoldText { name: path.display().to_string(), text, mentions: names, optional, words: None })
}

/// Makes the tags of columns strict IOB2; returns the number of changed tags. An
/// I- tag that does not continue a name of the same label becomes O. The mode
/// `strict` of `seqeval` counts so; the older `conlleval` lets such a tag start
/// a name. On well-formed tags the two agree.
fn strict_iob2_tags(columns: &str) -> (String, usize) {
    let mut strict = String::with_capacity(columns.len());
    let mut strays = 0;
    let mut open = None;
    for line in columns.split_inclusive('\n') {
        let end = line.trim_ascii_end().len();
        let tag_at = line[..end].rfind([' ', '\t']).map_or(end, |blank| blank + 1);
        let tag = &line[tag_at..end];
        let stray = tag.strip_prefix("I-").is_some_and(|label| open != Some(label));
        if stray {
            strays += 1;
            open = None;
            strict.push_str(&line[..tag_at]);
            strict.push('O');
            strict.push_str(&line[end..]);
        } else {
            open = tag.strip_prefix("B-").or(tag.strip_prefix("I-"));
            strict.push_str(line);
        }
    }
    (strict, strays)
}

/// Converts the first column of a line to upper case.
fn capitalise_token(line: &str) -> String {
    let end = line.find(['\t', ' ']).unwrap_or(line.len());
    to_same_length_upper(&line[..end]) + &line[end..]
}

/// Converts `text` to upper case and keeps all offsets: a letter whose capital
/// has another length ("ß") is not changed.
fn to_same_length_upper(text: &str) -> String {
    let capital = |small: char| {
        let mut capital = small.to_uppercase();
        match (capital.next(), capital.next()) {
            (Some(one), None) if one.len_utf8() == small.len_utf8() => one,
            _ => small,
        }
    };
    text.chars().map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_keep_every_byte_in_its_place() {
        for (text, expected) in [("Malé, ß ı", "MALÉ, ß ı"), ("", ""), ("O'Neil", "O'NEIL")] {
            assert_eq!(to_same_length_upper(text), expected);
        }
        assert_eq!(capitalise_token("Malé\tB-LOC\n"), "MALÉ\tB-LOC\n");
        assert_eq!(capitalise_token("\n"), "\n");
    }

    #[test]
    fn tags_are_read_as_strict_iob2() {
        let cases = [
            ("a\tB-PER\nb\tI-PER\n", "a\tB-PER\nb\tI-PER\n", 0),
            ("a\tO\nb\tI-PER\nc\tI-PER\n", "a\tO\nb\tO\nc\tO\n", 2),
            ("a B-PER\r\nb I-LOC\r\nc I-PER", "a B-PER\r\nb O\r\nc O", 2),
            ("a\tB-PER\n\nb\tI-PER\n", "a\tB-PER\n\nb\tO\n", 1),
        ];
        for (columns, expected, strays) in cases {
            assert_eq!(strict_iob2_tags(columns), (expected.to_owned(), strays), "{columns:?}");
        }
    }
}
