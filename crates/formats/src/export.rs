//! Export of documents to any format, one document at a time.
//!
//! The caller decides where the files go: [`Exporter::start_export`] takes a function
//! that opens a file by its name. It may also return a buffer in memory or
//! standard output.
//!
//! ```
//! use chancery_formats::{ExportOptions, Exporter, Format, jsonl};
//!
//! let line = br#"{"text":"Ama left.","mentions":[{"start":0,"end":3,"label":"PER"}]}"#;
//! let documents = jsonl::read_documents(line);
//! let nowhere = |_: &str| None;
//! let (options, open) = (ExportOptions::default(), |_name: &str| Ok(Vec::new()));
//! let mut exporter =
//!     Exporter::start_export(Format::Csv, options, &nowhere, open).expect("a buffer");
//! for document in documents.expect("well formed") {
//!     exporter.write_document(&document.annotated, "cables/1.txt").expect("a buffer");
//! }
//! let table = exporter.finish_export().expect("a buffer").pop().expect("a file");
//! assert!(String::from_utf8_lossy(&table).contains(",0,3,PER,Ama,"));
//! ```

use std::io::{self, Write};

use chancery_model::{Annotated, file_name_of_text};

use crate::ansi::{self, Colours};
use crate::conll::{self, DocStart};
use crate::geojson::{self, CoordinateLookup};
use crate::network::EntityNetwork;
use crate::table::TableDialect;
use crate::{Format, brackets, brat, columns, csv, ftm, jsonl, spacy, standoff, tei, w3c};

/// Names of files of an export that hold no annotations.
pub const SIDE_FILES: [&str; 3] = [CONLL_OFFSETS, FTM_OFFSETS, BRAT_CONFIGURATION];

const CONLL_OFFSETS: &str = "offsets.tsv";
const FTM_OFFSETS: &str = "offsets.csv";
const BRAT_CONFIGURATION: &str = "annotation.conf";

/// Writes documents in one format.
pub struct Exporter<'g, W: Write + Send, F> {
    open: F,
    coordinates: &'g CoordinateLookup<'g>,
    sink: ExportSink<W>,
}

/// The open output: one variant for each way in which a format is written.
enum ExportSink<W: Write + Send> {
    Text(W),
    Brackets(W),
    Conll(W, Option<W>),
    Jsonl(W),
    Spacy(W),
    Standoff,
    Brat,
    W3c(w3c::W3cWriter<W>),
    Tei(tei::TeiWriter<W>),
    Csv(csv::CsvWriter<W>),
    Parquet(Box<columns::ParquetWriter<W>>),
    Arrow(Box<columns::IpcWriter<W>>),
    Ftm(ftm::FtmWriter<W, W>),
    Gexf(W, EntityNetwork),
    Graphml(W, EntityNetwork),
    Geojson(W, geojson::PlaceCollection),
}

/// How an export is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExportOptions {
    /// Whether a format that keeps offsets in a second file writes that file too.
    pub offsets: bool,
    /// How a table is written.
    pub table: TableDialect,
}

impl<'g, W: Write + Send, F: FnMut(&str) -> io::Result<W>> Exporter<'g, W, F> {
    /// Starts an export. `open` opens files by name, and `coordinates` looks up
    /// those of places.
    ///
    /// # Errors
    /// This and the other methods return the errors of `open` and of its files.
    pub fn start_export(
        format: Format,
        ExportOptions { offsets, table }: ExportOptions,
        coordinates: &'g CoordinateLookup<'g>,
        mut open: F,
    ) -> io::Result<Self> {
        let name = format!("names.{}", format.file_ending());
        let sink = match format {
            Format::Text => ExportSink::Text(open(&name)?),
            Format::Brackets => ExportSink::Brackets(open(&name)?),
            Format::Conll => {
                ExportSink::Conll(open(&name)?, offsets.then(|| open(CONLL_OFFSETS)).transpose()?)
            }
            Format::Jsonl => ExportSink::Jsonl(open(&name)?),
            Format::Spacy => ExportSink::Spacy(open(&name)?),
            Format::Standoff => ExportSink::Standoff,
            Format::Brat => {
                let mut configuration = open(BRAT_CONFIGURATION)?;
                configuration.write_all(brat::CONFIGURATION.as_bytes())?;
                configuration.flush()?;
                ExportSink::Brat
            }
            Format::W3c => ExportSink::W3c(w3c::W3cWriter::start_file(open(&name)?)?),
            Format::Tei => ExportSink::Tei(tei::TeiWriter::start_file(open(&name)?)?),
            Format::Csv => ExportSink::Csv(csv::CsvWriter::start_table(open(&name)?, table)?),
            Format::Parquet => {
                ExportSink::Parquet(Box::new(columns::ParquetWriter::start_file(open(&name)?)?))
            }
            Format::Arrow => {
                ExportSink::Arrow(Box::new(columns::IpcWriter::start_file(open(&name)?)?))
            }
            Format::Ftm => {
                let offsets = offsets.then(|| open(FTM_OFFSETS)).transpose()?;
                ExportSink::Ftm(ftm::FtmWriter::start_files(open(&name)?, offsets)?)
            }
            Format::Gexf => ExportSink::Gexf(open(&name)?, EntityNetwork::default()),
            Format::Graphml => ExportSink::Graphml(open(&name)?, EntityNetwork::default()),
            Format::Geojson => {
                ExportSink::Geojson(open(&name)?, geojson::PlaceCollection::default())
            }
        };
        Ok(Self { open, coordinates, sink })
    }

