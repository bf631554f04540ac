//! Reads annotated files; the name of a file gives its format.
//!
//! [`chancery_formats`] reads bytes. This module finds the format of a file,
//! reads both halves of a pair, and tokenizes texts without tokens.

use std::path::Path;

use chancery_engine::inputs::Input;
use chancery_formats::{
    Format, SIDE_FILES, Sourced, brackets, brat, columns, conll, jsonl, spacy,
    split_tokens_at_mentions, standoff, tei, w3c,
};
use chancery_model::Annotated;
use chancery_segment::segment;

use crate::EvaluationError;

/// Whether a file is a side file that an export writes next to its data; such
/// files are not read.
pub fn is_side_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| SIDE_FILES.iter().any(|side| name == *side))
}

/// The format of a file by the ending of its name; for pairs, of either half.
/// Columns and XML have several endings.
pub fn format_of_path(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let ends = |ending: &str| name.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.'));
    let pair = |ending| path.with_extension(ending).is_file();
    // "spacy.jsonl" also ends with "jsonl": the longer ending wins.
    let readable = Format::ALL.into_iter().filter(|format| format.reads() && ends(format.ending()));
    match readable.max_by_key(|format| format.ending().len()) {
        Some(Format::Standoff) if !pair("txt") => None,
        Some(format) => Some(format),
        None if ends("txt") && pair("ann") => Some(Format::Brat),
        None if ends("txt") && pair("json") => Some(Format::Standoff),
        None if ends("tsv") || ends("bio") || ends("iob") => Some(Format::Conll),
        None if ends("xml") => Some(Format::Tei),
        None => None,
    }
}

/// Reads the annotated documents of `input`. Texts without tokens are tokenized
/// here, with a token boundary at each boundary of a mention.
///
/// # Errors
/// If the file cannot be read or is not in the format.
pub fn read_annotated(input: &Input, from: Format) -> Result<Vec<Sourced>, EvaluationError> {
    let source = input.to_string();
    let given = |annotated| Sourced { source: source.clone(), annotated };
    let all = |documents: Vec<Annotated>| documents.into_iter().map(given).collect();
    let documents = match from {
        Format::Brackets => brackets::read_several(&input.read()?).map(all),
        Format::Conll => conll::read(&input.read()?).map(all),
        Format::Jsonl => jsonl::read(&input.read()?),
        Format::W3c => w3c::read(&input.read()?),
        Format::Tei => tei::read(&input.read()?),
        Format::Spacy => spacy::read(&input.read()?),
        Format::Parquet => columns::read_parquet(input.read()?),
        Format::Arrow => columns::read_arrow(&input.read()?),
        Format::Standoff => Ok(vec![given(read_pair(input)?.annotated)]),
        Format::Brat => {
            let (text, ann) = halves(input, "ann")?;
            brat::read(&text, &ann).map(|annotated| vec![given(annotated)])
        }
        Format::Text
        | Format::Csv
        | Format::Ftm
        | Format::Gexf
        | Format::Graphml
        | Format::Geojson => return Err(EvaluationError::NotReadable(from)),
    };
    let damaged = |error| EvaluationError::Format { file: source.clone(), source: error };
    let mut documents = documents.map_err(damaged)?;
    for document in &mut documents {
        if document.annotated.words.tokens.is_empty() {
            tokenize(&mut document.annotated);
        }
        if document.source.is_empty() {
            document.source.clone_from(&source);
        }
    }
    Ok(documents)
}

/// Reads both halves of a pair, given either: the text, and the half with
/// `ending`.
fn halves(input: &Input, ending: &str) -> Result<(Vec<u8>, Vec<u8>), EvaluationError> {
    let Input::File(path) = input else {
        return Err(EvaluationError::PairFromStdin);
    };
    let half = |ending| Input::File(path.with_extension(ending)).read();
    Ok((half("txt")?, half(ending)?))
}

/// Reads the stand-off pair NAME.txt and NAME.json, given either.
///
/// # Errors
/// If a half cannot be read or is not in the format.
pub fn read_pair(input: &Input) -> Result<standoff::Pair, EvaluationError> {
    let (text, json) = halves(input, "json")?;
    standoff::read(&text, &json)
        .map_err(|source| EvaluationError::Format { file: input.to_string(), source })
}

/// Tokenizes an annotated document, with a token boundary at each boundary of a
/// mention.
fn tokenize(annotated: &mut Annotated) {
    annotated.words = segment(&annotated.document);
    split_tokens_at_mentions(annotated);
}
