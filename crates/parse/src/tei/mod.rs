//! FRUS volumes: TEI with one `div` per document.
//!
//! A volume of *Foreign Relations of the United States* is one XML file of a
//! few megabytes: front matter with lists of persons and terms, then chapters
//! of `div type="document"`. Each such `div` becomes a document. Its footnotes
//! become separate texts. Names that the editors marked become
//! [`chancery_model::Mark`]s, which refer to the volume's lists.
//!
//! This module keeps its own stack of open elements instead of leaving nesting
//! to the XML library. So in a truncated or badly nested volume only the broken
//! parts are lost. Each is reported with its byte offset.
//!
//! ```
//! let volume = br#"<TEI><text><body><div type="document" xml:id="d1">
//!   <head>1. Editorial Note</head><p>Nothing &amp; no one.</p></div></body></text></TEI>"#;
//! let contents = chancery_parse::tei::read(volume);
//! assert_eq!(contents.documents[0].text.as_str(), "1. Editorial Note\nNothing & no one.");
//! ```

mod draft;
mod element;
mod markup;
mod prose;
mod title;
mod transmission;

use std::ops::Range;

use chancery_model::{MarkKind, Note, TextSpan};
use quick_xml::events::BytesStart;

use crate::{Contents, Listed, Problem};
use draft::Draft;
use element::{Edge, Element, Kind, attribute};
use markup::{Markup, Piece};
use prose::{Gap, OpenMark, Prose};

/// The tags of elements nested deeper are ignored.
const MAX_DEPTH: usize = 256;

/// A document nested deeper closes the innermost one before it.
const MAX_DOCUMENTS: usize = 4;

/// Maximum number of names with an id in one list item. They are spellings of
/// one name and share the description. The nine volumes have at most two; the
/// limit bounds the size of the lists.
const MAX_NAMES: usize = 8;

/// Maximum number of problems listed per file; further ones are counted.
const MAX_PROBLEMS: usize = 100;

/// Parses the documents and lists of a TEI file. Broken parts are reported in
/// [`Contents::problems`]; everything else is read.
pub fn read(raw: &[u8]) -> Contents {
    let mut reading = Reading::new(raw);
    if u32::try_from(raw.len()).is_err() {
        reading.problem(0, "the file is larger than 4 GiB and was not read".into());
        return reading.contents;
    }
    let mut markup = Markup::new(raw);
    while let Some((range, piece)) = markup.next() {
        reading.piece(range, piece);
    }
    reading.finish()
}

/// An open element.
struct Frame<'a> {
    name: &'a [u8],
    element: Element,
    kind: Kind,
    /// Raw offset of its start tag.
    at: usize,
    /// Start of its words in the text it belongs to.
    start: usize,
    mark: Option<OpenMark>,
    /// `when` of a date, `xml:id` of a listed name.
    value: Option<String>,
    /// Whether its words form a separate text.
    flows: bool,
}

/// A text under construction.
enum Flow {
    Document(Box<Draft>),
    Note { prose: Prose, label: String, at: u32 },
    Listing { prose: Prose, names: Vec<Name> },
}

/// A name with an id in a list item.
struct Name {
    kind: MarkKind,
    id: String,
    span: TextSpan,
}

impl Flow {
    fn prose(&mut self) -> &mut Prose {
        match self {
            Self::Document(draft) => &mut draft.prose,
            Self::Note { prose, .. } | Self::Listing { prose, .. } => prose,
        }
    }
}

struct Reading<'a> {
    raw: &'a [u8],
    frames: Vec<Frame<'a>>,
    /// Open elements beyond [`MAX_DEPTH`].
    too_deep: usize,
    flows: Vec<Flow>,
    contents: Contents,
    unlisted_problems: usize,
}

impl<'a> Reading<'a> {
    fn new(raw: &'a [u8]) -> Self {
        Self {
            raw,
            frames: Vec::new(),
            too_deep: 0,
            flows: Vec::new(),
            contents: Contents::default(),
            unlisted_problems: 0,
        }
    }

    fn problem(&mut self, at: usize, what: String) {
        if self.contents.problems.len() < MAX_PROBLEMS {
            self.contents.problems.push(Problem { at: at as u64, what });
        } else {
            self.unlisted_problems += 1;
        }
    }

    fn piece(&mut self, range: Range<usize>, piece: Piece<'_>) {
        let raw = self.raw;
        match piece {
            Piece::Open(tag) => self.open(range, &tag),
            Piece::Empty(tag) => {
                self.open(range.clone(), &tag);
                self.pop_or_rise(range, true);
            }
            Piece::Close => self.close(range),
            Piece::Text => {
                if let Some(flow) = self.flows.last_mut() {
                    flow.prose().write(raw, range);
                }
            }
            Piece::Reference(characters) => {
                if let Some(flow) = self.flows.last_mut() {
                    flow.prose().write_decoded(raw, &characters, range);
                }
            }
            Piece::Skipped => {}
            Piece::Broken => self.problem(range.start, "malformed markup: skipped".into()),
            Piece::Hopeless => {
                self.problem(range.start, "too many errors: the rest was not read".into());
            }
        }
    }