    /// Writes a document. `source` says where it came from.
    pub fn write_document(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        match &mut self.sink {
            ExportSink::Text(out) => {
                writeln!(out, "--- {source}\n")?;
                ansi::write_text(annotated, Colours::Off, out)?;
                writeln!(out)
            }
            ExportSink::Brackets(out) => {
                brackets::write_sentences(annotated, out)?;
                writeln!(out)
            }
            ExportSink::Conll(out, offsets) => {
                conll::write_sentences(annotated, DocStart::Marked, out)?;
                let offsets = offsets.as_mut();
                offsets.map_or(Ok(()), |out| conll::write_offsets(annotated, source, out))
            }
            ExportSink::Jsonl(out) => jsonl::write_line(annotated, source, out),
            ExportSink::Spacy(out) => spacy::write_line(annotated, source, out),
            ExportSink::Standoff => {
                let mut out = self.open_annotation_file(annotated, source, "json")?;
                standoff::write_annotations(annotated, &[], &mut out)?;
                out.flush()
            }
            ExportSink::Brat => {
                let mut out = self.open_annotation_file(annotated, source, "ann")?;
                brat::write_annotations(annotated, &mut out)?;
                out.flush()
            }
            ExportSink::W3c(writer) => writer.write_document(annotated, source),
            ExportSink::Tei(writer) => writer.write_document(annotated, source),
            ExportSink::Csv(writer) => writer.write_document(annotated, source),
            ExportSink::Parquet(writer) => writer.write_document(annotated, source),
            ExportSink::Arrow(writer) => writer.write_document(annotated, source),
            ExportSink::Ftm(writer) => writer.write_document(annotated, source, self.coordinates),
            ExportSink::Gexf(_, network) | ExportSink::Graphml(_, network) => {
                network.add_document(annotated);
                Ok(())
            }
            ExportSink::Geojson(_, places) => {
                places.add_document(annotated);
                Ok(())
            }
        }
    }

    /// Writes the text of a pair, and opens its annotation file.
    fn open_annotation_file(
        &mut self,
        annotated: &Annotated,
        source: &str,
        ending: &str,
    ) -> io::Result<W> {
        let stem = pair_file_stem(annotated, source);
        let mut text = (self.open)(&format!("{stem}.txt"))?;
        text.write_all(annotated.document.text.as_str().as_bytes())?;
        text.flush()?;
        (self.open)(&format!("{stem}.{ending}"))
    }

    /// Finishes the export. Flushes the files that are still open and returns
    /// them.
    pub fn finish_export(self) -> io::Result<Vec<W>> {
        let mut files = match self.sink {
            ExportSink::Text(out)
            | ExportSink::Brackets(out)
            | ExportSink::Jsonl(out)
            | ExportSink::Spacy(out) => {
                vec![out]
            }
            ExportSink::Conll(out, offsets) => [out].into_iter().chain(offsets).collect(),
            ExportSink::Standoff | ExportSink::Brat => Vec::new(),
            ExportSink::W3c(writer) => vec![writer.finish_file()?],
            ExportSink::Tei(writer) => vec![writer.finish_file()?],
            ExportSink::Csv(writer) => vec![writer.finish_table()?],
            ExportSink::Parquet(writer) => vec![writer.finish_file()?],
            ExportSink::Arrow(writer) => vec![writer.finish_file()?],
            ExportSink::Ftm(writer) => {
                let (out, offsets) = writer.finish_files()?;
                [out].into_iter().chain(offsets).collect()
            }
            ExportSink::Gexf(out, network) => vec![network.write_gexf(out)?],
            ExportSink::Graphml(out, network) => vec![network.write_graphml(out)?],
            ExportSink::Geojson(out, places) => vec![places.write_features(self.coordinates, out)?],
        };
        files.iter_mut().try_for_each(Write::flush)?;
        Ok(files)
    }
}

/// The file name of a pair without its ending: the cable id or the name of the
/// source file, and the start of the document's id, which makes it unique.
fn pair_file_stem(annotated: &Annotated, source: &str) -> String {
    let cable_id = annotated.document.header.cable_id.as_ref();
    let file = || file_name_of_text(source);
    let file = || file().rsplit_once('.').map_or_else(file, |(stem, _)| stem);
    let name = cable_id.map_or_else(file, |field| &field.value.0);
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '-' };
    let name: String = name.chars().map(plain).take(60).collect();
    let name = if name.is_empty() { "document" } else { &name };
    format!("{name}-{:.12}", annotated.document.id.to_string())
}
