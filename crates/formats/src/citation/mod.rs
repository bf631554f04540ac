//! How a document is cited: in plain text (Chicago style), RIS, BibTeX and CSL-JSON.
//!
//! [`Citation::new`] decides what the document is (telegram, document of a published
//! volume, memorandum, letter or other file) and collects what a citation says of it.
//! A [`CitationFormat`] writes that. What the document does not state is left out.
//!
//! Documents of *Foreign Relations of the United States* are cited as the Office of the
//! Historian recommends: <https://history.state.gov/historicaldocuments/citing-frus>.
//! Telegrams, memoranda and letters follow the Chicago Manual of Style for documents of
//! archives: parties, title, kind, date, classification, archive.

mod bibtex;
mod csl;
mod embedded;
mod list;
mod parties;
mod plain;
mod ris;
mod volume_id;

pub use list::CitationWriter;

use std::fmt;
use std::str::FromStr;

use chancery_model::{
    BlockKind, Classification, Date, Document, EnvelopeKind, Header, SourceFormat, VolumePlace,
    file_name_of_text, without_controls,
};
use serde_json::Value;

/// Maximum length of a title in bytes; the headings of some files are whole paragraphs.
const MAX_TITLE_BYTES: usize = 300;

/// What a cited document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CitationKind {
    /// A telegram.
    Telegram,
    /// A document of a published volume.
    Volume,
    /// A memorandum.
    Memorandum,
    /// A letter or e-mail.
    Letter,
    /// Anything else.
    File,
}

impl CitationKind {
    /// The word for it in citations: "telegram". Empty for volumes and files, which are
    /// cited by their title.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::Memorandum => "memorandum",
            Self::Letter => "letter",
            Self::Volume | Self::File => "",
        }
    }
}

/// What a citation says of a document. Every field but `key` may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// What the document is.
    pub kind: CitationKind,
    /// The id of the entry in a bibliography: "09PORTLOUIS214", "frus1969-76ve04-d129".
    pub key: String,
    /// The title: subject, heading or name of the file.
    pub title: String,
    /// The sender: "Embassy Port Louis".
    pub sender: Option<String>,
    /// The addressees of the action lines.
    pub addressees: Vec<String>,
    /// The date.
    pub date: Option<Date>,
    /// The number: "214" of a telegram, "129" of a document in a volume.
    pub number: Option<String>,
    /// The cable id, or the id of the release.
    pub document_id: Option<String>,
    /// The classification.
    pub classification: Option<Classification>,
    /// Where the original is kept: record group and file, or the name of the user's file.
    pub archive: Option<String>,
    /// The volume that the document is part of.
    pub volume: Option<VolumePlace>,
    /// The public address.
    pub url: Option<String>,
}

impl Citation {
    /// Collects what a citation says of `document`, which lies at `path`.
    pub fn new(document: &Document, path: &str) -> Self {
        let header = &document.header;
        let id = header.cable_id.as_ref().map(|id| id.value.0.clone());
        let in_volume = document.volume.as_ref().and_then(|volume| volume.document_id.as_deref());
        let place = in_volume.or(id.as_deref()).and_then(volume_id::split_document_id);
        let kind = match place {
            Some(_) => CitationKind::Volume,
            None => kind_of_document(document),
        };
        let (title, number) = match place {
            Some((_, number)) => (volume_heading(document, number), Some(number.to_owned())),
            None => (title_of_document(document, path), telegram_number(header)),
        };
        let digest = document.id.to_string();
        let key = id.clone().unwrap_or_else(|| digest[..16].to_owned()).replace('/', "-");
        let archive = match place {
            Some(_) => source_note(document),
            None => Some(archive_of_document(document, path)).filter(|archive| !archive.is_empty()),
        };
        Self {
            kind,
            key: clean_words(&key),
            title: clean_words(&title),
            sender: parties::sender(header).map(|words| clean_words(&words)),
            addressees: parties::addressees(header).iter().map(|one| clean_words(one)).collect(),
            date: header.document_date(),
            number,
            document_id: id.as_deref().map(clean_words),
            classification: header.classification.as_ref().map(|field| field.value),
            archive: archive.map(|words| clean_words(&words)),
            url: place.map(|(volume, number)| volume_id::canonical_address(volume, number)),
            volume: place.map(|(volume, _)| volume_id::volume_of_document(volume, document)),
        }
    }

