//! The nouns of Chancery.
//!
//! What every stage hands to the next, and nothing that a stage does: a raw
//! file becomes a [`Document`] (`parse`), a document is cut into [`Words`]
//! (`segment`), words carry [`Mention`]s (`ner`), mentions stand for
//! [`Entities`] (`resolve`). The crate knows no file
//! format and no algorithm, so any stage can be read, tested and replaced
//! with this crate alone beside it.
//!
//! Two coordinate systems exist and the compiler keeps them apart:
//! [`RawSpan`] counts bytes of the file as it came, [`TextSpan`] bytes of the
//! reading text. [`Text`] holds the one and the way back to the other.
//!
//! ```
//! use chancery_model::{RunKind, Text, TextSpan};
//!
//! // The file said "Mali &amp; Niger"; the reader sees "Mali & Niger".
//! let mut text = Text::default();
//! text.push("Mali ", 0..5, RunKind::Copied);
//! text.push("&", 5..10, RunKind::Decoded);
//! text.push(" Niger", 10..16, RunKind::Copied);
//! let niger = TextSpan::new(7, 12);
//! assert_eq!(&text[niger], "Niger");
//! assert_eq!(text.to_raw(niger).range(), 11..16);
//! ```

mod document;
mod encoding;
mod entity;
mod header;
mod mention;
mod span;
mod text;
mod words;

pub use document::{
    Block, BlockKind, Document, DocumentId, Format, Mark, MarkKind, Note, PageLine, Paragraph,
    Portion, Role,
};
pub use encoding::{Encoding, windows_1252};
pub use entity::{Entities, Entity, Link, Tie};
pub use header::{
    CableId, Classification, ClassifiedBy, Date, DateTimeGroup, Field, Header, Precedence,
    Recipient, Reference, ReferenceKind, Section, Tag, TagKind,
};
pub use mention::{Annotated, Label, Mention, Source};
pub use span::{Raw, RawSpan, Reading, Span, TextSpan};
pub use text::{CodePoints, OffsetMap, Run, RunKind, Text, at_code_points};
pub use words::{Sentence, Token, TokenKind, Words};
