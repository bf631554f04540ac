//! Sentences as runs of tokens inside and outside mentions, as all token-based
//! formats need them.

use std::ops::Range;

use chancery_model::{Annotated, Label, Sentence};

/// The tokens of one mention, or one token outside mentions.
pub(crate) struct Chunk {
    /// Indices into the tokens of the document.
    pub(crate) tokens: Range<usize>,
    /// The label of the mention; `None` outside mentions.
    pub(crate) label: Option<Label>,
}

/// Returns the chunks of a sentence in order. A token belongs to the first
/// mention that overlaps it. A mention that crosses a sentence boundary makes a
/// separate chunk in each sentence.
pub(crate) fn sentence_chunks<'a>(
    annotated: &'a Annotated,
    sentence: &'a Sentence,
) -> impl Iterator<Item = Chunk> + 'a {
    let tokens = &annotated.words.tokens;
    let passed = annotated.mentions.partition_point(|m| m.span.end <= sentence.span.start);
    let mut mentions = annotated.mentions[passed..].iter().peekable();
    let mut at = sentence.token_start as usize;
    let end = sentence.token_end as usize;
    std::iter::from_fn(move || {
        let token = tokens[..end].get(at)?;
        while mentions.next_if(|mention| mention.span.end <= token.span.start).is_some() {}
        let first = at;
        at += 1;
        let mention = mentions.peek().filter(|mention| mention.span.overlaps(&token.span));
        if let Some(mention) = mention {
            while at < end && tokens[at].span.start < mention.span.end {
                at += 1;
            }
        }
        Some(Chunk { tokens: first..at, label: mention.map(|mention| mention.label) })
    })
}
