//! Reads annotated files; the name of a file gives its format.
//!
//! [`chancery_formats`] reads bytes. This module finds the format of a file,
//! reads both halves of a pair, and tokenizes texts without tokens.

use std::path::Path;

use chancery_engine::inputs::Input;
use chancery_formats::{
    Format, SIDE_FILES, SourcedDocument, brackets, brat, columns, conll, jsonl, spacy,
    split_tokens_at_mentions, standoff, tei, w3c,
};
use chancery_model::Annotated;
use chancery_segment::segment_document;

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
    let readable =
        Format::ALL.into_iter().filter(|format| format.is_readable() && ends(format.file_ending()));
    match readable.max_by_key(|format| format.file_ending().len()) {
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
pub fn read_annotated(
    input: &Input,
    from: Format,
) -> Result<Vec<SourcedDocument>, EvaluationError> {
    let source = input.to_string();
    let given = |annotated| SourcedDocument { source: source.clone(), annotated };
    let all = |documents: Vec<Annotated>| documents.into_iter().map(given).collect();
    let documents = match from {
        Format::Brackets => brackets::read_documents(&input.read_bytes()?).map(all),
        Format::Conll => conll::read_documents(&input.read_bytes()?).map(all),
        Format::Jsonl => jsonl::read_documents(&input.read_bytes()?),
        Format::W3c => w3c::read_documents(&input.read_bytes()?),
        Format::Tei => tei::read_documents(&input.read_bytes()?),
        Format::Spacy => spacy::read_documents(&input.read_bytes()?),
        Format::Parquet => columns::read_parquet(input.read_bytes()?),
        Format::Arrow => columns::read_arrow(&input.read_bytes()?),
        Format::Standoff => Ok(vec![given(read_standoff_pair(input)?.annotated)]),
        Format::Brat => {
            let (text, ann) = read_halves(input, "ann")?;
            brat::read_pair(&text, &ann).map(|annotated| vec![given(annotated)])
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
            tokenize_document(&mut document.annotated);
        }
        if document.source.is_empty() {
            document.source.clone_from(&source);
        }
    }
    Ok(documents)
}

/// Reads both halves of a pair, given either: the text, and the half with
/// `ending`.
fn read_halves(input: &Input, ending: &str) -> Result<(Vec<u8>, Vec<u8>), EvaluationError> {
    let Input::File(path) = input else {
        return Err(EvaluationError::PairFromStdin);
    };
    let half = |ending| Input::File(path.with_extension(ending)).read_bytes();
    Ok((half("txt")?, half(ending)?))
}

/// Reads the stand-off pair NAME.txt and NAME.json, given either.
///
/// # Errors
/// If a half cannot be read or is not in the format.
pub fn read_standoff_pair(input: &Input) -> Result<standoff::StandoffPair, EvaluationError> {
    let (text, json) = read_halves(input, "json")?;
    standoff::read_pair(&text, &json)
        .map_err(|source| EvaluationError::Format { file: input.to_string(), source })
}

/// Tokenizes an annotated document, with a token boundary at each boundary of a
/// mention.
fn tokenize_document(annotated: &mut Annotated) {
    annotated.words = segment_document(&annotated.document);
    split_tokens_at_mentions(annotated);
}
