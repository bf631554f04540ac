//! The list of all formats. The command line, its help, the documentation and
//! the web pages take names, descriptions and file endings from here.

use std::fmt;
use std::str::FromStr;

/// A format in which documents and their mentions can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// See [`crate::ansi`].
    Text,
    /// See [`crate::brackets`].
    Brackets,
    /// See [`crate::conll`].
    Conll,
    /// See [`crate::jsonl`].
    Jsonl,
    /// See [`crate::standoff`].
    Standoff,
    /// See [`crate::brat`].
    Brat,
    /// See [`crate::w3c`].
    W3c,
    /// See [`crate::tei`].
    Tei,
    /// See [`crate::spacy`].
    Spacy,
    /// See [`crate::csv`].
    Csv,
    /// See [`crate::columns`].
    Parquet,
    /// See [`crate::columns`].
    Arrow,
    /// See [`crate::ftm`].
    Ftm,
    /// See [`crate::network`].
    Gexf,
    /// See [`crate::network`].
    Graphml,
    /// See [`crate::geojson`].
    Geojson,
}

/// The files of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileLayout {
    /// One file for all documents.
    File,
    /// One file for all documents, and an optional second file of offsets.
    WithOffsets,
    /// Two files for each document.
    Pairs,
}

/// Names and properties of a format.
struct FormatProperties {
    name: &'static str,
    about: &'static str,
    ending: &'static str,
    media: &'static str,
    shape: FileLayout,
    reads: bool,
}

impl Format {
    /// Whether the format holds statements.
    pub const fn holds_statements(self) -> bool {
        matches!(
            self,
            Self::Jsonl | Self::W3c | Self::Tei | Self::Parquet | Self::Arrow | Self::Ftm
        )
    }

    /// All formats, in the order of lists for users.
    pub const ALL: [Self; 16] = [
        Self::Text,
        Self::Brackets,
        Self::Conll,
        Self::Jsonl,
        Self::Standoff,
        Self::Brat,
        Self::W3c,
        Self::Tei,
        Self::Spacy,
        Self::Csv,
        Self::Parquet,
        Self::Arrow,
        Self::Ftm,
        Self::Gexf,
        Self::Graphml,
        Self::Geojson,
    ];

    #[rustfmt::skip] // a table
    const fn properties(self) -> FormatProperties {
        use FileLayout::{File, Pairs, WithOffsets};
        let (name, about, ending, media, shape, reads) = match self {
            Self::Text => ("text", "The text as read, with names in colour", "txt", "text/plain", File, false),
            Self::Brackets => ("brackets", "\"[PER Ama Osei  ] left . \", one sentence per line", "brackets.txt", "text/plain", File, true),
            Self::Conll => ("conll", "CoNLL-2003 columns: one token and its tag per line", "conll", "text/plain", WithOffsets, true),
            Self::Jsonl => ("jsonl", "One JSON object per line for each document: header, text, sentences, names, entities", "jsonl", "application/x-ndjson", File, true),
            Self::Standoff => ("standoff", "NAME.txt with NAME.json", "json", "application/json", Pairs, true),
            Self::Brat => ("brat", "brat stand-off, NAME.txt with NAME.ann", "ann", "text/plain", Pairs, true),
            Self::W3c => ("w3c", "W3C Web Annotations in JSON-LD", "jsonld", "application/ld+json", File, true),
            Self::Tei => ("tei", "TEI P5 with persName, placeName, orgName and lists", "tei.xml", "application/tei+xml", File, true),
            Self::Spacy => ("spacy", "JSON lines of spaCy and Prodigy: text, tokens, spans", "spacy.jsonl", "application/x-ndjson", File, true),
            Self::Csv => ("csv", "A table, one row per mention", "csv", "text/csv", File, false),
            Self::Parquet => ("parquet", "Apache Parquet, typed columns, one row per document", "parquet", "application/vnd.apache.parquet", File, true),
            Self::Arrow => ("arrow", "Apache Arrow IPC file, the columns of parquet", "arrow", "application/vnd.apache.arrow.file", File, true),
            Self::Ftm => ("ftm", "FollowTheMoney entities, JSON lines", "ftm.json", "application/x-ndjson", WithOffsets, false),
            Self::Gexf => ("gexf", "Network of the entities named together, for Gephi", "gexf", "application/gexf+xml", File, false),
            Self::Graphml => ("graphml", "The same network in GraphML", "graphml", "application/graphml+xml", File, false),
            Self::Geojson => ("geojson", "The places on a map", "geojson", "application/geo+json", File, false),
        };
        FormatProperties { name, about, ending, media, shape, reads }
    }

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        self.properties().name
    }

    /// A description of one line.
    pub const fn description(self) -> &'static str {
        self.properties().about
    }

    /// The ending of its file names, without the first dot; for pairs, that of
    /// the annotation file.
    pub const fn file_ending(self) -> &'static str {
        self.properties().ending
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        self.properties().media
    }

    /// The files of the format.
    pub const fn file_layout(self) -> FileLayout {
        self.properties().shape
    }

    /// Whether this build of the program has the format. Parquet and Arrow are a
    /// feature, as they take a fifth of the time of a build.
    pub const fn is_available(self) -> bool {
        cfg!(feature = "columns") || !matches!(self, Self::Parquet | Self::Arrow)
    }

    /// Whether this crate can read the format.
    pub const fn is_readable(self) -> bool {
        self.properties().reads
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_to_formats() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        assert_eq!("none".parse::<Format>(), Err(()));
    }
}
