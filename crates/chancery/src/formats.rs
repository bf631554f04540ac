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
use chancery_view::{
    Format, SIDE_FILES, Sourced, brackets, brat, columns, jsonl, spacy, standoff, tei, w3c,
};
use clap::ColorChoice;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::inputs::Input;
use crate::report::Failure;

/// Formats that `annotate` prints: those that are written file by file.
pub(crate) const STREAMS: &[Format] =
    &[Format::Brackets, Format::Conll, Format::Jsonl, Format::Text];

/// Parser of an argument that takes only `some` formats.
pub(crate) fn among(
    some: impl IntoIterator<Item = Format>,
) -> impl TypedValueParser<Value = Format> {
    let value = |format: Format| PossibleValue::new(format.name()).help(format.about());
    PossibleValuesParser::new(some.into_iter().map(value))
        .map(|name| name.parse().expect("only names of formats come through"))
}

/// Parser of an argument that takes formats that can be read back.
pub(crate) fn readable() -> impl TypedValueParser<Value = Format> {
    among(Format::ALL.into_iter().filter(|format| format.reads()))
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
            other => unreachable!("{other} is not written file by file"),
        }
    }
}

/// Whether a file is what an export puts beside its names: not to be read.
pub(crate) fn is_beside(path: &Path) -> bool {
    path.file_name().is_some_and(|name| SIDE_FILES.iter().any(|side| name == *side))
}

/// The format of a file, as its name ends; of pairs either half. Columns and
/// XML go by several names.
pub(crate) fn of_name(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let ends = |ending: &str| name.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.'));
    let pair = |ending| path.with_extension(ending).is_file();
    // Of "spacy.jsonl" and "jsonl" the longer ending counts.
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

/// Reads the annotated documents of `input`. Formats without tokens are cut
/// into words here, with a border wherever a name has one.
pub(crate) fn read(input: &Input, from: Format) -> anyhow::Result<Vec<Sourced>> {
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
        | Format::Geojson => anyhow::bail!("{from} cannot be read back"),
    };
    let mut documents = documents.with_context(|| source.clone())?;
    for document in &mut documents {
        if document.annotated.words.tokens.is_empty() {
            cut(&mut document.annotated);
        }
        if document.source.is_empty() {
            document.source.clone_from(&source);
        }
    }
    Ok(documents)
}

/// Both halves of the pair of which `input` is one: the text, and the one that
/// ends so.
fn halves(input: &Input, ending: &str) -> anyhow::Result<(Vec<u8>, Vec<u8>)> {
    let Input::File(path) = input else {
        anyhow::bail!("a pair is two files and cannot come from standard input");
    };
    let half = |ending| Input::File(path.with_extension(ending)).read();
    Ok((half("txt")?, half(ending)?))
}

/// Reads the stand-off pair NAME.txt and NAME.json, given either.
pub(crate) fn read_pair(input: &Input) -> anyhow::Result<standoff::Pair> {
    let (text, json) = halves(input, "json")?;
    standoff::read(&text, &json).with_context(|| input.to_string())
}

/// Writes each document as a stand-off pair: NAME.txt and NAME.json where
/// there is one document, NAME-1.txt and so on where there are several.
pub(crate) fn write_pairs(documents: &[Sourced], target: &Path) -> anyhow::Result<()> {
    let name = target.with_extension("");
    let name = name.file_name().context("the output must be a file name")?.to_string_lossy();
    for (number, Sourced { annotated, .. }) in documents.iter().enumerate() {
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
            fs::write(&path, bytes).map_err(|error| Failure::unwritten(&path, &error))?;
        }
    }
    ensure!(!documents.is_empty(), "there is no document to write");
    Ok(())
}

/// Cuts a document whose names are known into words, with a border wherever a
/// name has one.
fn cut(annotated: &mut Annotated) {
    annotated.words = segment(&annotated.document);
    part_at_names(annotated);
}

/// Splits tokens where a name begins or ends inside them, as names that people
/// gave may do.
pub(crate) fn part_at_names(annotated: &mut Annotated) {
    annotated.words = with_borders(&annotated.words, &annotated.mentions);
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
