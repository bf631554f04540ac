//! The bracket format of an older tagger.
//!
//! Each line is one sentence. One blank follows each token. A name is in
//! brackets with its label, and two blanks precede the closing bracket:
//!
//! ```text
//! [PER Ama Osei  ] left [LOC Lome  ] on Monday . ⏎
//! ```
//!
//! Tokens may look like brackets. `]` closes a name only after two blanks;
//! after one blank it is a token. A token `[PER` (or with another label), with
//! or without backslashes before it, is written with one more backslash in
//! front. The reader removes it.

use std::io::{self, Write};

use chancery_model::{Annotated, Label};

use crate::chunks::sentence_chunks;
use crate::error::{FormatError, FormatProblem, decode_utf8};
use crate::token_document::TokenDocumentBuilder;

/// Writes the sentences of `annotated`, one per line.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_sentences(annotated: &Annotated, out: &mut impl Write) -> io::Result<()> {
    for sentence in &annotated.words.sentences {
        for chunk in sentence_chunks(annotated, sentence) {
            if let Some(label) = chunk.label {
                write!(out, "[{label} ")?;
            }
            for token in &annotated.words.tokens[chunk.tokens] {
                let token = &annotated.document.text[token.span];
                if opening_label(token.trim_start_matches('\\')).is_some() {
                    out.write_all(b"\\")?;
                }
                out.write_all(token.as_bytes())?;
                out.write_all(b" ")?;
            }
            if chunk.label.is_some() {
                out.write_all(b" ] ")?;
            }
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Reads a file in the bracket format: its tokens, sentences and names. The
/// text is the tokens joined by blanks, and the lines joined by line ends.
/// Lines without tokens are skipped.
///
/// # Errors
/// Fails if the bytes are not valid UTF-8 or the brackets do not match.
pub fn read_document(bytes: &[u8]) -> Result<Annotated, FormatError> {
    let text = decode_utf8(bytes)?;
    let mut builder = TokenDocumentBuilder::default();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        read_line(line, line_start, &mut builder)
            .map_err(|(at, problem)| FormatError::at_byte(bytes, at, problem))?;
        line_start += line.len();
    }
    Ok(builder.finish_document(bytes, 0..bytes.len()))
}

/// Reads a file of several documents, separated by empty lines. Each is read as
/// by [`read_document`].
///
/// # Errors
/// Fails for the same reasons as [`read_document`].
pub fn read_documents(bytes: &[u8]) -> Result<Vec<Annotated>, FormatError> {
    let mut documents = Vec::new();
    let mut builder = TokenDocumentBuilder::default();
    let (mut start, mut at) = (0, 0);
    for line in decode_utf8(bytes)?.split_inclusive('\n') {
        if line.trim_ascii().is_empty() {
            if !builder.is_empty() {
                documents.push(std::mem::take(&mut builder).finish_document(bytes, start..at));
            }
            start = at + line.len();
        }
        read_line(line, at, &mut builder)
            .map_err(|(at, problem)| FormatError::at_byte(bytes, at, problem))?;
        at += line.len();
    }
    if !builder.is_empty() {
        documents.push(builder.finish_document(bytes, start..at));
    }
    Ok(documents)
}

/// Reads one line, which starts at byte `start` of the file.
fn read_line(
    line: &str,
    start: usize,
    builder: &mut TokenDocumentBuilder,
) -> Result<(), (usize, FormatProblem)> {
    let mut at = start;
    let mut blanks = 0;
    for piece in line.split(|c: char| c.is_ascii_whitespace()) {
        let here = at;
        at += piece.len() + 1;
        if piece.is_empty() {
            blanks += 1;
            continue;
        }
        if piece == "]" && blanks > 1 {
            close_bracket(builder).map_err(|problem| (here, problem))?;
        } else if let Some(label) = opening_label(piece) {
            if builder.open_label().is_some() {
                return Err((here, FormatProblem::NestedName));
            }
            builder.open_name(label);
        } else {
            let escaped = opening_label(piece.trim_start_matches('\\')).is_some();
            let token = if escaped { &piece[1..] } else { piece };
            builder.push_token(token, here + usize::from(escaped)..here + piece.len());
        }
        blanks = 1;
    }
    if builder.open_label().is_some() {
        return Err((start + line.trim_ascii_end().len(), FormatProblem::UnclosedName));
    }
    builder.end_sentence();
    Ok(())
}

fn close_bracket(builder: &mut TokenDocumentBuilder) -> Result<(), FormatProblem> {
    match (builder.open_label(), builder.close_name()) {
        (None, _) => Err(FormatProblem::UnmatchedBracket),
        (Some(_), false) => Err(FormatProblem::EmptyName),
        (Some(_), true) => Ok(()),
    }
}

/// The label of an opening bracket such as "[PER".
fn opening_label(piece: &str) -> Option<Label> {
    piece.strip_prefix('[')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(annotated: &Annotated) -> String {
        let mut out = Vec::new();
        write_sentences(annotated, &mut out).expect("writing to memory cannot fail");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn well_formed_files_round_trip() {
        for file in [
            "",
            "a \n",
            "[PER Ama Osei  ] left [LOC Lome  ] . \nShe did . \n",
            "[PER [ x ]  ] ] [ \\ [PERS ( [LOC ]  ] \n",
            "\\[PER \\\\[LOC a \n",
        ] {
            let annotated = read_document(file.as_bytes()).expect(file);
            assert_eq!(written(&annotated), file);
        }
    }

    #[test]
    fn loosely_written_files_are_read_too() {
        let annotated =
            read_document(b"\n \r\na  b [PER c  ]\r\n\n\nd").expect("balanced brackets");
        assert_eq!(annotated.document.text.as_str(), "a b c\nd");
        assert_eq!(written(&annotated), "a b [PER c  ] \nd \n");
    }

    #[test]
    fn empty_lines_separate_documents() {
        let file = "\na \nb \n\n \n[PER c  ] \n\n";
        let documents = read_documents(file.as_bytes()).expect("balanced brackets");
        let texts: Vec<&str> = documents.iter().map(|one| one.document.text.as_str()).collect();
        assert_eq!(texts, ["a\nb", "c"]);
        assert_eq!(&file[documents[1].document.raw.byte_range()], "[PER c  ] \n");
    }

    #[test]
    fn names_point_into_text_and_file() {
        let file = "x \n[PER Ama Osei  ] left \n";
        let annotated = read_document(file.as_bytes()).expect("balanced brackets");
        let name = annotated.mentions[0];
        assert_eq!(&annotated.document.text[name.span], "Ama Osei");
        assert_eq!(&file[annotated.document.text.to_raw_span(name.span).byte_range()], "Ama Osei");
    }

    #[test]
    fn errors_name_line_and_column() {
        for (file, line, column, problem) in [
            ("é  ] \n", 1, 4, FormatProblem::UnmatchedBracket),
            ("a \n[PER [LOC b  ] \n", 2, 6, FormatProblem::NestedName),
            ("[PER  ] \n", 1, 7, FormatProblem::EmptyName),
            ("a [PER b \nc  ] \n", 1, 9, FormatProblem::UnclosedName),
        ] {
            let error = read_document(file.as_bytes()).expect_err(file);
            assert_eq!(error, FormatError { line, column, problem }, "{file:?}");
        }
        let error = read_document(b"ab\n\xff").expect_err("invalid UTF-8");
        assert_eq!(error, FormatError { line: 2, column: 1, problem: FormatProblem::NotUtf8 });
    }
}