    fn open(&mut self, range: Range<usize>, tag: &BytesStart<'_>) {
        if self.frames.len() >= MAX_DEPTH {
            if self.too_deep == 0 {
                let what = format!("elements nested more than {MAX_DEPTH} deep: tags ignored");
                self.problem(range.start, what);
            }
            self.too_deep += 1;
            return;
        }
        let name = markup::name(&self.raw[range.clone()]);
        let element = Element::of(name, tag);
        let outer = self.frames.last().map_or(Kind::Paragraph, |frame| frame.kind);
        let kind = element.kind(outer);
        self.part(element.edge(kind), kind, outer, &range);
        let flows = self.open_flow(element, tag, &range);
        let start = self.flows.last_mut().map_or(0, |flow| flow.prose().text.len());
        let owned = |key| attribute(tag, key).map(std::borrow::Cow::into_owned);
        let mark = element.mark().map(|kind| OpenMark { kind, target: target(tag), start });
        let value = match element {
            Element::Date => owned("when").or_else(|| owned("from")),
            _ if mark.is_some() => owned("xml:id"),
            _ => None,
        };
        self.frames.push(Frame { name, element, kind, at: range.start, start, mark, value, flows });
    }

    /// Writes the boundary before an element. The words up to here belong to
    /// the element around it.
    fn part(&mut self, edge: Edge, kind: Kind, outer: Kind, range: &Range<usize>) {
        let Some(flow) = self.flows.last_mut() else { return };
        let gap = match (edge, &*flow) {
            (Edge::None, _) => return,
            (Edge::Block, _) => return end_block(flow, outer, range),
            // The first item is on the line of its caption: "TO: …".
            (Edge::Line, Flow::Document(draft))
                if kind == Kind::Header && draft.is_after_caption() =>
            {
                Gap::Blank
            }
            (Edge::Line, _) => Gap::Line,
            (Edge::Cell, _) => Gap::Cell,
            (Edge::Blank, _) => Gap::Blank,
        };
        flow.prose().part(gap, range.clone());
    }

    /// Starts a separate text if the element is a document, a note or an item
    /// of the volume's lists; returns whether it did.
    fn open_flow(&mut self, element: Element, tag: &BytesStart<'_>, range: &Range<usize>) -> bool {
        let flow = match element {
            Element::Document => {
                self.nest_document(range);
                Flow::Document(Box::default())
            }
            Element::Note => {
                let label = attribute(tag, "n").unwrap_or_default().into_owned();
                let at = self.document().map_or(0, |draft| draft.prose.text.len() as u32);
                Flow::Note { prose: Prose::default(), label, at }
            }
            Element::Item if matches!(self.flows.last(), None | Some(Flow::Listing { .. })) => {
                Flow::Listing { prose: Prose::default(), names: Vec::new() }
            }
            _ => return false,
        };
        self.flows.push(flow);
        true
    }

    /// The innermost document.
    fn document(&mut self) -> Option<&mut Draft> {
        self.flows.iter_mut().rev().find_map(|flow| match flow {
            Flow::Document(draft) => Some(&mut **draft),
            _ => None,
        })
    }

    /// Prepares for a document that starts at `range`, perhaps inside another.
    fn nest_document(&mut self, range: &Range<usize>) {
        let open = self.frames.iter().filter(|frame| frame.element == Element::Document);
        if open.count() >= MAX_DOCUMENTS {
            self.problem(range.start, "documents nested too deep: one was closed".into());
            while let Some(element) = self.frames.last().map(|frame| frame.element) {
                self.pop(range.start..range.start, false);
                if element == Element::Document {
                    break;
                }
            }
        }
        if let Some(outer) = self.document() {
            outer.holds_document_at(range.start);
        }
    }

