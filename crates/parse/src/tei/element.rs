//! Classifies TEI elements by their effect on the text.
//!
//! The vocabulary is that of the FRUS volumes (TEI P5, with the values that
//! the Office of the Historian gives to `type` and `rend`). Elements not named
//! here are transparent: their words belong to the element around them.

use std::borrow::Cow;

use chancery_model::EditorialMarkKind;
use quick_xml::events::BytesStart;

/// The elements that affect the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Element {
    /// `div type="document"`.
    Document,
    /// `head`.
    Head,
    /// `dateline`, and `opener` around it.
    Dateline,
    /// `p` and elements treated like it.
    Paragraph,
    /// A `p` typeset as a heading.
    HeadingParagraph,
    /// A centred `p`: a heading if it is short.
    Centred,
    /// `signed`.
    Signed,
    /// `list`.
    List(ListKind),
    /// `item` of a list.
    Item,
    /// `table`.
    Table,
    /// `row` of a table.
    Row,
    /// `cell` of a row.
    Cell,
    /// `note`: a footnote.
    Note,
    /// A name, marked by the editors.
    Name(EditorialMarkKind),
    /// `gloss type="from"`, `persName type="from"`: the sender.
    Sender(EditorialMarkKind),
    /// `persName type="to"`: an addressee.
    Addressee(EditorialMarkKind),
    /// `date`.
    Date,
    /// `ref`: a link, often to another document.
    Reference,
    /// `lb`: a line break.
    LineBreak,
    /// Anything else.
    Other,
}

/// The kinds of list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ListKind {
    /// `from`: the sender over a telegram or memorandum.
    From,
    /// `to` and `memo`: the addressees.
    To,
    /// `subject` and `references`; the volumes often give references the type
    /// `subject`.
    Subject,
    /// Any other list, for example of participants.
    Plain,
}

/// The kind of block that words belong to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ElementKind {
    Header,
    Heading,
    Dateline,
    Paragraph,
    /// A heading if it is short.
    Centred,
    Table,
    Signature,
}

impl Element {
    /// The element with this name (without prefix) and the attributes of `tag`.
    pub(super) fn from_tag(name: &[u8], tag: &BytesStart<'_>) -> Self {
        let is =
            |key: &str, value: &str| attribute_value(tag, key).is_some_and(|v| v.trim() == value);
        let name_of = |kind| match attribute_value(tag, "type").as_deref().map(str::trim) {
            Some("from") => Self::Sender(kind),
            Some("to") => Self::Addressee(kind),
            _ => Self::Name(kind),
        };
        match name {
            b"div" if is("type", "document") => Self::Document,
            b"head" => Self::Head,
            b"dateline" | b"opener" => Self::Dateline,
            b"p" => paragraph_element(tag),
            b"ab" | b"salute" | b"closer" | b"postscript" | b"quote" | b"lg" | b"l" | b"figure"
            | b"figDesc" | b"byline" | b"trailer" | b"label" | b"div" => Self::Paragraph,
            b"signed" => Self::Signed,
            b"list" => Self::List(list_kind(tag)),
            b"item" => Self::Item,
            b"table" => Self::Table,
            b"row" => Self::Row,
            b"cell" => Self::Cell,
            b"note" => Self::Note,
            b"persName" => name_of(EditorialMarkKind::Person),
            b"placeName" => Self::Name(EditorialMarkKind::Place),
            b"gloss" | b"term" => name_of(EditorialMarkKind::Term),
            b"date" => Self::Date,
            b"ref" => Self::Reference,
            b"lb" => Self::LineBreak,
            _ => Self::Other,
        }
    }

    /// The kind of its words inside an element of kind `outer`. Everything in
    /// a table is part of the table. The head and items of a header list are
    /// part of the header.
    pub(super) fn kind_within(self, outer: ElementKind) -> ElementKind {
        match self {
            Self::Document | Self::Note => ElementKind::Paragraph,
            _ if outer == ElementKind::Table => ElementKind::Table,
            Self::Head | Self::Item if outer == ElementKind::Header => ElementKind::Header,
            Self::Head | Self::HeadingParagraph => ElementKind::Heading,
            Self::Dateline => ElementKind::Dateline,
            Self::Paragraph | Self::Item | Self::List(ListKind::Plain) => ElementKind::Paragraph,
            Self::Centred => ElementKind::Centred,
            Self::Signed => ElementKind::Signature,
            Self::List(_) => ElementKind::Header,
            Self::Table | Self::Row | Self::Cell => ElementKind::Table,
            Self::Name(_)
            | Self::Sender(_)
            | Self::Addressee(_)
            | Self::Date
            | Self::Reference
            | Self::LineBreak
            | Self::Other => outer,
        }
    }

    /// The boundary between its words, of the given kind, and those around it.
    pub(super) fn boundary_for(self, kind: ElementKind) -> ElementBoundary {
        match self {
            Self::Table | Self::Document => ElementBoundary::Block,
            Self::Row | Self::LineBreak => ElementBoundary::Line,
            Self::Cell => ElementBoundary::Cell,
            Self::Item if kind == ElementKind::Header => ElementBoundary::Line,
            Self::Head if kind == ElementKind::Header => ElementBoundary::Blank,
            Self::Head
            | Self::Dateline
            | Self::Paragraph
            | Self::HeadingParagraph
            | Self::Centred
            | Self::Signed
            | Self::List(_)
            | Self::Item => {
                if kind == ElementKind::Table {
                    ElementBoundary::Blank
                } else {
                    ElementBoundary::Block
                }
            }
            Self::Note
            | Self::Name(_)
            | Self::Sender(_)
            | Self::Addressee(_)
            | Self::Date
            | Self::Reference
            | Self::Other => ElementBoundary::None,
        }
    }

    /// The kind of name that the element marks.
    pub(super) fn mark_kind(self) -> Option<EditorialMarkKind> {
        match self {
            Self::Name(kind) | Self::Sender(kind) | Self::Addressee(kind) => Some(kind),
            _ => None,
        }
    }
}

/// The boundary between the words of an element and those around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ElementBoundary {
    /// None, other than the white space in the source.
    None,
    /// A space.
    Blank,
    /// A column separator.
    Cell,
    /// A line break.
    Line,
    /// The end of a block.
    Block,
}

fn paragraph_element(tag: &BytesStart<'_>) -> Element {
    match attribute_value(tag, "rend").as_deref() {
        Some("sectiontitleital" | "sourceheadcenterboldbig" | "sourcearchiveboldbig") => {
            Element::HeadingParagraph
        }
        Some("center" | "cetner") => Element::Centred,
        _ => Element::Paragraph,
    }
}

fn list_kind(tag: &BytesStart<'_>) -> ListKind {
    match attribute_value(tag, "type").as_deref().map(str::trim) {
        Some("from") => ListKind::From,
        Some("to" | "memo") => ListKind::To,
        Some("subject" | "references") => ListKind::Subject,
        _ => ListKind::Plain,
    }
}

/// The value of an attribute.
pub(super) fn attribute_value<'t>(tag: &'t BytesStart<'_>, key: &str) -> Option<Cow<'t, str>> {
    let mut attributes = tag.attributes();
    let found = attributes.with_checks(false).flatten().find(|a| a.key.as_ref() == key)?;
    Some(found.value)
}
