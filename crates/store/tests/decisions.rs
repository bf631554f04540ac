//! A decision that is applied by itself gives the state of a whole replay.

mod fixture;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chancery_model::{CableId, Date, EnvelopeField, HeaderChange, Label};
use chancery_store::{
    Archive, ArchiveWriter, BatchNumber, CurationAction, CurationRequest, DecisionNumber,
    DocumentNumber, DocumentSpan, EntityNumber, EntityReference, HighlightColor, LogEntry,
    RemarkKind, RemarkTarget, RenamedMentions, StoredMention, undone_entries,
};
use fastrand::Rng;
use fixture::{ingest_documents, make_document, make_entry, make_file};
use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;

/// Tables that decisions change, except the batches of documents; and whether the rows
/// are the same in every archive. The others have numbers of entities.
const TABLES: [(&str, bool); 13] = [
    ("SELECT * FROM mention_edits", true),
    ("SELECT * FROM entities", false),
    ("SELECT * FROM remarks", true),
    ("SELECT * FROM highlights", true),
    ("SELECT * FROM conflicts", true),
    ("SELECT * FROM appearances", false),
    ("SELECT document, entities FROM annotations", false),
    ("SELECT * FROM name_words ORDER BY entity, word", false),
    ("SELECT * FROM decisions", true),
    ("SELECT * FROM decided_names", true),
    ("SELECT * FROM refused_names", true),
    (
        "SELECT id, cable_id, post, serial, date, classification, subject
         FROM documents ORDER BY id",
        true,
    ),
    ("SELECT id, removed FROM stored_documents ORDER BY id", true),
];

/// Few names with words in common, so that the name index has to tell which
/// name a word belongs to.
const USER_NAMES: [&str; 4] = ["Nana Osei", "Lusaka Nana", "Karim", "Osei"];

/// Words that a decision can refer to; the last two are no mentions at first.
const WORDS: [&str; 8] =
    ["Ama Osei", "Karim Benhaddou", "Lusaka", "Oslo", "Norwegian", "Benhaddou", "men", "Ministry"];

fn open_database(folder: &Path) -> Connection {
    Connection::open(folder.join("archive.sqlite")).expect("a database")
}

/// Returns the rows of the tables that decisions change.
fn table_rows(db: &Connection) -> Vec<Vec<String>> {
    let rows_of = |(sql, _): &(&str, bool)| -> Vec<String> {
        let mut statement = db.prepare(sql).expect("a statement");
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let values: Result<Vec<Value>, _> = (0..columns).map(|n| row.get(n)).collect();
            Ok(format!("{:?}", values?))
        });
        rows.expect("rows").map(|row| row.expect("a row")).collect()
    };
    TABLES.iter().map(rows_of).collect()
}

/// Returns the documents that were marked for reindexing after a batch.
fn marked_since(db: &Connection, batch: BatchNumber) -> BTreeSet<DocumentNumber> {
    let sql = "SELECT number FROM stored_documents WHERE batch > ?1";
    let mut statement = db.prepare(sql).expect("a statement");
    let rows = statement.query_map([batch], |row| row.get(0)).expect("rows");
    rows.map(|row| row.expect("a number")).collect()
}