    fn close(&mut self, range: Range<usize>) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let name = markup::name(&self.raw[range.clone()]);
        let Some(depth) = self.frames.iter().rposition(|frame| frame.name == name) else {
            let name = String::from_utf8_lossy(name);
            return self.problem(range.start, format!("</{name}> has no start tag: ignored"));
        };
        while self.frames.len() > depth + 1 {
            self.pop(range.start..range.start, false);
        }
        self.pop(range, true);
    }

    /// Closes an element that has just been opened and has no content.
    fn pop_or_rise(&mut self, range: Range<usize>, whole: bool) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else {
            self.pop(range, whole);
        }
    }

    /// Closes the innermost element. `whole` means that its end tag is at
    /// `range`; otherwise the end tag is missing, which is reported.
    fn pop(&mut self, range: Range<usize>, whole: bool) {
        let Some(mut frame) = self.frames.pop() else { return };
        if !whole {
            let name = String::from_utf8_lossy(frame.name);
            let what = format!("<{name}> is not closed: it ends at byte {}", range.start);
            self.problem(frame.at, what);
        }
        if frame.flows {
            return self.close_flow(frame.at, range, whole);
        }
        let mark = frame.mark.take().filter(|_| whole);
        let around = self.frames.last().map(|frame| frame.element);
        let Some(flow) = self.flows.last_mut() else { return };
        if let (Flow::Listing { prose, names }, Some(mark)) = (&mut *flow, &mark)
            && let (Some(id), Some(span)) = (frame.value.take(), prose.since(mark.start))
        {
            names.push(Name { kind: mark.kind, id, span });
        }
        if let Some(mark) = mark {
            flow.prose().close_mark(mark);
        }
        if let Flow::Document(draft) = flow {
            note_field(draft, &frame, around);
        }
        let gap = match frame.element.edge(frame.kind) {
            Edge::Block => return end_block(flow, frame.kind, &range),
            Edge::Line => Gap::Line,
            Edge::Blank => Gap::Blank,
            Edge::Cell | Edge::None => return,
        };
        flow.prose().part(gap, range);
    }

    /// Closes the innermost text, whose element started at `start`.
    fn close_flow(&mut self, start: usize, range: Range<usize>, whole: bool) {
        match self.flows.pop() {
            Some(Flow::Document(mut draft)) => {
                if let Some(span) = draft.prose.end_block(range.clone()) {
                    draft.block(Kind::Paragraph, span);
                }
                let end = if whole { range.end } else { draft.whole_until(range.start) };
                self.contents.documents.push(draft.finish(self.raw, start..end));
            }
            Some(Flow::Note { mut prose, label, at }) => {
                prose.sort_marks();
                if let Some(draft) = self.document()
                    && !prose.text.is_empty()
                {
                    draft.notes.push(Note { label, at, text: prose.text, marks: prose.marks });
                }
            }
            Some(Flow::Listing { prose, names }) => {
                if names.len() > MAX_NAMES {
                    let what =
                        format!("an item has more than {MAX_NAMES} names: the rest were skipped");
                    self.problem(start, what);
                }
                for name in names.into_iter().take(MAX_NAMES) {
                    let lists = &mut self.contents.lists;
                    let list = match name.kind {
                        MarkKind::Person | MarkKind::Place => &mut lists.persons,
                        MarkKind::Term => &mut lists.terms,
                    };
                    list.push(listed(&prose, name));
                }
            }
            None => {}
        }
    }

    fn finish(mut self) -> Contents {
        let end = self.raw.len();
        while !self.frames.is_empty() {
            self.pop(end..end, false);
        }
        if self.unlisted_problems > 0 {
            let what = format!("{} more problems", self.unlisted_problems);
            self.contents.problems.push(Problem { at: end as u64, what });
        }
        self.contents.documents.sort_by_key(|document| document.raw.start);
        self.contents
    }
}

fn end_block(flow: &mut Flow, kind: Kind, range: &Range<usize>) {
    let ended = flow.prose().end_block(range.clone());
    if let (Flow::Document(draft), Some(span)) = (flow, ended) {
        draft.block(kind, span);
    }
}

/// Records the words of an element that closes in the draft, if they are a
/// header field.
fn note_field(draft: &mut Draft, frame: &Frame<'_>, around: Option<Element>) {
    let Some(span) = draft.prose.since(frame.start) else { return };
    match (frame.element, around) {
        (Element::Head, Some(Element::Document)) => draft.title = draft.title.or(Some(span)),
        (Element::Head, Some(Element::List(_))) if frame.kind == Kind::Header => {
            draft.caption(span);
        }
        (Element::Item, Some(Element::List(list))) if frame.kind == Kind::Header => {
            draft.entry(list, span);
        }
        (Element::Sender(_), _) if frame.kind == Kind::Heading => draft.sender(span),
        (Element::Date, _) => draft.date(frame.value.as_deref(), span),
        (Element::List(_), _) => draft.end_list(),
        _ => {}
    }
}

/// The id that a mark refers to, without "#".
fn target(tag: &BytesStart<'_>) -> Option<String> {
    let value = ["corresp", "target", "ref", "key"].iter().find_map(|key| attribute(tag, key))?;
    let id = value.trim().trim_start_matches('#');
    (!id.is_empty()).then(|| id.to_owned())
}

/// Builds an entry of the volume's lists: the name and the text after it.
fn listed(prose: &Prose, name: Name) -> Listed {
    let is_edge = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':');
    let after = TextSpan::new(name.span.end, prose.text.span().end);
    Listed {
        id: name.id,
        name: prose.text[name.span].trim_matches(is_edge).to_owned(),
        remark: prose.text[after].trim_start_matches(is_edge).to_owned(),
    }
}
