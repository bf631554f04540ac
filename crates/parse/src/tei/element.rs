//! What the elements of TEI mean for a reader.
//!
//! The vocabulary is that of the FRUS volumes (TEI P5, with the values that
//! the Office of the Historian gives to `type` and `rend`). An element that is
//! not named here is transparent: its words belong to what is around it.

use std::borrow::Cow;

use chancery_model::MarkKind;
use quick_xml::events::BytesStart;

/// The elements that a reader sees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Element {
    /// `div type="document"`.
    Document,
    /// `head`.
    Head,
    /// `dateline`, and `opener` around it.
    Dateline,
    /// `p` and what is read like one.
    Paragraph,
    /// A `p` that is set as a heading.
    Title,
    /// A `p` in the middle of the line: a heading if it is short.
    Centred,
    /// `signed`.
    Signed,
    /// `list`.
    List(List),
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
    Name(MarkKind),
    /// `gloss type="from"`, `persName type="from"`: the sender.
    Sender(MarkKind),
    /// `date`.
    Date,
    /// `lb`: the line ends here.
    LineBreak,
    /// Anything else.
    Other,
}

/// The kinds of list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum List {
    /// `from`: the sender over a telegram or memorandum.
    From,
    /// `to` and `memo`: the addressees.
    To,
    /// `subject`, and references, which often bear that type.
    Subject,
    /// Participants, points, anything.
    Plain,
}

/// The kind of block that words belong to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Header,
    Heading,
    Dateline,
    Paragraph,
    /// A heading, if it is short.
    Centred,
    Table,
    Signature,
}

impl Element {
    /// The element with the given name (without prefix) and attributes.
    pub(super) fn of(name: &[u8], tag: &BytesStart<'_>) -> Self {
        let is = |key: &str, value: &str| attribute(tag, key).is_some_and(|v| v.trim() == value);
        let name_of = |kind| if is("type", "from") { Self::Sender(kind) } else { Self::Name(kind) };
        match name {
            b"div" if is("type", "document") => Self::Document,
            b"head" => Self::Head,
            b"dateline" | b"opener" => Self::Dateline,
            b"p" => paragraph(tag),
            b"ab" | b"salute" | b"closer" | b"postscript" | b"quote" | b"lg" | b"l" | b"figure"
            | b"figDesc" | b"byline" | b"trailer" | b"label" | b"div" => Self::Paragraph,
            b"signed" => Self::Signed,
            b"list" => Self::List(list(tag)),
            b"item" => Self::Item,
            b"table" => Self::Table,
            b"row" => Self::Row,
            b"cell" => Self::Cell,
            b"note" => Self::Note,
            b"persName" => name_of(MarkKind::Person),
            b"placeName" => Self::Name(MarkKind::Place),
            b"gloss" | b"term" => name_of(MarkKind::Term),
            b"date" => Self::Date,
            b"lb" => Self::LineBreak,
            _ => Self::Other,
        }
    }

    /// The kind of its words, where those around it are of kind `outer`.
    /// A table keeps everything in it; so does the head of a list that is
    /// read as a header line.
    pub(super) fn kind(self, outer: Kind) -> Kind {
        match self {
            Self::Document | Self::Note => Kind::Paragraph,
            _ if outer == Kind::Table => Kind::Table,
            Self::Head | Self::Item if outer == Kind::Header => Kind::Header,
            Self::Head | Self::Title => Kind::Heading,
            Self::Dateline => Kind::Dateline,
            Self::Paragraph | Self::Item | Self::List(List::Plain) => Kind::Paragraph,
            Self::Centred => Kind::Centred,
            Self::Signed => Kind::Signature,
            Self::List(_) => Kind::Header,
            Self::Table | Self::Row | Self::Cell => Kind::Table,
            Self::Name(_) | Self::Sender(_) | Self::Date | Self::LineBreak | Self::Other => outer,
        }
    }

    /// What parts its words of the given kind from those around it.
    pub(super) fn edge(self, kind: Kind) -> Edge {
        match self {
            Self::Table | Self::Document => Edge::Block,
            Self::Row | Self::LineBreak => Edge::Line,
            Self::Cell => Edge::Cell,
            Self::Item if kind == Kind::Header => Edge::Line,
            Self::Head if kind == Kind::Header => Edge::Blank,
            Self::Head
            | Self::Dateline
            | Self::Paragraph
            | Self::Title
            | Self::Centred
            | Self::Signed
            | Self::List(_)
            | Self::Item => {
                if kind == Kind::Table {
                    Edge::Blank
                } else {
                    Edge::Block
                }
            }
            Self::Note | Self::Name(_) | Self::Sender(_) | Self::Date | Self::Other => Edge::None,
        }
    }

    /// The class of the name that the element marks.
    pub(super) fn mark(self) -> Option<MarkKind> {
        match self {
            Self::Name(kind) | Self::Sender(kind) => Some(kind),
            _ => None,
        }
    }
}

/// What stands between the words of an element and those around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Edge {
    /// Nothing: white space decides.
    None,
    /// A blank.
    Blank,
    /// The border of a column.
    Cell,
    /// A line end.
    Line,
    /// The end of a block.
    Block,
}

fn paragraph(tag: &BytesStart<'_>) -> Element {
    match attribute(tag, "rend").as_deref() {
        Some("sectiontitleital" | "sourceheadcenterboldbig" | "sourcearchiveboldbig") => {
            Element::Title
        }
        Some("center" | "cetner") => Element::Centred,
        _ => Element::Paragraph,
    }
}

fn list(tag: &BytesStart<'_>) -> List {
    match attribute(tag, "type").as_deref().map(str::trim) {
        Some("from") => List::From,
        Some("to" | "memo") => List::To,
        Some("subject" | "references") => List::Subject,
        _ => List::Plain,
    }
}

/// The value of an attribute.
pub(super) fn attribute<'t>(tag: &'t BytesStart<'_>, key: &str) -> Option<Cow<'t, str>> {
    let mut attributes = tag.attributes();
    let found = attributes.with_checks(false).flatten().find(|a| a.key.as_ref() == key)?;
    Some(found.value)
}