/// Returns what the index has of the decisions about each document.
fn document_views(archive: &Archive) -> BTreeMap<DocumentNumber, String> {
    let view = |number: DocumentNumber| {
        let stored = archive.documents().stored(number).expect("a document");
        let id = stored.annotated.document.id;
        let mut remarks = archive.documents().remarks(&id).expect("remarks");
        let entities: BTreeSet<EntityNumber> =
            stored.mentions.iter().filter_map(StoredMention::entity).collect();
        for entity in entities {
            let id = archive.entities().get(entity).expect("an entity").id;
            remarks.extend(archive.entities().remarks(&id).expect("remarks"));
        }
        let remarks: BTreeSet<String> = remarks
            .into_iter()
            .filter(|remark| remark.kind != RemarkKind::Apart)
            .map(|remark| format!("{:?} {}", remark.kind, remark.text))
            .collect();
        let header = stored.annotated.document.header;
        let highlights: BTreeSet<_> = (archive.documents().highlights(&id).expect("highlights"))
            .into_iter()
            .map(|one| (one.keyword, one.note))
            .collect();
        let stored = archive.documents().stored(number).expect("a document");
        let mut entities = archive.entities().of_document(&stored).expect("entities");
        let said = archive.entities().attribution_of(&stored, &mut entities).expect("statements");
        let names: Vec<&String> = entities.entities.iter().map(|entity| &entity.id).collect();
        let said = said.statements.iter().map(|one| match &one.speaker {
            Some(chancery_model::Party::Entity(at)) => (one.cue, names[*at as usize].clone()),
            _ => (one.cue, String::new()),
        });
        let said: Vec<_> = said.collect();
        (number, format!("{:?} {remarks:?} {header:?} {highlights:?} {said:?}", stored.mentions))
    };
    archive.documents().numbers_by_id().expect("documents").into_iter().map(view).collect()
}

/// Picks targets of decisions at random, often such that do not exist.
struct RandomTargets<'a> {
    archive: &'a Archive,
    ids: Vec<String>,
    /// All documents, removed or not.
    documents: Vec<DocumentNumber>,
    chance: Rng,
}

impl<'a> RandomTargets<'a> {
    fn new(archive: &'a Archive, db: &Connection, seed: u64) -> Self {
        let mut statement = db.prepare("SELECT id FROM entities").expect("a statement");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        let ids = rows.map(|row| row.expect("an id")).collect();
        let mut statement = db.prepare("SELECT number FROM stored_documents").expect("a statement");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        let documents = rows.map(|row| row.expect("a number")).collect();
        Self { archive, ids, documents, chance: Rng::with_seed(seed) }
    }

