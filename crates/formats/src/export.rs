//! Export of documents to any format, one document at a time.
//!
//! The caller decides where the files go: [`Exporter::begin`] takes a function
//! that opens a file by its name. It may also return a buffer in memory or
//! standard output.
//!
//! ```
//! use chancery_formats::{Exporter, Format, jsonl};
//!
//! let documents = jsonl::read(br#"{"text":"Ama left.","mentions":[{"start":0,"end":3,"label":"PER"}]}"#);
//! let nowhere = |_: &str| None;
//! let mut exporter =
//!     Exporter::begin(Format::Csv, false, &nowhere, |_name: &str| Ok(Vec::new())).expect("a buffer");
//! for document in documents.expect("well formed") {
//!     exporter.write(&document.annotated, "cables/1.txt").expect("a buffer");
//! }
//! let table = exporter.finish().expect("a buffer").pop().expect("a file");
//! assert!(String::from_utf8_lossy(&table).contains(",0,3,PER,Ama,"));
//! ```

use std::io::{self, Write};

use chancery_model::Annotated;

use crate::ansi::{self, Colours};
use crate::conll::{self, DocStart};
use crate::geojson::{self, Gazetteer};
use crate::network::Network;
use crate::{Format, brackets, brat, columns, csv, ftm, jsonl, spacy, standoff, tei, w3c};

/// Names of files of an export that hold no annotations.
pub const SIDE_FILES: [&str; 3] = [CONLL_OFFSETS, FTM_OFFSETS, BRAT_CLASSES];

const CONLL_OFFSETS: &str = "offsets.tsv";
const FTM_OFFSETS: &str = "offsets.csv";
const BRAT_CLASSES: &str = "annotation.conf";

/// Writes documents in one format.
pub struct Exporter<'g, W: Write + Send, F> {
    open: F,
    gazetteer: &'g Gazetteer<'g>,
    sink: Sink<W>,
}

/// The open output: one variant for each way in which a format is written.
enum Sink<W: Write + Send> {
    Text(W),
    Brackets(W),
    Conll(W, Option<W>),
    Jsonl(W),
    Spacy(W),
    Standoff,
    Brat,
    W3c(w3c::Writer<W>),
    Tei(tei::Writer<W>),
    Csv(csv::Writer<W>),
    Parquet(Box<columns::ParquetWriter<W>>),
    Arrow(Box<columns::IpcWriter<W>>),
    Ftm(ftm::Writer<W, W>),
    Gexf(W, Network),
    Graphml(W, Network),
    Geojson(W, geojson::Places),
}

impl<'g, W: Write + Send, F: FnMut(&str) -> io::Result<W>> Exporter<'g, W, F> {
    /// Starts an export. `open` opens files by name, and `gazetteer` returns the
    /// coordinates of places. With `offsets`, a format that keeps offsets in a
    /// second file writes that file too.
    ///
    /// # Errors
    /// This and the other methods return the errors of `open` and of its files.
    pub fn begin(
        format: Format,
        offsets: bool,
        gazetteer: &'g Gazetteer<'g>,
        mut open: F,
    ) -> io::Result<Self> {
        let name = format!("names.{}", format.ending());
        let sink = match format {
            Format::Text => Sink::Text(open(&name)?),
            Format::Brackets => Sink::Brackets(open(&name)?),
            Format::Conll => {
                Sink::Conll(open(&name)?, offsets.then(|| open(CONLL_OFFSETS)).transpose()?)
            }
            Format::Jsonl => Sink::Jsonl(open(&name)?),
            Format::Spacy => Sink::Spacy(open(&name)?),
            Format::Standoff => Sink::Standoff,
            Format::Brat => {
                let mut configuration = open(BRAT_CLASSES)?;
                configuration.write_all(brat::CONFIGURATION.as_bytes())?;
                configuration.flush()?;
                Sink::Brat
            }
            Format::W3c => Sink::W3c(w3c::Writer::begin(open(&name)?)?),
            Format::Tei => Sink::Tei(tei::Writer::begin(open(&name)?)?),
            Format::Csv => Sink::Csv(csv::Writer::begin(open(&name)?)?),
            Format::Parquet => {
                Sink::Parquet(Box::new(columns::ParquetWriter::begin(open(&name)?)?))
            }
            Format::Arrow => Sink::Arrow(Box::new(columns::IpcWriter::begin(open(&name)?)?)),
            Format::Ftm => {
                let offsets = offsets.then(|| open(FTM_OFFSETS)).transpose()?;
                Sink::Ftm(ftm::Writer::begin(open(&name)?, offsets)?)
            }
            Format::Gexf => Sink::Gexf(open(&name)?, Network::default()),
            Format::Graphml => Sink::Graphml(open(&name)?, Network::default()),
            Format::Geojson => Sink::Geojson(open(&name)?, geojson::Places::default()),
        };
        Ok(Self { open, gazetteer, sink })
    }

