//! Decisions survive a fresh ingest and a change of the engine.

mod fixture;

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use chancery_model::Label;
use chancery_store::{
    Archive, ArchiveWriter, CurationAction, DecisionNumber, DocumentSpan, EntityNumber,
    EntityReference, LogEntry, RemarkTarget,
};
use fastrand::Rng;
use fixture::{annotate_again, ingest_documents, make_document, make_entry, make_file};

fn ingest(name: &str) -> (PathBuf, ArchiveWriter) {
    ingest_documents(name, 40)
}

/// Returns the curated state: entity and label of each span.
fn curated_state(archive: &Archive) -> BTreeMap<(String, u32, u32), (Option<EntityNumber>, Label)> {
    let mut all = BTreeMap::new();
    for number in archive.documents().numbers_by_id().expect("documents") {
        let stored = archive.documents().stored(number).expect("a document");
        for name in stored.mentions {
            let span = name.mention.span;
            let at = (stored.annotated.document.id.to_string(), span.start, span.end);
            all.insert(at, (name.entity(), name.mention.label));
        }
    }
    all
}

/// Returns the same with ids and names, because numbers differ per archive.
fn curated_names(archive: &Archive) -> BTreeMap<(String, u32, u32), (Option<String>, Label)> {
    let rows = archive.entities().most_frequent(None, 10_000).expect("entities");
    let ids: BTreeMap<EntityNumber, String> = rows
        .into_iter()
        .map(|row| {
            (
                archive.entities().find(&row.id).expect("a number"),
                format!("{} {}", row.id, row.name),
            )
        })
        .collect();
    let name = |(at, (entity, label)): ((String, u32, u32), (Option<EntityNumber>, Label))| {
        (at, (entity.map(|entity| ids[&entity].clone()), label))
    };
    curated_state(archive).into_iter().map(name).collect()
}

fn random_decision(archive: &Archive, chance: &mut Rng, number: usize) -> CurationAction {
    let documents = archive.documents().numbers_by_id().expect("documents");
    let document = documents[chance.usize(..documents.len())];
    let stored = archive.documents().stored(document).expect("a document");
    let mut place = || -> DocumentSpan {
        let name = &stored.mentions[chance.usize(..stored.mentions.len())];
        let span = name.mention.span;
        archive.documents().span_at(document, span.start, span.end).expect("a place")
    };
    let (mention, other) = (place(), place());
    let rows = archive.entities().most_frequent(None, 1000).expect("entities");
    let mut entity = || -> EntityReference {
        archive.entities().reference(&rows[chance.usize(..rows.len())].id).expect("an entity")
    };
    let (one, two) = (entity(), entity());
    let id = stored.annotated.document.id.to_string();
    let text = stored.annotated.document.text.as_str();
    let men = text.find(" men of").map_or(0, |at| at as u32 + 1);
    match chance.usize(..12) {
        0 => CurationAction::Merge { from: one, into: two, mentions: None, also_future: true },
        1 => CurationAction::Rename {
            entity: one,
            name: format!("Name {number}"),
            seen: None,
            also_future: true,
        },
        2 => CurationAction::Retype { entity: one, label: Label::ALL[number % 4] },
        3 | 4 => CurationAction::Link { mention, also: Vec::new(), entity: one },
        5 => CurationAction::Reject { mention, also: Vec::new() },
        6 => CurationAction::Add {
            mention: archive.documents().span_at(document, men, men + 3).expect("a place"),
            also: Vec::new(),
            label: Label::Org,
            entity: Some(one),
        },
        7 => CurationAction::Keyword {
            on: RemarkTarget::Document(id),
            words: format!("tag {number}"),
        },
        8 => {
            CurationAction::Note { on: RemarkTarget::Entity(one), words: format!("note {number}") }
        }
        9 => CurationAction::Create {
            id: format!("p-{number}"),
            name: format!("Made {number}"),
            label: Label::Per,
        },
        10 => CurationAction::Undo {
            decision: DecisionNumber(chance.usize(..number.max(1)) as i64 + 1),
        },
        _ => CurationAction::Split {
            entity: one,
            mentions: vec![mention, other],
            id: format!("s-{number}"),
            name: format!("Split {number}"),
        },
    }
}