    fn pick<'b, T>(&mut self, from: &'b [T]) -> &'b T {
        &from[self.chance.usize(..from.len())]
    }

    fn document(&mut self) -> DocumentNumber {
        self.documents[self.chance.usize(..self.documents.len())]
    }

    fn span(&mut self) -> DocumentSpan {
        let (number, word) = (self.document(), *self.pick(&WORDS));
        span_of_word(self.archive, number, word)
    }

    fn entity(&mut self) -> EntityReference {
        let ids = self.ids.clone();
        let id = match self.chance.usize(..8) {
            0 => "e-unknown".to_owned(),
            _ => self.pick(&ids).clone(),
        };
        let at = (self.chance.usize(..2) == 0).then(|| self.span());
        EntityReference { id, at, name: None }
    }

    /// Up to three spans, one of them twice.
    fn spans(&mut self) -> Vec<DocumentSpan> {
        let mut spans: Vec<DocumentSpan> =
            (0..self.chance.usize(..4)).map(|_| self.span()).collect();
        spans.extend(spans.first().cloned());
        spans
    }

    fn new_id(&mut self) -> String {
        format!("p-{}", self.chance.usize(..4))
    }

    fn remark_target(&mut self) -> RemarkTarget {
        match self.chance.usize(..2) {
            0 => {
                let number = self.document();
                let row = self.archive.documents().row(number).expect("a document");
                RemarkTarget::Document(row.id.to_string())
            }
            _ => RemarkTarget::Entity(self.entity()),
        }
    }

    /// One or two fields of a header.
    fn fields(&mut self) -> HeaderChange {
        let posts = ["PARIS", "LUSAKA"].map(str::to_owned);
        let mut fields =
            HeaderChange { post: Some(self.pick(&posts).clone()), ..Default::default() };
        match self.chance.usize(..4) {
            0 => fields.date = Date::new(1974, 5, self.chance.u8(1..4)),
            1 => fields.cleared.push(EnvelopeField::Subject),
            2 => fields.to = posts.to_vec(),
            _ => {
                fields.id = Some(CableId("09PARIS7".to_owned()));
                fields.serial = Some("7".to_owned());
            }
        }
        fields
    }

    fn action(&mut self) -> CurationAction {
        let name = (*self.pick(&USER_NAMES)).to_owned();
        let label = *self.pick(&Label::ALL);
        match self.chance.usize(..25) {
            0..=3 => CurationAction::Merge {
                from: self.entity(),
                into: self.entity(),
                mentions: None,
                also_future: true,
            },
            4 => {
                let mentions = self.spans();
                CurationAction::Split { entity: self.entity(), mentions, id: self.new_id(), name }
            }
            5 => CurationAction::Create { id: self.new_id(), name, label },
            6 => CurationAction::Rename {
                entity: self.entity(),
                name,
                seen: None,
                also_future: true,
            },
            7 => CurationAction::Retype { entity: self.entity(), label },
            8 | 9 => CurationAction::Link {
                mention: self.span(),
                also: Vec::new(),
                entity: self.entity(),
            },
            10 => CurationAction::Reject { mention: self.span(), also: Vec::new() },
            11 => {
                let entity = (self.chance.usize(..2) == 0).then(|| self.entity());
                CurationAction::Add { mention: self.span(), also: Vec::new(), label, entity }
            }
            12 => CurationAction::Keyword { on: self.remark_target(), words: name },
            13 => CurationAction::Note { on: self.remark_target(), words: name },
            14 => {
                CurationAction::Apart { entity: self.entity(), from: self.entity(), mentions: None }
            }
            15 | 16 => CurationAction::Merge {
                from: self.entity(),
                into: self.entity(),
                mentions: Some(self.spans()),
                also_future: false,
            },
            17 => {
                let seen = RenamedMentions { id: self.new_id(), mentions: self.spans() };
                let entity = self.entity();
                CurationAction::Rename { entity, name, seen: Some(seen), also_future: false }
            }
            18 => CurationAction::Apart {
                entity: self.entity(),
                from: self.entity(),
                mentions: Some(self.spans()),
            },
            21 => CurationAction::Highlight {
                passage: self.span(),
                color: *self.pick(&HighlightColor::ALL),
                keyword: (self.chance.usize(..2) == 0).then(|| "nets".to_owned()),
                words: name,
            },
            22 => CurationAction::NoStatement { statement: self.span() },
            23 => CurationAction::Speaker { statement: self.span(), entity: self.entity() },
            24 => {
                let numbers = [self.document(), self.document()];
                let row = |number| self.archive.documents().row(number).expect("a document");
                let documents = numbers.map(|number| row(number).id.to_string()).to_vec();
                CurationAction::Remove { documents, named: Vec::new() }
            }
            19 | 20 => {
                let number = self.document();
                let row = self.archive.documents().row(number).expect("a document");
                CurationAction::Set { document: row.id.to_string(), fields: self.fields() }
            }
            _ => {
                let logged = self.archive.decisions().count().expect("a count");
                let decision = DecisionNumber(self.chance.usize(..logged + 2) as i64);
                CurationAction::Undo { decision }
            }
        }
    }
}

fn span_of_word(archive: &Archive, number: DocumentNumber, word: &str) -> DocumentSpan {
    let document = archive.documents().parsed(number).expect("a document");
    let start = document.text.as_str().find(word).expect("the word") as u32;
    archive.documents().span_at(number, start, start + word.len() as u32).expect("a span")
}

/// Makes a decision, and checks that it marks all documents that it changes, or
/// that it is refused without a trace.
fn decide_checked(writer: &mut ArchiveWriter, db: &Connection, action: &CurationAction) {
    let (rows, views) = (table_rows(db), document_views(writer));
    let batch = writer.last_batch().expect("a batch");
    match writer.record_decision(make_entry(action.clone())) {
        Err(_) => {
            assert_eq!(table_rows(db), rows, "{action:?}");
            assert_eq!(writer.last_batch().expect("a batch"), batch);
        }
        Ok(_) => {
            let marked = marked_since(db, batch);
            for (number, view) in document_views(writer) {
                assert!(marked.contains(&number) || view == views[&number], "{action:?}: {number}");
            }
        }
    }
}