    /// The citation in a format. Plain text has no line end; the other formats end with
    /// one.
    pub fn write(&self, format: CitationFormat) -> String {
        match format {
            CitationFormat::Text => plain::write(self),
            CitationFormat::Ris => ris::write(self),
            CitationFormat::Bibtex => bibtex::write(self),
            CitationFormat::CslJson => {
                format!("{}\n", Value::Array(vec![csl::item(self)]))
            }
        }
    }

    /// The classification as people write it: "Top Secret".
    pub fn classification_in_words(&self) -> Option<&'static str> {
        self.classification.map(classification_name)
    }

    /// The CSL-JSON item of the citation.
    pub fn csl_item(&self) -> Value {
        csl::item(self)
    }

    /// Kind and number in words: "telegram 214".
    fn kind_with_number(&self) -> String {
        match &self.number {
            Some(number) => format!("{} {number}", self.kind.name()),
            None => self.kind.name().to_owned(),
        }
    }

    /// What tells this document from others of its kind: the id, unless the number says
    /// the same.
    fn shown_id(&self) -> Option<&str> {
        self.document_id.as_deref().filter(|_| self.kind != CitationKind::Volume)
    }
}

/// A format of citations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CitationFormat {
    /// Plain text in Chicago style, for a footnote.
    Text,
    /// RIS, which most reference managers read.
    Ris,
    /// BibTeX.
    Bibtex,
    /// CSL-JSON: an array of one item.
    CslJson,
}

impl CitationFormat {
    /// All formats, in the order of lists for users.
    pub const ALL: [Self; 4] = [Self::Text, Self::Ris, Self::Bibtex, Self::CslJson];

    /// The name on the command line and in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Ris => "ris",
            Self::Bibtex => "bibtex",
            Self::CslJson => "csl-json",
        }
    }

    /// The name that people read.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Text => "Plain text",
            Self::Ris => "RIS (Zotero, EndNote, Mendeley)",
            Self::Bibtex => "BibTeX (LaTeX)",
            Self::CslJson => "CSL-JSON (Pandoc, Zotero)",
        }
    }

    /// The ending of a file, without its dot.
    pub const fn file_ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Ris => "ris",
            Self::Bibtex => "bib",
            Self::CslJson => "csl.json",
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; charset=utf-8",
            Self::Ris => "application/x-research-info-systems; charset=utf-8",
            Self::Bibtex => "application/x-bibtex; charset=utf-8",
            Self::CslJson => "application/vnd.citationstyles.csl+json; charset=utf-8",
        }
    }
}

impl fmt::Display for CitationFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for CitationFormat {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or(())
    }
}

fn kind_of_document(document: &Document) -> CitationKind {
    let header = &document.header;
    let is_letter = header.origins.iter().any(|one| one.envelope == EnvelopeKind::MailHeader);
    let is_telegram = matches!(document.format, SourceFormat::Telegram | SourceFormat::Capitals)
        || header.date_time.is_some()
        || (header.cable_id.is_some() && header.post.is_some());
    let mut first = document.blocks.iter().take(6).map(|block| &document.text[block.span]);
    let starts = |block: &str, word: &str| {
        let word =
            block.trim_start().get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word));
        word.is_some()
    };
    let (mut is_memorandum, mut is_addressed) = (false, false);
    for block in first.by_ref() {
        is_memorandum |= starts(block, "memorandum");
        is_addressed |= starts(block, "dear ");
    }
    match () {
        () if is_letter => CitationKind::Letter,
        () if is_telegram => CitationKind::Telegram,
        () if is_memorandum => CitationKind::Memorandum,
        () if is_addressed => CitationKind::Letter,
        () => CitationKind::File,
    }
}