#[test]
fn decisions_survive_ingest_and_engine_change() {
    let (_, mut first) = ingest("curated");
    let mut chance = Rng::with_seed(5);
    let mut log = 0;
    for number in 0.. {
        let action = random_decision(&first, &mut chance, number);
        let (author, time) = ("ana".to_owned(), "2026-11-23T12:00:00Z".to_owned());
        let record = LogEntry {
            number: DecisionNumber(0),
            author,
            time,
            reason: format!("reason {number}"),
            action,
        };
        // Some cannot be applied, such as a merge of an entity with itself.
        log += usize::from(first.record_decision(record).is_ok());
        if log == 200 {
            break;
        }
    }
    first.finish().expect("finished");
    let expected = curated_names(&first);
    assert_eq!(first.verify_archive(|| ()).expect("verified"), []);
    let records = first.decisions().log().expect("a log");
    assert_eq!(records.len(), 200);

    let (_, mut fresh) = ingest("fresh");
    assert_eq!(fresh.import_log(records.clone()).expect("imported"), 200);
    fresh.finish().expect("finished");
    let found = curated_names(&fresh);
    let differs = expected.iter().find(|(at, entity)| found.get(*at) != Some(*entity));
    assert_eq!(differs.map(|(at, entity)| (at, entity, found.get(at))), None);
    assert_eq!(found.len(), expected.len());
    assert_eq!(
        fresh.decisions().conflicts().expect("a list"),
        first.decisions().conflicts().expect("a list")
    );
    assert_eq!(fresh.verify_archive(|| ()).expect("verified"), []);

    // Another engine: where its mentions equal those of the first, the entities
    // stay the same. Decisions on other mentions are conflicts.
    let before = first.decisions().conflicts().expect("a list").len();
    let mut machine = HashSet::new();
    for number in first.documents().numbers_by_id().expect("documents") {
        let document = first.documents().parsed(number).expect("a document");
        let id = document.id.to_string();
        let annotated = annotate_again(2, document);
        let spans = annotated.mentions.iter().map(|mention| mention.span);
        machine.extend(spans.map(|span| (id.clone(), span.start, span.end)));
        first.replace_annotation(number, "second", &annotated, "").expect("annotated");
    }
    first.replay_log().expect("replayed");
    first.prune_entities().expect("pruned");
    first.finish().expect("finished");
    assert_eq!(first.verify_archive(|| ()).expect("verified"), []);
    let after = curated_names(&first);
    let mut same = 0;
    for (at, entity) in expected.iter().filter(|(at, _)| machine.contains(*at)) {
        assert_eq!(after.get(at), Some(entity), "{at:?}");
        same += 1;
    }
    assert!(same > 200, "{same} mentions in common");
    assert!(
        first.decisions().conflicts().expect("a list").len() > before,
        "some decisions must be lost"
    );
    for at in after.keys().filter(|at| !machine.contains(*at)) {
        assert!(expected.contains_key(at), "a mention of the first engine remains at {at:?}");
    }
    assert_eq!(first.decisions().log().expect("a log"), records, "the log is append-only");
}

/// Returns the first span of a name.
fn first_span_of(archive: &Archive, words: &str) -> DocumentSpan {
    let number = archive.documents().numbers_by_id().expect("documents")[0];
    let text = archive.documents().parsed(number).expect("a document").text.as_str().to_owned();
    let start = text.find(words).expect("the name") as u32;
    archive.documents().span_at(number, start, start + words.len() as u32).expect("a place")
}

fn ids_named(archive: &Archive, words: &str) -> Vec<String> {
    let rows = archive.entities().named(words).expect("entities");
    rows.into_iter().map(|row| row.id).collect()
}

#[test]
fn undo_restores_a_rejection_after_pruning() {
    let (_, mut writer) = ingest("pruned");
    let number = writer.documents().numbers_by_id().expect("documents")[0];
    let expected = curated_names(&writer);
    // No other document mentions this entity.
    let mut annotated = annotate_again(1, writer.documents().parsed(number).expect("a document"));
    let rare = annotated.entities.entities.iter_mut().find(|entity| entity.name == "Ama Osei");
    rare.expect("an entity").id = "e-rare".into();
    writer.replace_annotation(number, "second", &annotated, "").expect("annotated");
    let mention = first_span_of(&writer, "Ama Osei");
    let rejected = writer
        .record_decision(make_entry(CurationAction::Reject { mention, also: Vec::new() }))
        .expect("decided");
    writer.prune_entities().expect("pruned");
    writer.finish().expect("finished");
    assert_eq!(writer.verify_archive(|| ()).expect("verified"), []);
    writer
        .record_decision(make_entry(CurationAction::Undo { decision: rejected }))
        .expect("undone");
    writer.finish().expect("finished");
    assert_eq!(writer.verify_archive(|| ()).expect("verified"), []);
    assert_eq!(curated_names(&writer).len(), expected.len());
    assert_eq!(
        writer.entities().reference("e-rare").expect("an entity").at,
        Some(first_span_of(&writer, "Ama Osei"))
    );
}

