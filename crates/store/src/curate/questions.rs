//! Questions: documents that came after a decision and say the name that it was about.
//!
//! A merge, a rename or a link acts on the documents that the user saw. Documents that
//! are added later and say the same name are not joined in silence: they raise a
//! question, which a user answers with yes or no. A question is not stored; it follows
//! from the decisions that hold and from the documents after them.

use chancery_model::CodePoints;
use rusqlite::params;

use super::{DocumentSpan, EntityReference, span_in_document};
use crate::archive::Archive;
use crate::error::StoreError;
use crate::numbers::{DecisionNumber, DocumentNumber, EntityNumber};
use crate::queries::StoredEntity;
use crate::surname_ids::{group_id, id_without_document, ids_of_base};
use crate::views::{Decisions, Documents};

/// Documents that came after a decision and say the name that it was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestion {
    /// The first decision about the name. It identifies the question.
    pub decision: DecisionNumber,
    /// The name that the documents say.
    pub name: String,
    /// The entity that the decision gave the name to. The documents may mean it.
    pub target: StoredEntity,
    /// The entities that have the name now.
    pub entities: Vec<EntityNumber>,
    /// The documents.
    pub documents: Vec<DocumentNumber>,
}

/// A name about which decisions were made.
struct DecidedName {
    decision: DecisionNumber,
    /// The last document when the decision was made.
    last_document: i64,
    name: String,
    target: String,
}

impl Decisions<'_> {
    /// Returns the open questions, in the order of their decisions.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn questions(self) -> Result<Vec<OpenQuestion>, StoreError> {
        let sql = "SELECT min(decided_names.decision), min(last_document), name, target
             FROM decided_names JOIN decision_horizons USING (decision)
             GROUP BY name, target ORDER BY 1, name";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(DecidedName {
                decision: row.get(0)?,
                last_document: row.get(1)?,
                name: row.get(2)?,
                target: row.get(3)?,
            })
        })?;
        let mut questions = Vec::new();
        for decided in rows {
            questions.extend(self.question_about(&decided?)?);
        }
        Ok(questions)
    }

    /// Returns the open question of a decision.
    ///
    /// # Errors
    /// If there is none.
    pub fn question(self, decision: DecisionNumber) -> Result<OpenQuestion, StoreError> {
        let found = self.questions()?.into_iter().find(|one| one.decision == decision);
        found.ok_or_else(|| {
            StoreError::InvalidRequest(format!("there is no open question {decision}"))
        })
    }

    fn question_about(self, decided: &DecidedName) -> Result<Option<OpenQuestion>, StoreError> {
        let entities = self.archive.entities();
        let target = match entities.find(&decided.target) {
            Ok(number) => entities.get(number)?,
            // It was undone, or persons were linked again.
            Err(StoreError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let (first, last) = ids_of_base(&decided.name);
        // CROSS JOIN keeps SQLite from reading all appearances.
        let sql = "SELECT entity, document, coalesce(user_name, name) FROM entities
             CROSS JOIN appearances ON entity = entities.number
             WHERE (entities.id = ?1 OR entities.id >= ?2 AND entities.id < ?3)
                 AND document > ?4 AND entity <> ?5 AND origin = 'engine'
                 AND NOT EXISTS (SELECT 1 FROM refused_names AS refused
                     JOIN documents ON documents.id = refused.document
                     WHERE refused.name = ?1 AND refused.target = ?6
                         AND documents.number = appearances.document)
             ORDER BY document";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let with = params![
            decided.name,
            first,
            last,
            decided.last_document,
            target.number,
            decided.target
        ];
        let mut rows = statement.query(with)?;
        let mut question = OpenQuestion {
            decision: decided.decision,
            name: String::new(),
            target,
            entities: Vec::new(),
            documents: Vec::new(),
        };
        while let Some(row) = rows.next()? {
            let (entity, document) = (row.get(0)?, row.get(1)?);
            if !question.entities.contains(&entity) {
                question.entities.push(entity);
            }
            if question.documents.last() != Some(&document) {
                question.documents.push(document);
            }
            question.name = question.name.max(row.get(2)?);
        }
        Ok((!question.documents.is_empty()).then_some(question))
    }
}

impl Archive {
    /// Returns whom an answer is about, and the mentions.
    pub(super) fn mentions_of_question(
        &self,
        question: &OpenQuestion,
    ) -> Result<(EntityReference, Vec<DocumentSpan>), StoreError> {
        let entities: Vec<String> = question
            .entities
            .iter()
            .map(|entity| Ok(self.entities().get(*entity)?.id))
            .collect::<Result<_, StoreError>>()?;
        let mut mentions = Vec::new();
        for document in &question.documents {
            mentions.extend(self.documents().spans_of(*document, &question.entities)?);
        }
        // All have the same name, so the same id without the document.
        let id = match &entities[..] {
            [only] => only.clone(),
            [first, ..] => group_id(id_without_document(first)),
            [] => String::new(),
        };
        let name = Some(question.name.clone());
        Ok((EntityReference { id, at: mentions.first().cloned(), name }, mentions))
    }
}

impl Documents<'_> {
    /// Returns the spans of the mentions of these entities in a document.
    pub(super) fn spans_of(
        self,
        number: DocumentNumber,
        entities: &[EntityNumber],
    ) -> Result<Vec<DocumentSpan>, StoreError> {
        let (document, mentions) = self.with_mentions(number)?;
        let points = CodePoints::new(document.text.as_str());
        let is_one = |entity: EntityNumber| entities.contains(&entity);
        let own = mentions.iter().filter(|mention| mention.entity().is_some_and(is_one));
        Ok(own.map(|mention| span_in_document(&document, &points, mention.mention.span)).collect())
    }
}
