//! Which document of the archive a reference means.
//!
//! A reference has an id of the document that it means, and perhaps its date and its
//! addressee. The archive answers only where exactly one document agrees with all that:
//! the Department of State numbered its telegrams for each post, so several may have one
//! number.

use chancery_model::{Date, Document, TextReference};

use crate::error::StoreError;
use crate::numbers::DocumentNumber;
use crate::views::Documents;

/// The answer to a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceOutcome {
    /// The document that it means.
    Found(DocumentNumber),
    /// No document has this id.
    Absent,
    /// The documents with this id have another date, or are later than the reference.
    OtherDate,
    /// The documents with this id were sent to others.
    OtherAddressee,
    /// So many documents of different days agree with it.
    Several(usize),
}

impl ReferenceOutcome {
    /// The document that was found.
    pub fn document(self) -> Option<DocumentNumber> {
        match self {
            Self::Found(number) => Some(number),
            _ => None,
        }
    }

    /// Why no document was found, as a sentence without its period.
    pub fn reason(self) -> Option<String> {
        match self {
            Self::Found(_) => None,
            Self::Absent => Some("the archive has no document with this id".into()),
            Self::OtherDate => Some("the document with this id is of another date".into()),
            Self::OtherAddressee => {
                Some("the document with this id was sent to another post".into())
            }
            Self::Several(count) => Some(format!("{count} documents have this id")),
        }
    }
}

/// Number of days by which dates of one telegram may differ: it is dated in Zulu time or
/// in that of the post.
const DAYS_APART: i64 = 1;

/// The last month in which a number without a date may be one of the year before.
const LAST_MONTH_OF_OLD_NUMBERS: u8 = 3;

impl Documents<'_> {
    /// Finds the document that a reference in `citing` means.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn resolve_reference(
        self,
        citing: &Document,
        reference: &TextReference,
    ) -> Result<ReferenceOutcome, StoreError> {
        let outcome = self.resolve_id(citing, reference, &reference.value)?;
        let of_year_before = || {
            let date = citing.header.document_date()?;
            let is_early = (1..=LAST_MONTH_OF_OLD_NUMBERS).contains(&date.month);
            (is_early && reference.date.is_none()).then(|| year_before(&reference.value))?
        };
        let is_open = matches!(outcome, ReferenceOutcome::Absent | ReferenceOutcome::OtherDate);
        match of_year_before().filter(|_| is_open) {
            Some(id) => match self.resolve_id(citing, reference, &id)? {
                ReferenceOutcome::Found(number) => Ok(ReferenceOutcome::Found(number)),
                _ => Ok(outcome),
            },
            None => Ok(outcome),
        }
    }

    fn resolve_id(
        self,
        citing: &Document,
        reference: &TextReference,
        id: &str,
    ) -> Result<ReferenceOutcome, StoreError> {
        let sql = "SELECT number, date FROM documents WHERE cable_id = ?1 OR telegram_id = ?1
             ORDER BY section, number";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let rows = statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let named: Vec<(DocumentNumber, Option<String>)> = rows.collect::<Result<_, _>>()?;
        if named.is_empty() {
            return Ok(ReferenceOutcome::Absent);
        }
        let mut agreeing: Vec<(DocumentNumber, Option<String>)> = named;
        agreeing.retain(|(_, date)| {
            let date = date.clone().and_then(|date| Date::try_from(date).ok());
            agrees_with_date(citing, reference, date)
        });
        if agreeing.is_empty() {
            return Ok(ReferenceOutcome::OtherDate);
        }
        if let Some(post) = &reference.to {
            let mut sent = Vec::with_capacity(agreeing.len());
            for row in agreeing {
                let telegram = self.parsed(row.0)?.telegram;
                let is_sent_there = |to: &Vec<String>| to.is_empty() || to.contains(post);
                if telegram.is_none_or(|telegram| is_sent_there(&telegram.to)) {
                    sent.push(row);
                }
            }
            agreeing = sent;
        }
        let Some((first, day)) = agreeing.first() else {
            return Ok(ReferenceOutcome::OtherAddressee);
        };
        // Sections and copies of one telegram are of one day.
        match agreeing.iter().all(|(_, other)| other == day) {
            true => Ok(ReferenceOutcome::Found(*first)),
            false => Ok(ReferenceOutcome::Several(agreeing.len())),
        }
    }
}

/// Whether a document of this date can be meant.
fn agrees_with_date(citing: &Document, reference: &TextReference, date: Option<Date>) -> bool {
    let days = |one: Date, other: Date| {
        i64::from(one.days_since_epoch()) - i64::from(other.days_since_epoch())
    };
    if let Some(stated) = reference.date {
        return date.is_some_and(|date| days(date, stated).abs() <= DAYS_APART);
    }
    // What a sender cites is not later. Editors may cite what followed.
    let is_senders = citing.footnote_at(reference.span.start).is_none();
    let is_telegram = !reference.value.contains('/');
    match (date, citing.header.document_date()) {
        (Some(date), Some(own))
            if is_senders && is_telegram && own.is_whole() && date.is_whole() =>
        {
            days(date, own) <= DAYS_APART
        }
        _ => true,
    }
}

/// The same post and serial in the year before: "57CAIRO3083" of "58CAIRO3083".
pub(crate) fn year_before(id: &str) -> Option<String> {
    let year: u8 = id.get(..2)?.parse().ok()?;
    Some(format!("{:02}{}", (year + 99) % 100, &id[2..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_counted_back() {
        for (id, before) in
            [("58CAIRO3083", Some("57CAIRO3083")), ("00LIMA1", Some("99LIMA1")), ("frus1/d2", None)]
        {
            assert_eq!(year_before(id).as_deref(), before);
        }
    }
}
