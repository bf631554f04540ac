//! Two hundred decisions outlive a fresh ingest, and a re-annotation by the
//! other engine, there and back.
//!
//! The short form, on invented telegrams, is a part of the tests. The long form
//! takes the nine volumes, where they are at hand:
//!
//! ```text
//! CHANCERY_CURATE=1 cargo test --release -p chancery --test cli curation -- --nocapture
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use chancery_model::{CodePoints, Label, LinkKind, MentionSource};
use chancery_store::{
    Archive, ArchiveWriter, CurationAction, DecisionNumber, DocumentNumber, DocumentSpan,
    EntityReference, LogEntry, RemarkTarget, StoredDocument, is_surname_group,
};

use crate::interrupted::telegrams;
use crate::shared_data::shared_data;
use crate::{Folder, root};
use fastrand::Rng;

/// Decisions in the log.
const DECISIONS: usize = 200;

/// A name as it holds: its entity's id, its class, who found it, and whether a
/// person gave it its entity.
#[derive(Clone, Debug, PartialEq)]
struct CuratedName {
    entity: Option<String>,
    label: Label,
    source: MentionSource,
    by_hand: bool,
}

type Places = BTreeMap<(String, u32, u32), CuratedName>;

/// All names of an archive, by document and code points.
fn names(archive: &Archive) -> Places {
    let mut all = Places::new();
    let mut ids = BTreeMap::new();
    for number in archive.documents().numbers_by_id().expect("documents") {
        let stored = archive.documents().stored(number).expect("a document");
        for (at, name) in mention_spans(&stored).into_iter().zip(&stored.mentions) {
            let id = |entity| archive.entities().get(entity).expect("an entity").id;
            let entity =
                name.entity().map(|entity| ids.entry(entity).or_insert_with(|| id(entity)).clone());
            let by_hand = name.link.as_ref().is_some_and(|link| link.kind == LinkKind::Decision);
            let (label, source) = (name.mention.label, name.mention.source);
            all.insert(at, CuratedName { entity, label, source, by_hand });
        }
    }
    all
}

/// The spans of the names of a document.
fn mention_spans(stored: &StoredDocument) -> Vec<(String, u32, u32)> {
    let document = &stored.annotated.document;
    let points = CodePoints::new(document.text.as_str());
    let place = |name: &chancery_store::StoredMention| {
        let span = name.mention.span;
        (
            document.id.to_string(),
            points.code_point_offset(span.start),
            points.code_point_offset(span.end),
        )
    };
    stored.mentions.iter().map(place).collect()
}

/// A decision of a user about the document `number`.
fn decision(
    archive: &Archive,
    chance: &mut Rng,
    number: DocumentNumber,
    entities: &[String],
    count: usize,
) -> CurationAction {
    let stored = archive.documents().stored(number).expect("a document");
    let stand = mention_spans(&stored);
    let place =
        |at: &(String, u32, u32)| archive.documents().span_at(number, at.1, at.2).expect("a place");
    let (mention, other): (DocumentSpan, DocumentSpan) =
        (place(&stand[chance.usize(..stand.len())]), place(&stand[chance.usize(..stand.len())]));
    let mut entity = || -> EntityReference {
        archive.entities().reference(&entities[chance.usize(..entities.len())]).expect("an entity")
    };
    let (one, two) = (entity(), entity());
    let document = stored.annotated.document.id.to_string();
    // The first words of a text are no name, as a rule.
    let start = place(&(document.clone(), 0, 5));
    match count % 13 {
        0 | 1 => CurationAction::Merge { from: one, into: two, mentions: None, also_future: true },
        2 => CurationAction::Rename {
            entity: one,
            name: format!("Name {count}"),
            seen: None,
            also_future: true,
        },
        3 => CurationAction::Retype { entity: one, label: Label::ALL[count / 13 % 4] },
        4 | 5 => CurationAction::Link { mention, also: Vec::new(), entity: one },
        6 | 7 => CurationAction::Reject { mention, also: Vec::new() },
        8 => CurationAction::Add {
            mention: start,
            also: Vec::new(),
            label: Label::Org,
            entity: Some(one),
        },
        9 => CurationAction::Keyword {
            on: RemarkTarget::Document(document),
            words: format!("tag {count}"),
        },
        10 => {
            CurationAction::Note { on: RemarkTarget::Entity(one), words: format!("note {count}") }
        }
        11 => CurationAction::Undo { decision: DecisionNumber(count as i64 / 2 + 1) },
        _ => CurationAction::Split {
            entity: one,
            mentions: vec![mention, other],
            id: format!("s-{count}"),
            name: format!("Split {count}"),
        },
    }
}

