//! Annotation formats on the command line: parsers of format names, and output
//! with [`chancery_formats`].

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, ensure};
use chancery_engine::InputError;
use chancery_formats::ansi::{self, Colours};
use chancery_formats::conll::{self, DocStart};
use chancery_formats::{Format, SourcedDocument, brackets, jsonl, standoff};
use chancery_model::Annotated;
use clap::ColorChoice;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// Formats that `annotate` prints: formats that are written file by file.
pub(crate) const STREAMED_FORMATS: &[Format] =
    &[Format::Brackets, Format::Conll, Format::Jsonl, Format::Text];

/// Parser of an argument that allows only `some` formats.
pub(crate) fn format_parser(
    some: impl IntoIterator<Item = Format>,
) -> impl TypedValueParser<Value = Format> {
    let value = |format: Format| PossibleValue::new(format.name()).help(format.description());
    PossibleValuesParser::new(some.into_iter().map(value))
        .map(|name| name.parse().expect("the parser allows only format names"))
}

/// Parser of an argument that allows the formats that can be read.
pub(crate) fn readable_format_parser() -> impl TypedValueParser<Value = Format> {
    format_parser(Format::ALL.into_iter().filter(|format| format.is_readable()))
}

/// Decides whether to print colours. By default, colours are for terminals that
/// do not disable them (<https://no-color.org>, <https://bixense.com/clicolors>).
pub(crate) fn choose_colours(choice: ColorChoice, to_file: bool) -> Colours {
    let on = match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let choice = anstream::AutoStream::choice(&io::stdout());
            !to_file && choice != anstream::ColorChoice::Never
        }
    };
    if on { Colours::On } else { Colours::Off }
}

/// How to print a sequence of documents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DocumentPrinter {
    /// The format.
    pub(crate) format: Format,
    /// Whether to print colours.
    pub(crate) colours: Colours,
    /// Whether there are several documents, which need separators.
    pub(crate) several: bool,
}

impl DocumentPrinter {
    /// Writes the legend of the colours before the first document.
    pub(crate) fn write_legend(self, out: &mut impl Write) -> io::Result<()> {
        if self.format == Format::Text && self.colours == Colours::On {
            ansi::write_legend(out)?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// Writes one document, read from `source`.
    pub(crate) fn write_document(
        self,
        out: &mut impl Write,
        annotated: &Annotated,
        source: &str,
    ) -> io::Result<()> {
        match self.format {
            Format::Brackets => {
                brackets::write_sentences(annotated, out)?;
                if self.several { writeln!(out) } else { Ok(()) }
            }
            Format::Conll => {
                let start = if self.several { DocStart::Marked } else { DocStart::Unmarked };
                conll::write_sentences(annotated, start, out)
            }
            Format::Jsonl => jsonl::write_line(annotated, source, out),
            Format::Text if self.several => {
                writeln!(out, "--- {source}\n")?;
                ansi::write_text(annotated, self.colours, out)?;
                writeln!(out)
            }
            Format::Text => ansi::write_text(annotated, self.colours, out),
            other => unreachable!("{other} is not written file by file"),
        }
    }
}

/// Writes each document as a stand-off pair: NAME.txt and NAME.json for one
/// document, NAME-1.txt and so on for several.
pub(crate) fn write_standoff_pairs(
    documents: &[SourcedDocument],
    target: &Path,
) -> anyhow::Result<()> {
    let name = target.with_extension("");
    let name = name.file_name().context("the output is not a file name")?.to_string_lossy();
    for (number, SourcedDocument { annotated, .. }) in documents.iter().enumerate() {
        let stem = match documents.len() {
            1 => name.to_string(),
            _ => format!("{name}-{}", number + 1),
        };
        let mut json = Vec::new();
        standoff::write_annotations(annotated, &[], &mut json).expect("a vector takes all bytes");
        for (ending, bytes) in
            [("txt", annotated.document.text.as_str().as_bytes()), ("json", &json)]
        {
            let path = target.with_file_name(format!("{stem}.{ending}"));
            fs::write(&path, bytes).map_err(|error| InputError::from_write(&path, &error))?;
        }
    }
    ensure!(!documents.is_empty(), "no document to write");
    Ok(())
}
