//! The formats in which a result can be exported.

use chancery_formats::citation::CitationFormat;
use chancery_formats::{FileLayout, Format};
use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// Format of an exported result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum ExportFormat {
    /// A table of the documents.
    #[default]
    Hits,
    /// The passages that match, with their sources.
    Quotations,
    /// A table of the passages that match.
    Passages,
    /// The citations of the documents.
    Bibliography(CitationFormat),
    /// The index of names at the back of a book.
    NameIndex,
    /// A finding aid for archivists.
    FindingAid,
    /// The documents with their mentions.
    Documents(Format),
}

impl ExportFormat {
    /// Formats that describe an archive as a whole, and need one.
    pub const OF_ARCHIVE: [Self; 2] = [Self::NameIndex, Self::FindingAid];

    /// The formats that most people want: for Word, for Excel, for a reference manager.
    pub const COMMON: [Self; 3] =
        [Self::Quotations, Self::Hits, Self::Bibliography(CitationFormat::Ris)];

    /// All other formats, in the order in which they are listed.
    pub fn more_formats() -> impl Iterator<Item = Self> {
        let citations = CitationFormat::ALL.into_iter().map(Self::Bibliography);
        let formats = Format::ALL.into_iter().filter(|format| format.is_available());
        let all = std::iter::once(Self::Passages).chain(citations).chain(Self::OF_ARCHIVE);
        all.chain(formats.map(Self::Documents)).filter(|form| !Self::COMMON.contains(form))
    }

    fn all_formats() -> impl Iterator<Item = Self> {
        Self::COMMON.into_iter().chain(Self::more_formats())
    }

    /// Name of the format in URLs.
    pub const fn url_name(self) -> &'static str {
        match self {
            Self::Hits => "hits",
            Self::Quotations => "quotations",
            Self::Passages => "passages",
            // "text" is the text of the documents.
            Self::Bibliography(CitationFormat::Text) => "citations",
            Self::Bibliography(format) => format.name(),
            Self::NameIndex => "index",
            Self::FindingAid => "ead",
            Self::Documents(format) => format.name(),
        }
    }

    /// Whether the format holds statements.
    pub const fn holds_statements(self) -> bool {
        matches!(self, Self::Documents(format) if format.holds_statements())
    }

    /// Whether the format is a table for spreadsheets.
    pub const fn is_table(self) -> bool {
        matches!(self, Self::Hits | Self::Passages | Self::Documents(Format::Csv))
    }

    /// What the format is for.
    pub const fn purpose(self) -> &'static str {
        let format = match self {
            Self::Hits => return "A table of documents for Excel",
            Self::Quotations => return "Quotes with their sources for Word",
            Self::Passages => return "A table of passages for Excel",
            Self::Bibliography(CitationFormat::Ris) => {
                return "A bibliography for Zotero and EndNote";
            }
            Self::Bibliography(CitationFormat::Text) => return "A bibliography to read",
            Self::Bibliography(CitationFormat::Bibtex) => return "A bibliography for LaTeX",
            Self::Bibliography(CitationFormat::CslJson) => return "A bibliography for Pandoc",
            Self::NameIndex => return "An index of names for a book",
            Self::FindingAid => return "A finding aid for archivists",
            Self::Documents(format) => format,
        };
        match format {
            Format::Csv => "A table of names for Excel",
            Format::Text => "Text to read, or to paste into Word",
            Format::Brackets => "Text with the names in brackets",
            Format::Gexf => "Who is named with whom, for Gephi",
            Format::Graphml => "Who is named with whom, for yEd and Cytoscape",
            Format::Geojson => "Places for QGIS and other maps",
            Format::Tei => "An edition in TEI",
            Format::W3c => "Annotations for the web",
            Format::Ftm => "Entities for Aleph",
            Format::Parquet => "A data frame for pandas, R and DuckDB",
            Format::Arrow => "A data frame for Arrow",
            Format::Jsonl => "Records for programs",
            Format::Conll => "Words in columns, for training",
            Format::Spacy => "Documents for spaCy",
            Format::Brat => "Documents for brat",
            Format::Standoff => "Text and names in two files",
        }
    }

    /// One-line description of the format.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Hits => "A table of the documents (CSV)",
            Self::Quotations => "Every passage found, then where it is from (RTF)",
            Self::Passages => "Every passage with document, date, paragraph and citation (CSV)",
            Self::Bibliography(format) => format.description(),
            Self::NameIndex => "The index at the back of a book: names with their documents",
            Self::FindingAid => "Finding aid in EAD3: series, documents, names",
            Self::Documents(Format::Text) => "The text as read",
            Self::Documents(format) => format.description(),
        }
    }

    /// Returns the media type and the file name.
    pub fn media_type_and_name(self) -> (String, String) {
        let text = |media: &str| match media.starts_with("text/") {
            true => format!("{media}; charset=utf-8"),
            false => media.to_owned(),
        };
        match self {
            Self::Hits => (text("text/csv"), "hits.csv".into()),
            Self::Quotations => ("application/rtf".into(), "quotes.rtf".into()),
            Self::Passages => (text("text/csv"), "passages.csv".into()),
            Self::Bibliography(format) => {
                (format.media_type().into(), format!("bibliography.{}", format.file_ending()))
            }
            Self::NameIndex => (text("text/plain"), "index.txt".into()),
            Self::FindingAid => ("application/xml".into(), "finding-aid.ead.xml".into()),
            Self::Documents(format) if format.file_layout() == FileLayout::Pairs => {
                ("application/zip".into(), format!("names.{format}.zip"))
            }
            Self::Documents(format) => {
                (text(format.media_type()), format!("names.{}", format.file_ending()))
            }
        }
    }
}

impl TryFrom<String> for ExportFormat {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::all_formats()
            .find(|form| form.url_name() == name)
            .ok_or_else(|| format!("unknown format {name:?}"))
    }
}

impl PartialSchema for ExportFormat {
    fn schema() -> RefOr<Schema> {
        let names = Self::all_formats().map(Self::url_name);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
    }
}

impl ToSchema for ExportFormat {}
