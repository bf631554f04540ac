//! A document built of the tokens and names that a file gives.

use std::ops::Range;

use chancery_model::{
    Annotated, Document, DocumentId, Entities, Label, Mention, RawSpan, RunKind, Source, Text,
    TextSpan, Token, TokenKind, Words,
};

use crate::Problem;
use crate::places::Places;

/// Collects tokens. The text becomes the tokens with one blank between and
/// a line end after each sentence but the last.
#[derive(Default)]
pub(crate) struct Given {
    text: Text,
    /// Where the last token ends in the file.
    raw_end: usize,
    words: Words,
    sentence: Vec<Token>,
    mentions: Vec<Mention>,
    /// The open name: its class and where it starts.
    open: Option<(Label, Option<u32>)>,
}

impl Given {
    /// The next token, which stands at `raw` in the file.
    pub(crate) fn token(&mut self, token: &str, raw: Range<usize>) {
        if !self.text.is_empty() {
            let between = self.raw_end..raw.start;
            let border = if self.sentence.is_empty() { "\n" } else { " " };
            self.text.push(border, between, RunKind::Joined);
        }
        let start = self.text.len();
        self.raw_end = raw.end;
        self.text.push(token, raw, RunKind::Copied);
        let span = TextSpan::from_range(start..self.text.len());
        self.sentence.push(Token { span, kind: kind(token) });
        if let Some((_, first @ None)) = &mut self.open {
            *first = Some(span.start);
        }
    }

    /// Whether there is no token yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The tokens that follow are a name.
    pub(crate) fn open_name(&mut self, label: Label) {
        self.open = Some((label, None));
    }

    /// The class of the name that is open.
    pub(crate) fn open_label(&self) -> Option<Label> {
        self.open.map(|(label, _)| label)
    }

    /// The name that is open ends. Returns whether it had a token.
    pub(crate) fn close_name(&mut self) -> bool {
        let Some((label, Some(start))) = self.open.take() else {
            return false;
        };
        self.mentions.push(mention(TextSpan::new(start, self.text.len() as u32), label));
        true
    }

    /// The sentence ends, and the name that is open with it.
    pub(crate) fn end_sentence(&mut self) {
        self.close_name();
        self.words.push_sentence(self.sentence.drain(..));
    }

    /// The document, which stands at `raw` in the file.
    pub(crate) fn finish(mut self, file: &[u8], raw: Range<usize>) -> Annotated {
        self.end_sentence();
        let id = digest(&file[raw.clone()]);
        let document = document(id, RawSpan::from_range(raw), self.text);
        Annotated {
            document,
            words: self.words,
            mentions: self.mentions,
            entities: Entities::default(),
        }
    }
}

/// A name as formats without tokens have it, in code points.
pub(crate) struct Spot {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) label: Label,
    pub(crate) score: f32,
}

/// The document of a text with names in it. An error comes with the start of
/// the name that it concerns.
pub(crate) fn spotted(text: &str, spots: Vec<Spot>) -> Result<Annotated, (Option<u32>, Problem)> {
    let places = Places::new(text);
    let mut mentions = Vec::with_capacity(spots.len());
    for Spot { start, end, label, score } in spots {
        let span = places.span(start, end).map_err(|problem| (Some(start), problem))?;
        // Not every format can say where a name of nothing but line ends stands.
        if text[span.range()].trim().is_empty() {
            return Err((Some(start), Problem::EmptyName));
        }
        mentions.push(Mention { score, ..mention(span, label) });
    }
    order(&mut mentions).map_err(|problem| (None, problem))?;
    let raw = RawSpan::from_range(0..text.len());
    let document = document(digest(text.as_bytes()), raw, Text::verbatim(text));
    Ok(Annotated { document, words: Words::default(), mentions, entities: Entities::default() })
}

/// The class that other people's annotations call `name`.
pub(crate) fn label(name: &str) -> Result<Label, Problem> {
    match name.to_ascii_uppercase().as_str() {
        "PER" | "PERSON" => Ok(Label::Per),
        "LOC" | "LOCATION" | "PLACE" | "GPE" => Ok(Label::Loc),
        "ORG" | "ORGANIZATION" | "ORGANISATION" => Ok(Label::Org),
        "MISC" | "MISCELLANEOUS" => Ok(Label::Misc),
        _ => Err(Problem::UnknownClass(name.into())),
    }
}

/// A document of one paragraph of which nothing is known but its text.
pub(crate) fn document(id: DocumentId, raw: RawSpan, text: Text) -> Document {
    let whole = (!text.is_empty()).then(|| text.span());
    Document::plain(id, raw, text, whole)
}

/// A name that stands in the file.
pub(crate) fn mention(span: TextSpan, label: Label) -> Mention {
    Mention { span, label, score: 1.0, source: Source::Given }
}

fn kind(token: &str) -> TokenKind {
    match token {
        _ if token.chars().any(char::is_alphabetic) => TokenKind::Word,
        _ if token.chars().any(char::is_numeric) => TokenKind::Number,
        _ => TokenKind::Punctuation,
    }
}

/// The id of the document with these bytes.
pub(crate) fn digest(bytes: &[u8]) -> DocumentId {
    DocumentId(*blake3::hash(bytes).as_bytes())
}

/// Puts names in ascending order; those that hold no text are dropped.
pub(crate) fn order(mentions: &mut Vec<Mention>) -> Result<(), Problem> {
    mentions.retain(|mention| !mention.span.is_empty());
    mentions.sort_by_key(|mention| mention.span);
    let apart = mentions.windows(2).all(|two| two[0].span.end <= two[1].span.start);
    if apart { Ok(()) } else { Err(Problem::Overlap) }
}
