//! What the finders of a header return: fields, their spans, the end of the header.

use chancery_model::{Header, TextSpan};

use crate::layout::HeaderLayout;
use crate::{cable_id, date_time};

/// The result of [`find_header`](crate::find_header).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FoundHeader {
    /// The layout of the header.
    pub layout: HeaderLayout,
    /// The typed fields.
    pub header: Header,
    /// The heading that editors put over the document, and the dateline below it.
    pub title: Option<EditorialTitle>,
    /// The span of each field, key and value, in order and without overlap:
    /// transmission lines, the classification line, caption lines, E.O., TAGS,
    /// REF, SUBJECT and classified-by lines. The signature is not among them:
    /// see [`Header::signatures`].
    pub fields: Vec<FieldSpan>,
    /// End of the header and start of the prose: the first offset after the
    /// last field that is not white space. It is between `head.start` and
    /// `body.end`.
    pub end: u32,
    /// A date-time group of which only a part can be read, as printed.
    pub damaged_date: Option<String>,
}

/// The heading that editors put over a document, and its dateline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EditorialTitle {
    /// The heading, which may be several lines.
    pub heading: TextSpan,
    /// The number at its start: "123.".
    pub number: Option<TextSpan>,
    /// Place and date.
    pub dateline: Option<TextSpan>,
}

/// The span of a field, key and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpan {
    /// The whole field; may be several lines (a wrapped subject).
    pub span: TextSpan,
    /// The part of it that is prose and may contain names: the words of a
    /// subject, the name and title in a classified-by field. The rest is data.
    pub prose: Option<TextSpan>,
}

/// The full year of the telegram: from its id, date-time group or date.
pub fn year_of_cable(header: &Header) -> Option<u16> {
    let id = header.cable_id.as_ref().filter(|id| cable_id::post_and_serial(&id.value).is_some());
    let id = id.and_then(|id| date_time::expand_year(id.value.0.get(..2)?));
    let group = header.date_time.as_ref().map(|group| group.value.date.year);
    id.or(group).or_else(|| header.date.as_ref().map(|date| date.value.year))
}
