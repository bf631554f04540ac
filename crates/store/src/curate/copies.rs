//! The same passage in near-duplicates, for a decision about all copies of a telegram.
//!
//! The words of a passage may stand elsewhere too, so they count only where the letters
//! and digits around them are the same. Line ends, spaces and punctuation differ between
//! copies and do not count.

use chancery_model::{CodePoints, TextSpan, span_of_code_points};

use super::request::MentionRef;
use super::{DocumentSpan, span_in_document};
use crate::archive::Archive;
use crate::error::StoreError;
use crate::overlay;
use crate::stored_mention::StoredMention;

/// Letters and digits before and after a passage that have to be the same.
const COMPARED_LETTERS: usize = 24;

/// Letters and digits before a passage, the last first, and after it.
type Surroundings = (String, String);

fn surroundings(text: &str, span: TextSpan) -> Surroundings {
    let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
    let letters = |text: &mut dyn Iterator<Item = char>| {
        let compared = text.filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
        compared.take(COMPARED_LETTERS).collect()
    };
    (letters(&mut before.chars().rev()), letters(&mut after.chars()))
}

impl Archive {
    /// Returns where a passage stands in the near-duplicates of its document, except
    /// where a decision is about it. If the passage is a mention, it is one there too.
    ///
    /// # Errors
    /// If the document does not exist, or the archive cannot be read.
    pub(super) fn same_passages_in_copies(
        &self,
        at: &MentionRef,
    ) -> Result<Vec<DocumentSpan>, StoreError> {
        let number = self.documents().find(&at.document)?;
        let copies = self.documents().near_duplicates(number)?;
        if copies.is_empty() {
            return Ok(Vec::new());
        }
        let (document, mentions) = self.documents().with_mentions(number)?;
        let text = document.text.as_str();
        let Some(span) = span_of_code_points(text, at.start, at.end).filter(|one| !one.is_empty())
        else {
            return Ok(Vec::new());
        };
        let (words, around) = (&text[span.byte_range()], surroundings(text, span));
        let has_mention = |mentions: &[StoredMention], span| {
            mentions.iter().any(|mention| mention.mention.span == span)
        };
        let is_mention = has_mention(&mentions, span);
        let mut found = Vec::new();
        for (copy, _) in copies {
            let (document, mentions) = self.documents().with_mentions(copy)?;
            let text = document.text.as_str();
            let points = CodePoints::new(text);
            for (start, _) in text.match_indices(words) {
                let span = TextSpan::new(start as u32, (start + words.len()) as u32);
                let is_same = has_mention(&mentions, span) || !is_mention;
                if is_same
                    && surroundings(text, span) == around
                    && overlay::load_edit(&self.db, &document.id, span)?.is_none()
                {
                    found.push(span_in_document(&document, &points, span));
                }
            }
        }
        Ok(found)
    }
}
