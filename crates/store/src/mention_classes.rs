//! Classes of mentions as words of the index, for queries such as `"crime PERSON"~5`.
//!
//! The field `mention_class` has, at the position of the first word of each mention, the
//! name of its class. Positions are those of the words of the text.

use chancery_model::{Label, MONTH_NAMES, TextSpan};
use tantivy::tokenizer::{PreTokenizedString, Token};

use crate::analyzer::{self, IndexedWord};
use crate::stored_mention::StoredMention;

/// What stands for any mention of a class in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MentionClass {
    Person,
    Place,
    Org,
    Office,
    /// A month with a day or a year.
    Date,
}

impl MentionClass {
    const ALL: [(&'static str, Self); 5] = [
        ("PERSON", Self::Person),
        ("PLACE", Self::Place),
        ("ORG", Self::Org),
        ("OFFICE", Self::Office),
        ("DATE", Self::Date),
    ];

    /// The class that a word of a query in capitals means.
    pub(crate) fn from_query_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| *name == word).map(|(_, class)| class)
    }

    /// The term of the index.
    pub(crate) fn term(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, class)| *class == self).map_or("", |(name, _)| name)
    }
}

/// A mention of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClassedMention {
    pub(crate) class: MentionClass,
    /// The position of its first word.
    pub(crate) position: usize,
    pub(crate) span: TextSpan,
}

/// Returns the mentions of classes in a document, in the order of their positions.
/// `offices` are the spans of offices that stand for people.
pub(crate) fn classed_mentions(
    text: &str,
    mentions: &[StoredMention],
    offices: &[TextSpan],
) -> Vec<ClassedMention> {
    let words = &words_of_classes(text, mentions, offices);
    let named = mentions.iter().filter_map(|stored| {
        let class = match stored.mention.label {
            Label::Per => MentionClass::Person,
            Label::Loc => MentionClass::Place,
            Label::Org => MentionClass::Org,
            Label::Misc => return None,
        };
        Some((class, stored.mention.span))
    });
    let offices = offices.iter().map(|span| (MentionClass::Office, *span));
    let placed = named.chain(offices).filter_map(|(class, span)| {
        let first = words.partition_point(|word| word.span.end <= span.start);
        let word = words.get(first).filter(|word| word.span.start < span.end)?;
        Some(ClassedMention { class, position: word.position, span })
    });
    let mut all: Vec<ClassedMention> = placed.chain(dates(words)).collect();
    all.sort_by_key(|one| (one.position, one.span.start));
    all
}

/// The words that are in a mention or an office, and the months with the words beside
/// them. All words of a long text would need ten times its memory.
fn words_of_classes(
    text: &str,
    mentions: &[StoredMention],
    offices: &[TextSpan],
) -> Vec<IndexedWord> {
    let mut spans: Vec<TextSpan> =
        mentions.iter().map(|one| one.mention.span).chain(offices.iter().copied()).collect();
    spans.sort_unstable_by_key(|span| (span.start, span.end));
    spans.dedup_by(|next, span| {
        let overlaps = next.start < span.end;
        if overlaps {
            span.end = span.end.max(next.end);
        }
        overlaps
    });
    let mut spans = spans.into_iter().peekable();
    let mut words: Vec<IndexedWord> = Vec::new();
    // The last word, unless it is kept.
    let mut before = IndexedWord { form: String::new(), span: TextSpan::new(0, 0), position: 0 };
    let (mut is_before_kept, mut is_after_month) = (true, false);
    analyzer::visit_words(text, &mut |word| {
        while spans.next_if(|span| span.end <= word.span.start).is_some() {}
        let is_inside = spans.peek().is_some_and(|span| span.start < word.span.end);
        let is_month = is_month(&word.form);
        if is_month && !is_before_kept {
            words.push(before.clone());
        }
        is_before_kept = is_inside || is_month || is_after_month;
        if is_before_kept {
            words.push(word.clone());
        } else {
            before.form.clone_from(&word.form);
            (before.span, before.position) = (word.span, word.position);
        }
        is_after_month = is_month;
    });
    words
}

/// The months beside a day or a year: "October 20", "20 OCT 2009".
fn dates(words: &[IndexedWord]) -> impl Iterator<Item = ClassedMention> {
    let is_number = |word: &IndexedWord| {
        let number: Option<u32> = word.form.parse().ok();
        number.is_some_and(|number| matches!(number, 1..=31 | 1000..=2999))
    };
    words.iter().enumerate().filter(|(_, word)| is_month(&word.form)).filter_map(
        move |(at, word)| {
            let before =
                at.checked_sub(1).and_then(|at| words.get(at)).filter(|one| is_number(one));
            let after = words.get(at + 1).filter(|one| is_number(one));
            let first = before.or(after.map(|_| word))?;
            let last = after.unwrap_or(word);
            let span = TextSpan::new(first.span.start, last.span.end);
            let position = first.position;
            Some(ClassedMention { class: MentionClass::Date, position, span })
        },
    )
}

/// Whether a folded word is the name of a month or the first three letters of one.
fn is_month(form: &str) -> bool {
    MONTH_NAMES.iter().any(|name| {
        form.eq_ignore_ascii_case(name) || form.len() == 3 && form.eq_ignore_ascii_case(&name[..3])
    })
}

/// The value of the field `mention_class`.
pub(crate) fn class_tokens(mentions: &[ClassedMention]) -> PreTokenizedString {
    let token = |one: &ClassedMention| Token {
        text: one.class.term().to_owned(),
        position: one.position,
        ..Token::default()
    };
    PreTokenizedString { text: String::new(), tokens: mentions.iter().map(token).collect() }
}
