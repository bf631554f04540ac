//! The persons of an archive against those that editors marked, within each volume
//! and over all of them.
//!
//! This measures what a user of an archive gets. [`person_entities`] measures the
//! resolver: one volume at a time, with or without the volume's list.
//!
//! The person of a mark is the entry of the volume's list that it points to. Entries
//! of several volumes are one person if surname and first given name are equal.
//!
//! [`person_entities`]: crate::person_entities

use std::collections::BTreeMap;
use std::io::{self, Write};

use chancery_engine::FileLists;
use chancery_model::{Document, EditorialMark, EditorialMarkKind, TextSpan, fold_word};
use serde_json::{Value, json};

use crate::cluster_scores::{ClusterMeasure, ClusterScores};
use crate::footnote_choice::FootnoteChoice;
use crate::mention_score::percent_or_zero;

/// The marks of one volume, and what the archive has there.
#[derive(Debug, Default)]
struct VolumeMarks {
    marked: u64,
    /// Person and entity of each mark that a mention overlaps.
    pairs: Vec<(String, String)>,
}

impl VolumeMarks {
    fn bcubed(&self) -> ClusterMeasure {
        bcubed(self.pairs.iter())
    }
}

/// The score of an archive.
#[derive(Debug, Default)]
pub struct ArchivedPersonScore {
    volumes: BTreeMap<String, VolumeMarks>,
    documents: u64,
    footnotes: FootnoteChoice,
}

impl ArchivedPersonScore {
    /// An empty score that counts these marks.
    pub fn new(footnotes: FootnoteChoice) -> Self {
        Self { footnotes, ..Self::default() }
    }

    /// Adds a document with the lists of its volume. `mentions` are the spans of the
    /// mentions in the archive and the ids of their entities, in order.
    pub fn add_document(
        &mut self,
        lists: &FileLists,
        document: &Document,
        mentions: &[(TextSpan, Option<String>)],
    ) {
        self.documents += 1;
        let volume = self.volumes.entry(lists.source().to_owned()).or_default();
        let is_counted = |mark: &&EditorialMark| {
            mark.kind == EditorialMarkKind::Person && self.footnotes.counts(document, mark.span)
        };
        for mark in document.marks.iter().filter(is_counted) {
            let Some(target) = &mark.target else { continue };
            volume.marked += 1;
            let at = mentions.partition_point(|(span, _)| span.end <= mark.span.start);
            let found = mentions.get(at).filter(|(span, _)| span.start < mark.span.end);
            let Some((span, entity)) = found else { continue };
            let person = lists.person_name(target).and_then(person_key);
            let person = person.unwrap_or_else(|| format!("{}:{target}", lists.source()));
            let alone = || format!("alone {} {}", self.documents, span.start);
            volume.pairs.push((person, entity.clone().unwrap_or_else(alone)));
        }
    }

    /// Whether no document has marks.
    pub fn is_empty(&self) -> bool {
        self.volumes.values().all(|volume| volume.marked == 0)
    }

    fn overall(&self) -> (u64, u64, ClusterMeasure) {
        let volumes = self.volumes.values();
        let (marked, found) = volumes.fold((0, 0), |(marked, found), volume| {
            (marked + volume.marked, found + volume.pairs.len() as u64)
        });
        (marked, found, bcubed(self.volumes.values().flat_map(|volume| &volume.pairs)))
    }

    /// Formats the score as JSON.
    pub fn to_json(&self) -> Value {
        let rounded = |percent: f64| (percent * 1e2).round() / 1e2;
        let row = |marked: u64, found: u64, m: ClusterMeasure| {
            json!({
                "marked": marked,
                "mention_recall": rounded(percent_or_zero(found, marked)),
                "bcubed": {
                    "precision": rounded(m.precision()),
                    "recall": rounded(m.recall()),
                    "f1": rounded(m.f1_score()),
                },
            })
        };
        let volumes = self.volumes.iter().map(|(name, volume)| {
            (name.clone(), row(volume.marked, volume.pairs.len() as u64, volume.bcubed()))
        });
        let volumes: Value = volumes.collect::<serde_json::Map<_, _>>().into();
        let (marked, found, measure) = self.overall();
        let mut all = row(marked, found, measure);
        all["footnotes"] = self.footnotes.as_str().into();
        all["volumes"] = volumes;
        all
    }

    /// Prints one line per volume, and one for all volumes together.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn write_table(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "{:20}{:>8}{:>9}{:>11}{:>8}{:>8}",
            "persons, B-cubed", "marked", "found %", "precision", "recall", "F1"
        )?;
        let mut row = |name: &str, marked: u64, found: u64, m: ClusterMeasure| {
            let found = percent_or_zero(found, marked);
            let (p, r, f1) = (m.precision(), m.recall(), m.f1_score());
            writeln!(out, "{name:20}{marked:8}{found:9.2}{p:11.2}{r:8.2}{f1:8.2}")
        };
        for (name, volume) in &self.volumes {
            row(name, volume.marked, volume.pairs.len() as u64, volume.bcubed())?;
        }
        let (marked, found, measure) = self.overall();
        row("all together", marked, found, measure)?;
        writeln!(out, "\n{}", self.footnotes.description())
    }
}

fn bcubed<'a>(pairs: impl Iterator<Item = &'a (String, String)>) -> ClusterMeasure {
    let pairs: Vec<(&str, &str)> =
        pairs.map(|(person, entity)| (person.as_str(), entity.as_str())).collect();
    ClusterScores::from_cluster_pairs(&pairs).bcubed
}

/// Surname and first given name of "Surname, Given G."
fn person_key(name: &str) -> Option<String> {
    let (surname, given) = name.split_once(',')?;
    let mut words = given.split_whitespace();
    let first = words.next()?;
    // The first name may be an initial: "Harriman, W. Averell".
    let is_initial = first.len() == 2 && first.ends_with('.');
    let given = words.next().filter(|_| is_initial).unwrap_or(first);
    Some(format!("{} {}", fold_word(surname), fold_word(given.trim_end_matches([',', '.']))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_of_several_volumes_have_one_key() {
        for (name, key) in [
            ("Museter, Helen A.", Some("museter helen")),
            ("Harriman, W. Averell", Some("harriman averell")),
            ("Osei, Ama, Minister", Some("osei ama")),
            ("Suharto", None),
        ] {
            assert_eq!(person_key(name).as_deref(), key, "{name}");
        }
    }
}