    /// Writes a document. `source` says where it came from.
    pub fn write(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        match &mut self.sink {
            Sink::Text(out) => {
                writeln!(out, "--- {source}\n")?;
                ansi::write(annotated, Colours::Off, out)?;
                writeln!(out)
            }
            Sink::Brackets(out) => {
                brackets::write(annotated, out)?;
                writeln!(out)
            }
            Sink::Conll(out, offsets) => {
                conll::write(annotated, DocStart::Marked, out)?;
                let offsets = offsets.as_mut();
                offsets.map_or(Ok(()), |out| conll::write_offsets(annotated, source, out))
            }
            Sink::Jsonl(out) => jsonl::write(annotated, source, out),
            Sink::Spacy(out) => spacy::write(annotated, source, out),
            Sink::Standoff => {
                let mut out = self.beside_text(annotated, source, "json")?;
                standoff::write(annotated, &[], &mut out)?;
                out.flush()
            }
            Sink::Brat => {
                let mut out = self.beside_text(annotated, source, "ann")?;
                brat::write(annotated, &mut out)?;
                out.flush()
            }
            Sink::W3c(writer) => writer.write(annotated, source),
            Sink::Tei(writer) => writer.write(annotated, source),
            Sink::Csv(writer) => writer.write(annotated, source),
            Sink::Parquet(writer) => writer.write(annotated, source),
            Sink::Arrow(writer) => writer.write(annotated, source),
            Sink::Ftm(writer) => writer.write(annotated, source, self.gazetteer),
            Sink::Gexf(_, network) | Sink::Graphml(_, network) => {
                network.add(annotated);
                Ok(())
            }
            Sink::Geojson(_, places) => {
                places.add(annotated);
                Ok(())
            }
        }
    }

    /// Writes the text of a pair, and opens its annotation file.
    fn beside_text(&mut self, annotated: &Annotated, source: &str, ending: &str) -> io::Result<W> {
        let stem = stem(annotated, source);
        let mut text = (self.open)(&format!("{stem}.txt"))?;
        text.write_all(annotated.document.text.as_str().as_bytes())?;
        text.flush()?;
        (self.open)(&format!("{stem}.{ending}"))
    }

    /// Finishes the export. Flushes the files that are still open and returns
    /// them.
    pub fn finish(self) -> io::Result<Vec<W>> {
        let mut files = match self.sink {
            Sink::Text(out) | Sink::Brackets(out) | Sink::Jsonl(out) | Sink::Spacy(out) => {
                vec![out]
            }
            Sink::Conll(out, offsets) => [out].into_iter().chain(offsets).collect(),
            Sink::Standoff | Sink::Brat => Vec::new(),
            Sink::W3c(writer) => vec![writer.finish()?],
            Sink::Tei(writer) => vec![writer.finish()?],
            Sink::Csv(writer) => vec![writer.finish()?],
            Sink::Parquet(writer) => vec![writer.finish()?],
            Sink::Arrow(writer) => vec![writer.finish()?],
            Sink::Ftm(writer) => {
                let (out, offsets) = writer.finish()?;
                [out].into_iter().chain(offsets).collect()
            }
            Sink::Gexf(out, network) => vec![network.write_gexf(out)?],
            Sink::Graphml(out, network) => vec![network.write_graphml(out)?],
            Sink::Geojson(out, places) => vec![places.write(self.gazetteer, out)?],
        };
        files.iter_mut().try_for_each(Write::flush)?;
        Ok(files)
    }
}

/// The file name of a pair without its ending: the cable id or the name of the
/// source file, and the start of the document's id, which makes it unique.
fn stem(annotated: &Annotated, source: &str) -> String {
    let reference = annotated.document.header.reference_id.as_ref();
    let file = || source.rsplit(['/', '\\']).next().unwrap_or(source);
    let file = || file().rsplit_once('.').map_or_else(file, |(stem, _)| stem);
    let name = reference.map_or_else(file, |field| &field.value.0);
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '-' };
    let name: String = name.chars().map(plain).take(60).collect();
    let name = if name.is_empty() { "document" } else { &name };
    format!("{name}-{:.12}", annotated.document.id.to_string())
}
