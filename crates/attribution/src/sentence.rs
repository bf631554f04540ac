//! A sentence as the finders see it: its words in lower case, with their classes and
//! the names among them.

use std::collections::HashSet;
use std::rc::Rc;

use chancery_model::{Annotated, BlockKind, Label, ParagraphRole, TextSpan, TokenKind};

use crate::grammar::{WordClass, class_of};

/// One token of a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) span: TextSpan,
    /// In lower case. Equal words of a document share it.
    pub(crate) lower: Rc<str>,
    pub(crate) kind: TokenKind,
    pub(crate) class: WordClass,
    /// It begins with a capital letter.
    pub(crate) is_capital: bool,
    /// The index of the mention that it is in.
    pub(crate) mention: Option<u32>,
    /// That mention is a person.
    pub(crate) is_person: bool,
}

impl Word {
    pub(crate) fn is(&self, text: &str) -> bool {
        *self.lower == *text
    }

    pub(crate) fn is_punctuation(&self) -> bool {
        self.kind == TokenKind::Punctuation
    }

    pub(crate) fn is_quote(&self) -> bool {
        self.is_punctuation()
            && matches!(
                &*self.lower,
                "\"" | "“" | "”" | "''" | "``" | "„" | "«" | "»" | "'" | "‘" | "’"
            )
    }

    /// A word that can stand inside a noun phrase.
    pub(crate) fn is_nominal(&self) -> bool {
        self.mention.is_some()
            || (self.kind != TokenKind::Punctuation && self.class == WordClass::Open)
    }
}

/// The words of one sentence, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct SentenceView {
    pub(crate) words: Vec<Word>,
    /// The role of its paragraph.
    pub(crate) role: ParagraphRole,
    /// The index of its block.
    pub(crate) block: usize,
    /// Nearly all letters are capitals.
    pub(crate) is_in_capitals: bool,
}

impl SentenceView {
    /// The span of a range of words.
    pub(crate) fn span(&self, range: &std::ops::Range<usize>) -> TextSpan {
        TextSpan::new(self.words[range.start].span.start, self.words[range.end - 1].span.end)
    }

    pub(crate) fn lower(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &*word.lower)
    }

    pub(crate) fn class(&self, at: usize) -> Option<WordClass> {
        self.words.get(at).map(|word| word.class)
    }
}

/// A blacked-out span stands for a name as often as not.
fn is_redacted(annotated: &Annotated, span: TextSpan) -> bool {
    let redactions = &annotated.document.redactions;
    let after = redactions.partition_point(|one| one.end <= span.start);
    redactions.get(after).is_some_and(|one| one.start < span.end)
}

/// Words after which a sentence is cut. Each cue is compared with all words of its
/// sentence, and a text without full stops is one sentence.
const MAX_WORDS: usize = 400;

/// The sentences of the paragraphs of a document.
pub(crate) fn sentence_views(annotated: &Annotated) -> Vec<SentenceView> {
    let blocks = &annotated.document.blocks;
    let text = annotated.document.text.as_str();
    let (mut block, mut mention) = (0, 0);
    let mut views: Vec<SentenceView> = Vec::new();
    let mut known = HashSet::new();
    for sentence in &annotated.words.sentences {
        while blocks.get(block).is_some_and(|one| one.span.end <= sentence.span.start) {
            block += 1;
        }
        let Some(BlockKind::Paragraph(paragraph)) = blocks.get(block).map(|one| &one.kind) else {
            continue;
        };
        let mut words = Vec::new();
        for token in &annotated.words.tokens[sentence.token_range()] {
            while annotated
                .mentions
                .get(mention)
                .is_some_and(|one| one.span.end <= token.span.start)
            {
                mention += 1;
            }
            let inside = annotated
                .mentions
                .get(mention)
                .is_some_and(|one| one.span.start <= token.span.start);
            if token.kind != TokenKind::Marking || is_redacted(annotated, token.span) {
                let mention_number = inside.then_some(mention as u32);
                let mut word = word(text, token.span, token.kind, mention_number, &mut known);
                word.is_person = inside && annotated.mentions[mention].label == Label::Per;
                words.push(word);
            }
        }
        let is_in_capitals = is_in_capitals(&text[sentence.span.byte_range()]);
        let mut words = words.into_iter().peekable();
        while words.peek().is_some() {
            let words = words.by_ref().take(MAX_WORDS).collect();
            views.push(SentenceView { words, role: paragraph.role, block, is_in_capitals });
        }
    }
    views
}

fn word(
    text: &str,
    span: TextSpan,
    kind: TokenKind,
    mention: Option<u32>,
    known: &mut HashSet<Rc<str>>,
) -> Word {
    let surface = &text[span.byte_range()];
    let lower = surface.to_lowercase().replace('’', "'");
    let class = match kind {
        TokenKind::Word => class_of(&lower),
        _ => WordClass::Open,
    };
    let is_capital = surface.chars().next().is_some_and(char::is_uppercase);
    let lower = known.get(&*lower).cloned().unwrap_or_else(|| {
        let lower: Rc<str> = lower.into();
        known.insert(Rc::clone(&lower));
        lower
    });
    Word { span, lower, kind, class, is_capital, mention, is_person: false }
}

fn is_in_capitals(text: &str) -> bool {
    let small = text.chars().filter(|letter| letter.is_lowercase()).count();
    let large = text.chars().filter(|letter| letter.is_uppercase()).count();
    large > 10 * small.max(1)
}
