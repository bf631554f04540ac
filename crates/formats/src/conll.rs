//! Two columns: a token and its tag, as in the CoNLL-2003 shared task.
//!
//! The writer writes `TOKEN<TAB>TAG` with tags in IOB2 (`B-` starts every name)
//! and a blank line after each sentence. A line `-DOCSTART-<TAB>O` and a blank
//! line may separate documents.
//!
//! The reader also accepts columns separated by blanks (the tag is the last)
//! and tags in IOB1. It follows the rule of the task's scorer `conlleval`: a
//! name starts at `B-`, and at `I-` after `O` or after another label.
//!
//! A token `-DOCSTART-`, with or without backslashes before it, is written with
//! one more backslash in front. The reader removes it.

use std::io::{self, Write};

use chancery_model::{Annotated, CodePoints, Label};

use crate::chunks::sentence_chunks;
use crate::error::{FormatError, FormatProblem, decode_utf8};
use crate::token_document::TokenDocumentBuilder;

const DOCSTART: &str = "-DOCSTART-";

/// Whether a `-DOCSTART-` line precedes a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocStart {
    /// `-DOCSTART-` and a blank line: for files of several documents.
    Marked,
    /// No such line.
    Unmarked,
}

/// Writes the sentences of `annotated`, one token per line.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_sentences(
    annotated: &Annotated,
    start: DocStart,
    out: &mut impl Write,
) -> io::Result<()> {
    if start == DocStart::Marked {
        write!(out, "{DOCSTART}\tO\n\n")?;
    }
    for sentence in &annotated.words.sentences {
        for chunk in sentence_chunks(annotated, sentence) {
            let first = chunk.tokens.start;
            for at in chunk.tokens {
                let token = &annotated.document.text[annotated.words.tokens[at].span];
                if is_docstart(token) {
                    out.write_all(b"\\")?;
                }
                out.write_all(token.as_bytes())?;
                match chunk.label {
                    None => out.write_all(b"\tO\n")?,
                    Some(label) if at == first => writeln!(out, "\tB-{label}")?,
                    Some(label) => writeln!(out, "\tI-{label}")?,
                }
            }
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Writes the file of offsets for documents that are [`DocStart::Marked`].
///
/// It has one line for each line of the columns, so that `paste` can join the
/// two files. The line of a token has `START<TAB>END` in code points of the
/// reading text, and in a footnote `<TAB>footnote MARKER`. The line of `-DOCSTART-` has the document's id and source.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_offsets(annotated: &Annotated, source: &str, out: &mut impl Write) -> io::Result<()> {
    let source = source.replace(['\t', '\n', '\r'], " ");
    writeln!(out, "{DOCSTART}\t{}\t{source}\tUnicode code points\n", annotated.document.id)?;
    let points = CodePoints::new(annotated.document.text.as_str());
    for sentence in &annotated.words.sentences {
        for token in &annotated.words.tokens[sentence.token_range()] {
            let [start, end] =
                [token.span.start, token.span.end].map(|at| points.code_point_offset(at));
            write!(out, "{start}\t{end}")?;
            if let Some(note) = annotated.document.footnote_at(token.span.start) {
                write!(out, "\tfootnote {}", note.marker.replace(['\t', '\n', '\r'], " "))?;
            }
            writeln!(out)?;
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Reads a file in columns: one document for each `-DOCSTART-`, or a single
/// document if there is none. The text of a document is its tokens joined by
/// blanks, and its sentences joined by line ends.
///
/// # Errors
/// Fails if the bytes are not valid UTF-8 or a tag is missing or unknown.
pub fn read_documents(bytes: &[u8]) -> Result<Vec<Annotated>, FormatError> {
    let text = decode_utf8(bytes)?;
    let mut documents = Vec::new();
    let mut builder = TokenDocumentBuilder::default();
    // Start of the open document; `None` before the first token.
    let mut start = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let columns = first_and_last_column(line);
        match columns {
            None => builder.end_sentence(),
            Some((DOCSTART, _)) => {
                if let Some(start) = start.replace(at) {
                    documents.push(std::mem::take(&mut builder).finish_document(bytes, start..at));
                }
            }
            Some((token, rest)) => {
                start.get_or_insert(0);
                read_token(
                    token,
                    rest,
                    at + (line.len() - line.trim_ascii_start().len()),
                    &mut builder,
                )
                .map_err(|problem| FormatError::at_byte(bytes, at, problem))?;
            }
        }
        at += line.len();
    }
    if let Some(start) = start {
        documents.push(builder.finish_document(bytes, start..bytes.len()));
    }
    Ok(documents)
}

/// The first and the last column of a line; `None` for a blank line.
fn first_and_last_column(line: &str) -> Option<(&str, Option<&str>)> {
    let mut columns = line.split_ascii_whitespace();
    Some((columns.next()?, columns.next_back()))
}

/// Adds the token at byte `at`.
fn read_token(
    token: &str,
    tag: Option<&str>,
    at: usize,
    builder: &mut TokenDocumentBuilder,
) -> Result<(), FormatProblem> {
    match parse_tag(tag.ok_or(FormatProblem::MissingTag)?)? {
        None => drop(builder.close_name()),
        Some((begins, label)) => {
            if begins || builder.open_label() != Some(label) {
                builder.close_name();
                builder.open_name(label);
            }
        }
    }
    let escaped = token.len() > DOCSTART.len() && is_docstart(token);
    builder.push_token(&token[usize::from(escaped)..], at + usize::from(escaped)..at + token.len());
    Ok(())
}

/// Parses a tag: whether it starts a name, and its label; `None` for "O".
fn parse_tag(tag: &str) -> Result<Option<(bool, Label)>, FormatProblem> {
    let to_label = |name: &str| name.parse().map_err(|()| FormatProblem::UnknownTag(tag.into()));
    match tag.split_once('-') {
        None if tag == "O" => Ok(None),
        Some(("B", name)) => Ok(Some((true, to_label(name)?))),
        Some(("I", name)) => Ok(Some((false, to_label(name)?))),
        _ => Err(FormatProblem::UnknownTag(tag.into())),
    }
}

fn is_docstart(token: &str) -> bool {
    token.ends_with(DOCSTART) && token.trim_start_matches('\\') == DOCSTART
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(file: &str, start: DocStart) -> String {
        let mut out = Vec::new();
        for document in read_documents(file.as_bytes()).expect(file) {
            write_sentences(&document, start, &mut out).expect("writing to memory cannot fail");
        }
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn written_files_round_trip() {
        let unmarked = "Ama\tB-PER\nOsei\tI-PER\nleft\tO\n\n\\-DOCSTART-\tO\n\n";
        assert_eq!(rewritten(unmarked, DocStart::Unmarked), unmarked);
        let marked = "-DOCSTART-\tO\n\na\tO\n\n-DOCSTART-\tO\n\n-DOCSTART-\tO\n\nb\tB-LOC\n\n";
        assert_eq!(rewritten(marked, DocStart::Marked), marked);
    }

    #[test]
    fn tags_are_read_as_conlleval_reads_them() {
        let iob1 =
            "a NN I-PER\nb NN I-PER\nc NN B-PER\nd NN I-LOC\ne NN O\nf NN I-LOC\n\n \ng NN I-LOC";
        let iob2 = "a\tB-PER\nb\tI-PER\nc\tB-PER\nd\tB-LOC\ne\tO\nf\tB-LOC\n\ng\tB-LOC\n\n";
        assert_eq!(rewritten(iob1, DocStart::Unmarked), iob2);
    }

    #[test]
    fn errors_name_the_line() {
        for (file, line, problem) in [
            ("a\n", 1, FormatProblem::MissingTag),
            ("a\tO\n\nb\tB-DATE\n", 3, FormatProblem::UnknownTag("B-DATE".into())),
            ("a\tX\n", 1, FormatProblem::UnknownTag("X".into())),
        ] {
            let error = read_documents(file.as_bytes()).expect_err(file);
            assert_eq!((error.line, error.problem), (line, problem), "{file:?}");
        }
    }
}