/// Checks that a replay of the log changes nothing.
fn check_replay(writer: &mut ArchiveWriter, db: &Connection) {
    let rows = table_rows(db);
    let batch = writer.last_batch().expect("a batch");
    writer.replay_log().expect("replayed");
    for ((table, _), (found, replayed)) in TABLES.iter().zip(rows.iter().zip(table_rows(db))) {
        assert_eq!(*found, replayed, "{table}");
    }
    assert_eq!(marked_since(db, batch), BTreeSet::new());
}

/// Checks that pages of the log agree with the whole log.
fn check_pages(archive: &Archive) {
    let log = archive.decisions().log().expect("a log");
    let conflicts = archive.decisions().conflicts().expect("conflicts");
    assert_eq!(archive.decisions().count().expect("a count"), log.len());
    let undone = undone_entries(&log);
    let mut whole: Vec<LogEntry> = Vec::new();
    for offset in (0..=log.len()).step_by(7) {
        for logged in archive.decisions().page(offset, 7).expect("a page") {
            assert_eq!(logged.undone, undone.contains(&logged.entry.number));
            let conflict = conflicts.iter().find(|conflict| conflict.entry == logged.entry);
            assert_eq!(logged.conflict.as_ref(), conflict.map(|conflict| &conflict.reason));
            whole.push(logged.entry);
        }
    }
    whole.reverse();
    assert_eq!(whole, log);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16, failure_persistence: None, max_shrink_iters: 100, ..ProptestConfig::default()
    })]

    #[test]
    fn applied_singly_equals_replayed(seeds in prop::collection::vec(any::<u64>(), 1..50)) {
        let (folder, mut writer) = ingest_documents("singly", 6);
        let db = open_database(&folder);
        for seed in seeds {
            let action = RandomTargets::new(&writer, &db, seed).action();
            decide_checked(&mut writer, &db, &action);
            if seed % 8 == 0 {
                check_replay(&mut writer, &db);
            }
        }
        check_pages(&writer);
        check_replay(&mut writer, &db);
        writer.finish().expect("finished");
        prop_assert_eq!(writer.verify_archive(|| ()).expect("verified"), []);
        // The same log in another archive, where it is replayed as a whole.
        let (other_folder, mut other) = ingest_documents("singly-imported", 6);
        other.import_log(writer.decisions().log().expect("a log")).expect("imported");
        let (rows, other_rows) = (table_rows(&db), table_rows(&open_database(&other_folder)));
        for ((table, is_same), (rows, other)) in TABLES.iter().zip(rows.iter().zip(&other_rows)) {
            prop_assert!(!is_same || rows == other, "{}: {:?}, {:?}", table, rows, other);
        }
    }
}

