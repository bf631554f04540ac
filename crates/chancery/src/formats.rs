//! The annotation formats by name: which can be printed, which can be read,
//! and what stands between [`chancery_view`]'s functions and a command line.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, ensure};
use chancery_model::{Annotated, Mention, Token, Words};
use chancery_segment::segment;
use chancery_view::ansi::{self, Colours};
use chancery_view::conll::{self, DocStart};
use chancery_view::{brackets, jsonl, standoff};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ColorChoice, ValueEnum};

use crate::inputs::Input;

/// Every annotation format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// "[PER Ama Osei  ] left . ", one sentence a line.
    Brackets,
    /// A token and its tag a line.
    Conll,
    /// A JSON object a line for every document.
    Jsonl,
    /// NAME.txt with NAME.json.
    Standoff,
    /// The text as read, names in colours.
    Text,
}

impl Format {
    /// Formats of one stream, which any output can take.
    pub(crate) const STREAMS: &[Self] = &[Self::Brackets, Self::Conll, Self::Jsonl, Self::Text];
    /// Formats that can be read back.
    pub(crate) const READABLE: &[Self] =
        &[Self::Brackets, Self::Conll, Self::Jsonl, Self::Standoff];
    /// All formats.
    pub(crate) const ALL: &[Self] =
        &[Self::Brackets, Self::Conll, Self::Jsonl, Self::Standoff, Self::Text];

    /// Parser of an argument that takes only `some` formats.
    pub(crate) fn among(some: &'static [Self]) -> impl TypedValueParser<Value = Self> {
        PossibleValuesParser::new(some.iter().filter_map(Self::to_possible_value))
            .map(|name| Self::from_str(&name, false).expect("only names of formats come through"))
    }
}

/// Whether text is shown in colours: as `choice` says, and where it says
/// nothing, on a terminal that is not told otherwise (<https://no-color.org>).
pub(crate) fn colours(choice: ColorChoice, to_file: bool) -> Colours {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let dumb = || set("TERM").is_some_and(|terminal| terminal == OsStr::new("dumb"));
    let on = match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            !to_file && io::stdout().is_terminal() && set("NO_COLOR").is_none() && !dumb()
        }
    };
    if on { Colours::On } else { Colours::Off }
}

/// How documents are printed one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printing {
    /// The format.
    pub(crate) format: Format,
    /// Whether text is coloured.
    pub(crate) colours: Colours,
    /// Whether there are several documents, to be told apart.
    pub(crate) several: bool,
}

