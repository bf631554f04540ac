//! The other mentions of a name, for a decision about all of them.

use std::collections::BTreeSet;

use chancery_model::{CodePoints, Document, TextSpan, span_of_code_points};

use super::request::{MentionRef, MentionScope};
use super::{DocumentSpan, span_in_document};
use crate::archive::Archive;
use crate::error::StoreError;
use crate::numbers::{DocumentNumber, EntityNumber};
use crate::stored_mention::StoredMention;

/// What the mentions of a name have in common.
struct SameName {
    words: String,
    /// The entities that it may have: one, the members of a group of surnames, or none.
    entities: BTreeSet<EntityNumber>,
}

impl SameName {
    fn is_of(&self, document: &Document, mention: &StoredMention) -> bool {
        let has_entity = match mention.entity() {
            Some(entity) => self.entities.contains(&entity),
            None => self.entities.is_empty(),
        };
        has_entity && folded_words(document, mention.mention.span) == self.words
    }
}

fn folded_words(document: &Document, span: TextSpan) -> String {
    document.text[span].split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Archive {
    /// Returns the other mentions that a decision with this scope is about. Of the name of
    /// a span that is no mention there are none, but its passage may stand in
    /// near-duplicates.
    ///
    /// # Errors
    /// If the document does not exist, or the archive cannot be read.
    pub fn other_mentions(
        &self,
        at: &MentionRef,
        scope: MentionScope,
    ) -> Result<Vec<DocumentSpan>, StoreError> {
        match scope {
            MentionScope::Mention => return Ok(Vec::new()),
            MentionScope::Copies => return self.same_passages_in_copies(at),
            MentionScope::Document | MentionScope::Archive => {}
        }
        let number = self.documents().find(&at.document)?;
        let (document, mentions) = self.documents().with_mentions(number)?;
        let span = span_of_code_points(document.text.as_str(), at.start, at.end);
        let Some(own) = mentions.iter().find(|mention| Some(mention.mention.span) == span) else {
            return Ok(Vec::new());
        };
        let entities: BTreeSet<EntityNumber> = match own.entity() {
            Some(entity) => match self.entities().group_of_surname(entity)? {
                Some(group) => group.members.into_iter().collect(),
                None => [entity].into(),
            },
            None => BTreeSet::new(),
        };
        let name = SameName { words: folded_words(&document, own.mention.span), entities };
        let is_other = |mention: &&StoredMention| {
            mention.mention.span != own.mention.span && name.is_of(&document, mention)
        };
        let here = mentions.iter().filter(is_other);
        let points = CodePoints::new(document.text.as_str());
        let mut others: Vec<DocumentSpan> =
            here.map(|one| span_in_document(&document, &points, one.mention.span)).collect();
        if scope == MentionScope::Archive {
            others.extend(self.undecided_mentions(&name, number)?);
        }
        Ok(others)
    }

    /// The mentions of a name outside of a document that no decision is about.
    fn undecided_mentions(
        &self,
        name: &SameName,
        except: DocumentNumber,
    ) -> Result<Vec<DocumentSpan>, StoreError> {
        let sql = "SELECT document FROM appearances WHERE entity = ?1";
        let mut documents = BTreeSet::new();
        for entity in &name.entities {
            documents.extend(self.query_numbers::<DocumentNumber>(sql, [entity])?);
        }
        let mut found = Vec::new();
        for number in documents.into_iter().filter(|number| *number != except) {
            let (document, mentions) = self.documents().with_mentions(number)?;
            let points = CodePoints::new(document.text.as_str());
            let open = mentions.iter().filter(|one| !one.decided && name.is_of(&document, one));
            found.extend(open.map(|one| span_in_document(&document, &points, one.mention.span)));
        }
        Ok(found)
    }
}