/// The first heading of a document.
fn first_heading(document: &Document) -> Option<&str> {
    let mut blocks = document.blocks.iter().take(6);
    let heading = blocks.find(|block| matches!(block.kind, BlockKind::Heading))?;
    Some(document.text[heading.span].trim()).filter(|words| !words.is_empty())
}

/// The heading that the editors of a volume give a document, without its number.
fn volume_heading(document: &Document, number: &str) -> String {
    let heading = first_heading(document).unwrap_or_default();
    let rest = heading.strip_prefix(number).and_then(|rest| rest.strip_prefix('.'));
    rest.unwrap_or(heading).to_owned()
}

fn title_of_document(document: &Document, path: &str) -> String {
    let subject = document.header.subject.as_ref().map(|field| field.value.as_str());
    let title = subject.or_else(|| first_heading(document));
    title.unwrap_or_else(|| file_name(path)).to_owned()
}

/// The serial as people cite it, without leading zeros.
fn telegram_number(header: &Header) -> Option<String> {
    let serial = header.serial.as_ref()?.value.trim().trim_start_matches('0');
    (!serial.is_empty()).then(|| serial.to_owned())
}

/// Where the original of a document is kept, as far as the document states it.
fn archive_of_document(document: &Document, path: &str) -> String {
    let origins = &document.header.origins;
    let has = |envelope| origins.iter().any(|origin| origin.envelope == envelope);
    let id = document.header.cable_id.as_ref().map_or("", |id| id.value.0.as_str());
    if has(EnvelopeKind::MessageAttributes) {
        return "Central Foreign Policy Files, RG 59, National Archives".to_owned();
    }
    if has(EnvelopeKind::ReleaseStamp) && id.starts_with("CIA-RDP") {
        return "CIA Records Search Tool (CREST)".to_owned();
    }
    let file = file_name(path);
    let stem = file.split('.').next().unwrap_or(file);
    let is_title = document.header.subject.is_none() && first_heading(document).is_none();
    if is_title || stem.eq_ignore_ascii_case(id) { String::new() } else { file.to_owned() }
}

/// What the editors say of the source, up to the classification: "National Archives, RG
/// 59, Central Files 1970–73, POL 27 IRAN–IRAQ".
fn source_note(document: &Document) -> Option<String> {
    let blocks = document.blocks.iter().map(|block| document.text[block.span].trim());
    let notes = blocks.filter_map(|words| words.trim_start_matches('[').strip_prefix("Source: "));
    let note = notes.into_iter().next()?;
    let end = note.find(". ").unwrap_or(note.len());
    Some(note[..end].trim_end_matches(['.', ']']).to_owned())
}

/// A path without its folders. What lies in a container keeps the name of the container:
/// "rows.csv!/12".
fn file_name(path: &str) -> &str {
    let outer = path.find("!/").unwrap_or(path.len());
    &path[outer - file_name_of_text(&path[..outer]).len()..]
}

/// Words on one line, without control characters, cut at the end of a word.
fn clean_words(words: &str) -> String {
    let mut line = without_controls(&words.split_whitespace().collect::<Vec<_>>().join(" "));
    if line.len() > MAX_TITLE_BYTES {
        line.truncate(line.floor_char_boundary(MAX_TITLE_BYTES));
        line.truncate(line.rfind(' ').unwrap_or(line.len()));
        line.push('…');
    }
    line
}

/// A classification as people write it: "Top Secret".
const fn classification_name(classification: Classification) -> &'static str {
    match classification {
        Classification::Unclassified => "Unclassified",
        Classification::Sensitive => "Sensitive but Unclassified",
        Classification::LimitedOfficialUse => "Limited Official Use",
        Classification::Restricted => "Restricted",
        Classification::Confidential => "Confidential",
        Classification::Secret => "Secret",
        Classification::TopSecret => "Top Secret",
    }
}