impl Printing {
    /// Writes what stands before the first document: which colour is what.
    pub(crate) fn begin(self, out: &mut impl Write) -> io::Result<()> {
        if self.format == Format::Text && self.colours == Colours::On {
            ansi::write_legend(out)?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// Writes one document, which came from `source`.
    pub(crate) fn write(
        self,
        out: &mut impl Write,
        annotated: &Annotated,
        source: &str,
    ) -> io::Result<()> {
        match self.format {
            Format::Brackets => {
                brackets::write(annotated, out)?;
                if self.several { writeln!(out) } else { Ok(()) }
            }
            Format::Conll => {
                let start = if self.several { DocStart::Marked } else { DocStart::Unmarked };
                conll::write(annotated, start, out)
            }
            Format::Jsonl => jsonl::write(annotated, source, out),
            Format::Text if self.several => {
                writeln!(out, "--- {source}\n")?;
                ansi::write(annotated, self.colours, out)?;
                writeln!(out)
            }
            Format::Text => ansi::write(annotated, self.colours, out),
            Format::Standoff => standoff::write(annotated, &[], out),
        }
    }
}

/// An annotated document and where it came from.
pub(crate) struct Given {
    /// Its source.
    pub(crate) source: String,
    /// The document.
    pub(crate) annotated: Annotated,
}

/// Reads the annotated documents of `input`. Formats without tokens are cut
/// into words here, with a border wherever a name has one.
pub(crate) fn read(input: &Input, from: Format) -> anyhow::Result<Vec<Given>> {
    let source = input.to_string();
    let given = |annotated| Given { source: source.clone(), annotated };
    let documents = match from {
        Format::Brackets => brackets::read(&input.read()?).map(|annotated| vec![given(annotated)]),
        Format::Conll => {
            conll::read(&input.read()?).map(|documents| documents.into_iter().map(given).collect())
        }
        Format::Jsonl => jsonl::read(&input.read()?).map(|lines| {
            let cut =
                |line: jsonl::Given| Given { source: line.source, annotated: cut(line.annotated) };
            lines.into_iter().map(cut).collect()
        }),
        Format::Standoff => Ok(vec![given(cut(read_pair(input)?.annotated))]),
        Format::Text => anyhow::bail!("marked text is for people and cannot be read back"),
    };
    documents.with_context(|| source.clone())
}

/// Reads the stand-off pair of which `input` is either half.
fn read_pair(input: &Input) -> anyhow::Result<standoff::Pair> {
    let Input::File(path) = input else {
        anyhow::bail!("a stand-off pair is two files and cannot come from standard input");
    };
    pair(path)
}

/// Reads the stand-off pair NAME.txt and NAME.json, given either.
pub(crate) fn pair(path: &Path) -> anyhow::Result<standoff::Pair> {
    let half = |ending| Input::File(path.with_extension(ending)).read();
    let (text, json) = (half("txt")?, half("json")?);
    standoff::read(&text, &json).with_context(|| path.display().to_string())
}

/// Writes each document as a stand-off pair: NAME.txt and NAME.json where
/// there is one document, NAME-1.txt and so on where there are several.
pub(crate) fn write_pairs(documents: &[Given], target: &Path) -> anyhow::Result<()> {
    let name = target.with_extension("");
    let name = name.file_name().context("the output must be a file name")?.to_string_lossy();
    for (number, Given { annotated, .. }) in documents.iter().enumerate() {
        let stem = match documents.len() {
            1 => name.to_string(),
            _ => format!("{name}-{}", number + 1),
        };
        let mut json = Vec::new();
        standoff::write(annotated, &[], &mut json).expect("a vector takes all bytes");
        for (ending, bytes) in
            [("txt", annotated.document.text.as_str().as_bytes()), ("json", &json)]
        {
            let path = target.with_file_name(format!("{stem}.{ending}"));
            fs::write(&path, bytes)
                .with_context(|| format!("{}: cannot be written", path.display()))?;
        }
    }
    ensure!(!documents.is_empty(), "there is no document to write");
    Ok(())
}

/// Cuts a document whose names are known into words.
fn cut(mut annotated: Annotated) -> Annotated {
    let words = segment(&annotated.document);
    annotated.words = with_borders(&words, &annotated.mentions);
    annotated
}

/// The same words, with tokens split where a name begins or ends inside them.
fn with_borders(words: &Words, names: &[Mention]) -> Words {
    let borders: Vec<u32> =
        names.iter().flat_map(|name| [name.span.start, name.span.end]).collect();
    let mut split = Words::default();
    for sentence in &words.sentences {
        let tokens = &words.tokens[sentence.tokens()];
        split.push_sentence(tokens.iter().flat_map(|token| pieces(*token, &borders)));
    }
    split
}

fn pieces(token: Token, borders: &[u32]) -> impl Iterator<Item = Token> {
    let first = borders.partition_point(|&border| border <= token.span.start);
    let inside =
        borders[first..].iter().copied().take_while(move |&border| border < token.span.end);
    let mut start = token.span.start;
    inside.chain([token.span.end]).filter_map(move |end| {
        let mut piece = token;
        (piece.span.start, piece.span.end) = (start, end);
        start = end;
        (!piece.span.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use chancery_model::{Label, Source, TextSpan, TokenKind};

    use super::*;

    #[test]
    fn tokens_are_split_where_names_have_borders() {
        let token = |start, end| Token { span: TextSpan::new(start, end), kind: TokenKind::Word };
        let name = |start, end| Mention {
            span: TextSpan::new(start, end),
            label: Label::Per,
            score: 1.0,
            source: Source::Given,
        };
        let mut words = Words::default();
        words.push_sentence([token(0, 4), token(5, 9)]);
        let cases = [
            (vec![], vec![(0, 4), (5, 9)]),
            (vec![name(0, 4)], vec![(0, 4), (5, 9)]),
            (vec![name(0, 7)], vec![(0, 4), (5, 7), (7, 9)]),
            (vec![name(1, 2), name(2, 3)], vec![(0, 1), (1, 2), (2, 3), (3, 4), (5, 9)]),
        ];
        for (names, expected) in cases {
            let split = with_borders(&words, &names);
            let spans: Vec<(u32, u32)> =
                split.tokens.iter().map(|token| (token.span.start, token.span.end)).collect();
            assert_eq!(spans, expected, "{names:?}");
            assert_eq!(split.sentences.len(), 1);
        }
    }
}