#[test]
fn an_undone_rename_finds_nothing() {
    let (_, mut writer) = ingest("renamed");
    let entity = writer.entities().reference("e-Ama-Osei").expect("an entity");
    let named = make_entry(CurationAction::Rename {
        entity,
        name: "Grace Osei".into(),
        seen: None,
        also_future: true,
    });
    let number = writer.record_decision(named).expect("decided");
    assert_eq!(ids_named(&writer, "Grace"), ["e-Ama-Osei"]);
    writer.record_decision(make_entry(CurationAction::Undo { decision: number })).expect("undone");
    assert_eq!(ids_named(&writer, "Grace"), [""; 0]);
    assert_eq!(ids_named(&writer, "Ama Osei"), ["e-Ama-Osei"]);
}

#[test]
fn undo_reaches_only_earlier_entries() {
    let create = |id: &str, number: i64| {
        let action =
            CurationAction::Create { id: id.into(), name: "Nana".into(), label: Label::Per };
        LogEntry { number: DecisionNumber(number), ..make_entry(action) }
    };
    let undo = |of: i64, number: i64| {
        let action = CurationAction::Undo { decision: DecisionNumber(of) };
        LogEntry {
            number: DecisionNumber(number),
            reason: format!("{number}"),
            ..make_entry(action)
        }
    };
    // If the start of a log is missing, its numbers mean other entries.
    let (_, mut writer) = ingest("undone");
    writer.record_decision(create("p-own", 0)).expect("decided");
    let log = vec![undo(1, 2), undo(3, 3), undo(5, 4), create("p-1", 5), undo(5, 6)];
    assert_eq!(writer.import_log(log.clone()).expect("imported"), 5);
    assert_eq!(ids_named(&writer, "Nana"), ["p-own"]);
    assert!(writer.entities().find("p-own").is_ok() && writer.entities().find("p-1").is_err());
    let conflicts = writer.decisions().conflicts().expect("a list");
    let found: Vec<&str> = conflicts.iter().map(|one| one.entry.reason.as_str()).collect();
    assert_eq!(found, ["2", "3", "4"]);
    assert_eq!(writer.import_log(log).expect("imported"), 0, "all entries are known");
    let made = writer.record_decision(create("p-3", 0)).expect("decided");
    assert_eq!(ids_named(&writer, "Nana"), ["p-3", "p-own"]);
    writer.record_decision(undo(made.0, 0)).expect("undone");
    assert_eq!(ids_named(&writer, "Nana"), ["p-own"]);
    // An undo of itself or of a later entry, in a damaged log, has no effect.
    let log = [undo(1, 1), create("p-2", 2), undo(2, 3), undo(4, 4)];
    assert_eq!(chancery_store::undone_entries(&log), HashSet::from([DecisionNumber(2)]));
}

#[test]
fn equal_files_are_found_by_both_paths() {
    let (folder, mut writer) = ingest("equal");
    let (first, second) =
        (make_file(&make_document(90), "one/a.txt"), make_file(&make_document(90), "two/b.txt"));
    writer.add(&first).expect("added");
    writer.commit_batch().expect("committed");
    assert_eq!(writer.add(&second).expect("added").repeated, 1);
    writer.finish().expect("finished");
    drop(writer);
    let archive = Archive::open(&folder).expect("an archive");
    let searcher = chancery_store::Searcher::open(&archive).expect("an index");
    for path in ["path:one", "path:two"] {
        let query = chancery_store::parse_query(path).expect("a query");
        let request = chancery_store::SearchRequest::new(query);
        assert_eq!(searcher.search(&archive, &request).expect("found").total, 1, "{path}");
    }
}