#[test]
fn only_changed_documents_are_marked() {
    let (folder, mut writer) = ingest_documents("marked", 6);
    let db = open_database(&folder);
    let number = writer.documents().numbers_by_id().expect("documents")[0];
    let document = writer.documents().row(number).expect("a document").id.to_string();
    let mention = span_of_word(&writer, number, "Lusaka");
    let entity = |id: &str| EntityReference { id: id.to_owned(), at: None, name: None };
    let words = "words".to_owned();
    let on_document = RemarkTarget::Document(document);
    let cases = [
        (CurationAction::Keyword { on: on_document, words: words.clone() }, 1),
        (CurationAction::Reject { mention: mention.clone(), also: Vec::new() }, 1),
        (CurationAction::Reject { mention: mention.clone(), also: Vec::new() }, 0),
        (CurationAction::Note { on: RemarkTarget::Entity(entity("e-Lusaka")), words }, 5),
        (CurationAction::Create { id: "p-1".into(), name: "Nana".into(), label: Label::Loc }, 0),
        (CurationAction::Link { mention, also: Vec::new(), entity: entity("p-1") }, 1),
        (
            CurationAction::Rename {
                entity: entity("e-Oslo"),
                name: "Christiania".into(),
                seen: None,
                also_future: true,
            },
            0,
        ),
        (CurationAction::Retype { entity: entity("p-1"), label: Label::Org }, 0),
        (CurationAction::Retype { entity: entity("e-Oslo"), label: Label::Org }, 6),
        (CurationAction::Retype { entity: entity("e-Oslo"), label: Label::Org }, 0),
        (
            CurationAction::Apart {
                entity: entity("e-Oslo"),
                from: entity("e-Lusaka"),
                mentions: None,
            },
            0,
        ),
        (
            CurationAction::Merge {
                from: entity("e-Lusaka"),
                into: entity("e-Oslo"),
                mentions: None,
                also_future: true,
            },
            5,
        ),
        (CurationAction::Undo { decision: DecisionNumber(1) }, 1),
    ];
    for (action, expected) in cases {
        let batch = writer.last_batch().expect("a batch");
        writer.record_decision(make_entry(action.clone())).expect("decided");
        assert_eq!(marked_since(&db, batch).len(), expected, "{action:?}");
    }
}

/// Merges in a chain leave every entity one step from the one that remains.
#[test]
fn merges_in_a_chain_take_one_step() {
    let (folder, mut writer) = ingest_documents("chain", 2);
    let db = open_database(&folder);
    let entity =
        |number: usize| EntityReference { id: format!("p-{number}"), at: None, name: None };
    let create = |number: usize| CurationAction::Create {
        id: format!("p-{number}"),
        name: format!("Nana {number}"),
        label: Label::Per,
    };
    let merge = |number: usize| CurationAction::Merge {
        from: entity(number),
        into: entity(number + 1),
        mentions: None,
        also_future: true,
    };
    let log = (0..=3_000).map(create).chain((0..2_990).map(merge));
    writer.import_log(log.map(make_entry).collect()).expect("imported");
    for number in 2_990..3_000 {
        writer.record_decision(make_entry(merge(number))).expect("decided");
        let sql = "SELECT count(*), count(DISTINCT merged_into) FROM entities
             WHERE merged_into IS NOT NULL";
        let counts = db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
        assert_eq!(counts.expect("counts"), (number as i64 + 1, 1));
    }
    assert_eq!(writer.entities().find("p-0").ok(), writer.entities().find("p-3000").ok());
    check_replay(&mut writer, &db);
    // Without the merge in the middle there are two groups again.
    let undo = CurationAction::Undo { decision: DecisionNumber(3_001 + 1_500) };
    writer.record_decision(make_entry(undo)).expect("undone");
    assert_eq!(writer.entities().find("p-0").ok(), writer.entities().find("p-1499").ok());
    assert_eq!(writer.entities().find("p-1500").ok(), writer.entities().find("p-3000").ok());
    assert_ne!(writer.entities().find("p-0").ok(), writer.entities().find("p-3000").ok());
}

/// Regression test: each repetition of a document repeated its mentions.
#[test]
fn a_repeated_document_is_split_once() {
    let (folder, mut writer) = ingest_documents("repeated", 2);
    let number = writer.documents().numbers_by_id().expect("documents")[0];
    let id = writer.documents().row(number).expect("a document").id.to_string();
    let request = CurationRequest::Split {
        entity: "e-Lusaka".into(),
        name: "Nana".into(),
        documents: vec![id; 1_000],
    };
    writer.decide_request("ana", "", &request).expect("decided");
    let log = writer.decisions().log().expect("a log");
    let CurationAction::Split { entity, mentions, id, name } = log[0].action.clone() else {
        panic!("not a split: {:?}", log[0]);
    };
    assert_eq!(mentions.len(), 1);
    // The same mention many times, for an id that exists, changes nothing.
    let mentions = vec![mentions[0].clone(); 1_000];
    let again = make_entry(CurationAction::Split { entity, mentions, id, name });
    writer.record_decision(again).expect("decided");
    check_replay(&mut writer, &open_database(&folder));
}

