//! The data types that the stages of Chancery share.
//!
//! `parse` turns a raw file into a [`Document`]. `segment` splits a document
//! into [`Words`]. `ner` finds [`Mention`]s in the words. `resolve` links the
//! mentions to entities ([`DocumentEntities`]). This crate contains no file
//! format and no algorithm but the tables of spellings, so each stage can be
//! read, tested and replaced with this crate as its only dependency on the
//! others.
//!
//! There are two coordinate systems, with a type for each: [`RawSpan`] counts
//! bytes of the raw file, [`TextSpan`] counts bytes of the reading text.
//! [`Text`] holds the reading text and maps its spans back to the raw file.
//!
//! ```
//! use chancery_model::{RunKind, Text, TextSpan};
//!
//! // The file contains "Mali &amp; Niger"; the reader sees "Mali & Niger".
//! let mut text = Text::default();
//! text.push_run("Mali ", 0..5, RunKind::Copied);
//! text.push_run("&", 5..10, RunKind::Decoded);
//! text.push_run(" Niger", 10..16, RunKind::Copied);
//! let niger = TextSpan::new(7, 12);
//! assert_eq!(&text[niger], "Niger");
//! assert_eq!(text.to_raw_span(niger).byte_range(), 11..16);
//! ```

mod certainty;
mod document;
mod encoding;
mod entity;
mod envelope;
mod evidence;
mod header;
mod header_change;
mod language;
mod mention;
mod month;
mod office;
mod page;
mod path_text;
mod span;
mod spelling;
mod statement;
mod text;
mod text_reference;
mod volume;
mod words;

pub use certainty::Certainty;
pub use document::{
    Block, BlockKind, Document, DocumentId, EditorialMark, EditorialMarkKind, Footnote, PageLine,
    Paragraph, ParagraphRole, PortionMarking, SourceFormat,
};
pub use encoding::{Encoding, decode_windows_1252};
pub use entity::{DocumentEntities, Entity, Link, LinkKind};
pub use envelope::{Envelope, EnvelopeField, EnvelopeKind, FieldOrigin};
pub use evidence::{
    CitySupport, Evidence, ListRule, PartialDay, evidence_from_sentence, evidence_sentence,
};
pub use header::{
    CableId, Classification, ClassifiedBy, Correspondent, Date, DateTimeGroup, Header, Officer,
    OfficerRole, Precedence, Reference, ReferenceKind, Section, Spanned, TagsEntry, TagsEntryKind,
};
pub use header_change::HeaderChange;
pub use language::Language;
pub use mention::{Annotated, Label, Mention, MentionSource};
pub use month::MONTH_NAMES;
pub use office::OfficeReference;
pub use page::{Page, PageReader, PageSummary, page_ranges};
pub use path_text::{
    file_name_of_text, path_from_text, path_to_text, steers_terminal, without_controls,
};
pub use span::{ByteSpan, RawBytes, RawSpan, TextBytes, TextSpan};
pub use spelling::{
    fold_char, fold_word, is_apostrophe, is_clause_dash, is_hyphen, is_invisible, is_letter_mark,
    is_word_char, joins_compound,
};
pub use statement::{Act, ActKind, ActStatus, Attribution, Party, Statement, StatementKind};
pub use text::{CodePoints, OffsetMap, RunKind, Text, TextRun, span_of_code_points};
pub use text_reference::{TelegramNumber, TextReference};
pub use volume::VolumePlace;
pub use words::{Sentence, Token, TokenKind, Words};
