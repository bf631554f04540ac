//! The formats in which a result can be exported.

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

    /// All formats, in the order in which they are listed.
    pub fn all_formats() -> impl Iterator<Item = Self> {
        let formats = Format::ALL.into_iter().filter(|format| format.is_available());
        let of_archive = [Self::Hits, Self::Quotations].into_iter().chain(Self::OF_ARCHIVE);
        of_archive.chain(formats.map(Self::Documents))
    }

    /// Name of the format in URLs.
    pub const fn url_name(self) -> &'static str {
        match self {
            Self::Hits => "hits",
            Self::Quotations => "quotations",
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
        matches!(self, Self::Hits | Self::Documents(Format::Csv))
    }

    /// What the format is for.
    pub const fn purpose(self) -> &'static str {
        let format = match self {
            Self::Hits => return "A table of documents for Excel",
            Self::Quotations => return "Quotes with their sources for Word",
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