/// Only the name that holds finds an entity, whichever decisions are undone.
#[test]
fn a_replaced_name_finds_nothing() {
    let (folder, mut writer) = ingest_documents("replaced", 2);
    let rename = |id: &str, name: &str| CurationAction::Rename {
        entity: EntityReference { id: id.to_owned(), at: None, name: None },
        name: name.to_owned(),
        seen: None,
        also_future: true,
    };
    let create = |name: &str| CurationAction::Create {
        id: "p-1".to_owned(),
        name: name.to_owned(),
        label: Label::Per,
    };
    // Each decision, and the ids found afterwards by four names.
    let cases = [
        (rename("e-Oslo", "Grace"), [&["e-Oslo"][..], &[], &[], &[]]),
        (rename("e-Oslo", "Esther"), [&[], &["e-Oslo"], &[], &[]]),
        (CurationAction::Undo { decision: DecisionNumber(2) }, [&["e-Oslo"], &[], &[], &[]]),
        (CurationAction::Undo { decision: DecisionNumber(3) }, [&[], &["e-Oslo"], &[], &[]]),
        (CurationAction::Undo { decision: DecisionNumber(1) }, [&[], &["e-Oslo"], &[], &[]]),
        (create("Kofi"), [&[], &["e-Oslo"], &["p-1"], &[]]),
        (CurationAction::Undo { decision: DecisionNumber(6) }, [&[], &["e-Oslo"], &[], &[]]),
        (create("Yaw"), [&[], &["e-Oslo"], &[], &["p-1"]]),
        (rename("p-1", "Esther"), [&[], &["e-Oslo", "p-1"], &[], &["p-1"]]),
    ];
    for (action, expected) in cases {
        writer.record_decision(make_entry(action.clone())).expect("decided");
        for (name, expected) in ["Grace", "Esther", "Kofi", "Yaw"].iter().zip(expected) {
            let mut found: Vec<String> = writer
                .entities()
                .named(name)
                .expect("entities")
                .into_iter()
                .map(|row| row.id)
                .collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{name} after {action:?}");
        }
    }
    check_replay(&mut writer, &open_database(&folder));
}

/// Regression test: exports with a mention over no word could not be read back.
#[test]
fn a_mention_over_no_word_is_refused() {
    let (_, mut writer) = ingest_documents("no-word", 1);
    let number = writer.documents().numbers_by_id().expect("documents")[0];
    let text = writer.documents().parsed(number).expect("a document").text.as_str().to_owned();
    let dot = text.find(". ").expect("a full stop") as u32;
    for (start, end) in [(3, 3), (dot, dot + 1), (dot, dot + 2), (dot + 1, dot + 2)] {
        let mention = writer.documents().span_at(number, start, end).expect("a span");
        let add =
            CurationAction::Add { mention, also: Vec::new(), label: Label::Org, entity: None };
        let error = writer.record_decision(make_entry(add)).expect_err("refused");
        assert!(error.to_string().contains("has no letter or digit"), "{error}");
    }
}

#[test]
fn a_refused_decision_keeps_added_files() {
    let (_, mut writer) = ingest_documents("refused", 2);
    writer.add(&make_file(&make_document(2), "2.txt")).expect("added");
    let undo = CurationAction::Undo { decision: DecisionNumber(9) };
    let error = writer.record_decision(make_entry(undo)).expect_err("refused");
    assert!(error.to_string().contains("no earlier decision 9"), "{error}");
    writer.finish().expect("finished");
    assert_eq!(writer.documents().count().expect("a count"), 3);
    assert_eq!(writer.decisions().count().expect("a count"), 0);
}
