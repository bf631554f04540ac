//! Strategies for annotated documents with arbitrary tokens.

use chancery_model::{
    Annotated, CableId, Classification, Document, DocumentEntities, DocumentId, EnvelopeField,
    EnvelopeKind, FieldOrigin, Header, Label, Mention, MentionSource, RawSpan, SourceFormat,
    Spanned, Text, TextSpan, Token, TokenKind, Words,
};
use proptest::prelude::*;

/// A token without white space. Many look like the syntax of a format.
fn token_strategy() -> impl Strategy<Value = String> {
    let marks = ["[", "]", "[PER", "\\[MISC", "\\", "\\]", "-DOCSTART-", "\\-DOCSTART-", "O", "{"];
    let other = "[^\\s\\n]{1,4}".prop_filter("no white space", |token: &String| {
        !token.is_empty() && !token.contains(char::is_whitespace)
    });
    prop_oneof![
        2 => prop::sample::select(marks.to_vec()).prop_map(String::from),
        2 => "[A-Za-z]{1,5}",
        2 => other,
        1 => Just("\u{1b}[2J".to_owned()),
    ]
}

/// Runs of tokens; each run is a name or no name.
fn sentence_strategy() -> impl Strategy<Value = Vec<(Option<Label>, Vec<String>)>> {
    let label = prop::option::of(prop::sample::select(Label::ALL.to_vec()));
    prop::collection::vec((label, prop::collection::vec(token_strategy(), 1..4)), 1..5)
}

/// A document whose text is its tokens joined by blanks, and its sentences
/// joined by line ends.
pub(crate) fn tokenised_document() -> impl Strategy<Value = Annotated> {
    (prop::collection::vec(sentence_strategy(), 0..4), any::<[u8; 32]>()).prop_map(
        |(sentences, id)| {
            let mut text = String::new();
            let mut words = Words::default();
            let mut mentions = Vec::new();
            for sentence in sentences {
                if !text.is_empty() {
                    text.push('\n');
                }
                let mut tokens: Vec<Token> = Vec::new();
                for (label, run) in sentence {
                    let first = tokens.len();
                    for word in run {
                        if !tokens.is_empty() {
                            text.push(' ');
                        }
                        let start = text.len();
                        text.push_str(&word);
                        tokens.push(Token {
                            span: TextSpan::from_range(start..text.len()),
                            kind: token_kind(&word),
                        });
                    }
                    if let Some(label) = label {
                        let span = TextSpan::new(tokens[first].span.start, text.len() as u32);
                        mentions.push(Mention {
                            span,
                            label,
                            score: 0.5,
                            source: MentionSource::Imported,
                        });
                    }
                }
                words.push_sentence(tokens);
            }
            Annotated {
                document: build_document(&text, id),
                words,
                mentions,
                entities: DocumentEntities::default(),
                attribution: chancery_model::Attribution::default(),
            }
        },
    )
}

/// A document with arbitrary text and no tokens: all kinds of line ends, runs of
/// blanks, letters of several bytes and directions. Its mentions have no white
/// space at either end.
pub(crate) fn untokenised_document() -> impl Strategy<Value = Annotated> {
    let pieces = [
        "a",
        "Zo\u{eb}",
        "\u{1F30D}",
        "\u{5d0}\u{5d1}",
        "\r\n",
        "\n",
        " ",
        "  ",
        "\t",
        "<&\">",
        "'",
    ];
    let pieces = prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40);
    let label = prop::sample::select(Label::ALL.to_vec());
    let names = prop::collection::vec((any::<prop::sample::Index>(), 1usize..6, label), 0..6);
    (pieces, names, any::<[u8; 32]>()).prop_map(|(pieces, names, id)| {
        let text = pieces.concat();
        let places: Vec<usize> =
            text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let mut mentions: Vec<Mention> = Vec::new();
        for (start, length, label) in names {
            let first = start.index(places.len());
            let last = (first + length).min(places.len() - 1);
            let words = text[places[first]..places[last]].trim();
            let start = words.as_ptr() as usize - text.as_ptr() as usize;
            let span = TextSpan::from_range(start..start + words.len());
            if !words.is_empty() && !mentions.iter().any(|other| other.span.overlaps(&span)) {
                mentions.push(Mention { span, label, score: 0.5, source: MentionSource::Imported });
            }
        }
        mentions.sort_by_key(|mention| mention.span);
        let document = build_document(&text, id);
        let words = Words::default();
        Annotated {
            document,
            words,
            mentions,
            entities: DocumentEntities::default(),
            attribution: chancery_model::Attribution::default(),
        }
    })
}

fn token_kind(word: &str) -> TokenKind {
    match word {
        _ if word.chars().any(char::is_alphabetic) => TokenKind::Word,
        _ if word.chars().any(char::is_numeric) => TokenKind::Number,
        _ => TokenKind::Punctuation,
    }
}

fn build_document(text: &str, id: [u8; 32]) -> Document {
    let text = Text::from_verbatim(text);
    let span = text.whole_span();
    let header = Header {
        cable_id: Some(Spanned { value: CableId("09LOME1".into()), span }),
        classification: Some(Spanned { value: Classification::Sensitive, span }),
        captions: vec![Spanned { value: "NOFORN\u{1b}".into(), span }],
        // A field that only the row states has no place in the text.
        post: Some(Spanned { value: "LOME".into(), span: TextSpan::new(0, 0) }),
        origins: vec![FieldOrigin { field: EnvelopeField::Post, envelope: EnvelopeKind::Row }],
        ..Header::default()
    };
    let raw = RawSpan::new(0, text.len() as u32);
    let plain = Document::from_paragraphs(DocumentId(id), raw, text, [span]);
    Document { format: SourceFormat::Telegram, header, ..plain }
}
