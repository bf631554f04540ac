//! Converts texts with known mentions to tagged sentences.

use anyhow::anyhow;
use chancery_model::{Label, TextSpan, TokenKind};
use chancery_ner::TextKind;
use chancery_ner::bio_tags::{BioTag, TagSet};
use chancery_ner::train::GoldDocument;
use chancery_parse::parse_file;
use chancery_segment::segment_document;

use chancery_evaluation::gold::GoldText;

/// A token: its characters and its span in the text.
type PositionedToken = (String, TextSpan);

/// The sentences of a text with the tags of their words. A word that overlaps an
/// optional span may have any tag. A name that starts or ends inside a token
/// covers the whole token.
pub(crate) fn to_training_document(
    case: &GoldText,
    kind: TextKind,
    weight: f32,
    document: u32,
) -> anyhow::Result<GoldDocument> {
    let mentions: Vec<(TextSpan, Label)> =
        case.mentions.iter().map(|name| (name.span, name.label)).collect();
    let tagged = |sentence: Vec<PositionedToken>| {
        let mut open = None;
        let tags = sentence.into_iter().map(|(word, span)| {
            let tag = if case.optional.iter().any(|optional| optional.overlaps(&span)) {
                open = None;
                TagSet::ALL
            } else {
                TagSet::from_tag(tag_of_token(span, &mentions, &mut open))
            };
            (word, tag)
        });
        tags.collect()
    };
    let sentences = sentences_of_text(case)?.into_iter().map(tagged).collect();
    Ok(GoldDocument { sentences, kind, weight, document })
}

/// The tag of the token at `span`; `open` is the mention of the previous token.
fn tag_of_token(
    span: TextSpan,
    mentions: &[(TextSpan, Label)],
    open: &mut Option<usize>,
) -> BioTag {
    let after = mentions.partition_point(|(mention, _)| mention.end <= span.start);
    let here = mentions.get(after).filter(|(mention, _)| mention.overlaps(&span));
    let before = std::mem::replace(open, here.map(|_| after));
    match here {
        None => BioTag::O,
        Some((_, label)) if before == Some(after) => BioTag::inside_of(*label),
        Some((_, label)) => BioTag::begin_of(*label),
    }
}

/// The words of a text, without portion markings.
fn sentences_of_text(case: &GoldText) -> anyhow::Result<Vec<Vec<PositionedToken>>> {
    if let Some(words) = &case.words {
        let placed = |span: TextSpan| (case.text[span.byte_range()].to_owned(), span);
        let line = |tokens: &[chancery_model::Token]| {
            tokens.iter().map(|token| placed(token.span)).collect()
        };
        return Ok(words
            .sentences
            .iter()
            .map(|one| line(&words.tokens[one.token_range()]))
            .collect());
    }
    let contents = parse_file(case.text.as_bytes())
        .map_err(|problem| anyhow!("{}: {}", case.name, problem.fault))?;
    let mut sentences = Vec::new();
    for document in &contents.documents {
        let words = segment_document(document);
        for sentence in &words.sentences {
            let tokens = words.tokens[sentence.token_range()].iter();
            let prose = tokens.filter(|token| token.kind != TokenKind::Marking);
            let placed = prose.map(|token| {
                let raw = document.text.to_raw_span(token.span);
                (document.text[token.span].to_owned(), TextSpan::new(raw.start, raw.end))
            });
            sentences.push(placed.collect());
        }
    }
    Ok(sentences)
}

#[cfg(test)]
mod tests {
    use chancery_model::{Mention, MentionSource};

    use super::*;

    #[test]
    fn names_become_tags_and_doubtful_words_stay_open() {
        let mention = |start, end, label| Mention {
            span: TextSpan::new(start, end),
            label,
            score: 1.0,
            source: MentionSource::Imported,
        };
        let case = GoldText {
            name: "invented".into(),
            text: "Ama Osei met the Gulf envoy of Quaria.".into(),
            mentions: vec![mention(0, 8, Label::Per), mention(31, 37, Label::Loc)],
            optional: vec![TextSpan::new(17, 21)],
            words: None,
        };
        let gold = to_training_document(&case, TextKind::Diplomatic, 1.0, 0).expect("plain text");
        let tags: Vec<(&str, Option<BioTag>)> =
            gold.sentences[0].iter().map(|(word, set)| (word.as_str(), set.only_tag())).collect();
        let (person, o) = (Label::Per, Some(BioTag::O));
        let expected = [
            ("Ama", Some(BioTag::begin_of(person))),
            ("Osei", Some(BioTag::inside_of(person))),
            ("met", o),
            ("the", o),
            ("Gulf", None),
            ("envoy", o),
            ("of", o),
            ("Quaria", Some(BioTag::begin_of(Label::Loc))),
            (".", o),
        ];
        assert_eq!(tags, expected);
    }
}