/// Decides until the log is full; what has no meaning, such as a merge of one
/// with itself, is left.
fn decide(folder: &Path) {
    let mut writer = ArchiveWriter::open(folder).expect("an archive");
    let documents = writer.documents().numbers_by_id().expect("documents");
    let rows = writer.entities().most_frequent(None, 300).expect("entities");
    let ids = rows.into_iter().map(|row| row.id);
    let entities: Vec<String> = ids.filter(|id| !is_surname_group(id)).collect();
    let mut chance = Rng::with_seed(7);
    let mut logged = 0;
    for count in 0.. {
        let number = documents[chance.usize(..documents.len())];
        if writer.documents().stored(number).expect("a document").mentions.is_empty() {
            continue;
        }
        let action = decision(&writer, &mut chance, number, &entities, count);
        let (author, time) = ("ana".to_owned(), "2026-11-24T12:00:00Z".to_owned());
        let record = LogEntry {
            number: DecisionNumber(0),
            author,
            time,
            reason: format!("reason {count}"),
            action,
        };
        logged += usize::from(writer.record_decision(record).is_ok());
        if logged == DECISIONS {
            break;
        }
    }
    writer.finish().expect("finished");
}

#[test]
fn decisions_outlive_the_other_engine() {
    let folder = Folder::of(&[]);
    let at = folder.path("");
    telegrams(&at.join("in"), 12);
    for example in ["09PORTLOUIS214.txt", "1974STATE091352.txt"] {
        let from = root().join("examples").join(example);
        std::fs::copy(from, at.join("in").join(example)).expect("a copy");
    }
    let wanted = std::env::var_os("CHANCERY_CURATE");
    let volumes = wanted.and_then(|_| shared_data("data/frus-volumes"));
    let source = volumes.unwrap_or_else(|| "in".into());
    let source = source.to_str().expect("a plain path");
    folder.chancery(["add", "a", source, "--engine", "fast", "-q"]).assert().success();
    decide(&at.join("a"));
    let open = |name: &str| Archive::open(&at.join(name)).expect("an archive");
    let (before, conflicts, log) = {
        let archive = open("a");
        let conflicts = archive.decisions().conflicts().expect("a list");
        (names(&archive), conflicts, archive.decisions().log().expect("a log"))
    };
    assert_eq!(log.len(), DECISIONS);

    // A fresh ingest of the same documents by the same engine.
    folder.chancery(["curate", "a", "export", "log.jsonl"]).assert().success();
    folder.chancery(["add", "b", source, "--engine", "fast", "-q"]).assert().success();
    let imported = folder.chancery(["curate", "b", "import", "log.jsonl"]);
    imported.assert().code(i32::from(!conflicts.is_empty()));
    assert!(names(&open("b")) == before, "a fresh ingest has other names");
    assert_eq!(open("b").decisions().conflicts().expect("a list"), conflicts);

    // The other engine.
    folder.chancery(["rebuild", "a", "--mentions", "--engine", "accurate"]).assert().success();
    folder.chancery(["verify", "a"]).assert().success();
    let after = names(&open("a"));
    let lost = open("a").decisions().conflicts().expect("a list");
    let mut tally = Tally::default();
    for (at, name) in &before {
        let now = after.get(at);
        tally.before += 1;
        tally.still += usize::from(now.is_some());
        let same = now.is_some_and(|now| now.entity == name.entity);
        tally.same += usize::from(same);
        if name.by_hand {
            tally.by_hand += 1;
            tally.kept += usize::from(same);
            assert!(now.is_none() || same, "{at:?}: {name:?} is {now:?}");
        }
    }
    assert!(tally.same > tally.before / 2, "{tally:?}");
    for (at, name) in &after {
        assert!(!matches!(name.source, MentionSource::Fast(_)), "a ghost at {at:?}: {name:?}");
    }
    for record in &log {
        if let CurationAction::Reject { mention, .. } = &record.action {
            let at = (mention.document.clone(), mention.start, mention.end);
            let again = after.get(&at).is_some_and(|_| !before.contains_key(&at));
            assert!(!again, "{record:?} does not hold any more");
        }
    }
    eprintln!(
        "{DECISIONS} decisions, conflicts {} and then {}; {tally:?}, after {}",
        conflicts.len(),
        lost.len(),
        after.len()
    );

    // And back: nothing was lost by the way.
    folder.chancery(["rebuild", "a", "--mentions", "--engine", "fast"]).assert().success();
    assert!(names(&open("a")) == before, "not all came back");
    assert_eq!(open("a").decisions().conflicts().expect("a list"), conflicts);
    assert_eq!(open("a").decisions().log().expect("a log"), log, "the log is only added to");
}

/// What became of the names of the first engine.
#[derive(Debug, Default)]
struct Tally {
    /// Names that held before.
    before: usize,
    /// Of these, those that stand there still.
    still: usize,
    /// Of these, those of the same entity.
    same: usize,
    /// Names before whose entity a person gave.
    by_hand: usize,
    /// Of these, those that have it still.
    kept: usize,
}
