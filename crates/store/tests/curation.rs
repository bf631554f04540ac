//! Decisions survive a fresh ingest and a change of the engine.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use chancery_model::{
    Annotated, Document, DocumentId, Entities, Label, Mention, RawSpan, Source, Text, TextSpan,
};
use chancery_segment::segment;
use chancery_store::{
    Action, Archive, Arrived, Bytes, EntityRef, Marked, NewLink, Packed, Place, Record, Stamp,
    Subject, Writer,
};

const NAMES: [(&str, Label); 8] = [
    ("Ama Osei", Label::Per),
    ("Osei", Label::Per),
    ("Karim Benhaddou", Label::Per),
    ("Lusaka", Label::Loc),
    ("Oslo", Label::Loc),
    ("Ministry of Nets", Label::Org),
    ("Norwegian", Label::Misc),
    ("Benhaddou", Label::Per),
];

/// Returns the mentions that engine `version` finds in a text. The second version
/// misses one name and finds a longer form of another.
fn engine(version: u16, text: &str) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    for (number, (name, label)) in NAMES.iter().enumerate() {
        if version == 2 && number == 4 {
            continue;
        }
        for (at, _) in text.match_indices(name) {
            let mut span = TextSpan::from_range(at..at + name.len());
            if version == 2 && number == 6 && text[span.range().end..].starts_with(" envoy") {
                span.end += " envoy".len() as u32;
            }
            if !found.iter().any(|other| other.span.overlaps(&span)) {
                found.push(Mention {
                    span,
                    label: *label,
                    score: 0.5,
                    source: Source::Fast(version),
                });
            }
        }
    }
    found.sort_by_key(|mention| mention.span.start);
    found
}

fn links(text: &str, mentions: &[Mention]) -> Vec<Option<NewLink>> {
    let link = |mention: &Mention| {
        let name = text[mention.span.range()].to_owned();
        let (id, class) = (format!("e-{}", name.replace(' ', "-")), mention.label);
        Some(NewLink { id, class, name, score: 1.0, reason: "spelt alike".into() })
    };
    mentions.iter().map(link).collect()
}

fn document(number: usize) -> Annotated {
    let text = format!(
        "Document {number}. Ama Osei met Karim Benhaddou in Lusaka. The Norwegian envoy and Osei \
         went to Oslo with {number} men of the Ministry of Nets. Benhaddou stayed."
    );
    let id = DocumentId(*blake3::hash(text.as_bytes()).as_bytes());
    let raw = RawSpan::from_range(0..text.len());
    let text = Text::verbatim(&text);
    let span = text.span();
    let document = Document::plain(id, raw, text, [span]);
    let words = segment(&document);
    let mentions = engine(1, document.text.as_str());
    Annotated { document, words, mentions, entities: Entities::default() }
}

/// Returns a file with this document.
fn arrived(annotated: &Annotated, path: &str) -> Arrived {
    let text = annotated.document.text.as_str().to_owned();
    let links = links(&text, &annotated.mentions);
    Arrived {
        path: path.to_owned(),
        stamp: Stamp { size: text.len() as u64, modified: 1 },
        digest: annotated.document.id.0,
        bytes: Some(Bytes::new(text.as_bytes())),
        layer: None,
        documents: vec![Packed::new(annotated, links)],
        problems: Vec::new(),
    }
}

fn ingest(name: &str) -> (PathBuf, Writer) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    let mut writer = Writer::open(&folder).expect("an archive");
    writer.use_engine("first").expect("an engine");
    for number in 0..40 {
        writer.add(&arrived(&document(number), &format!("{number}.txt"))).expect("added");
    }
    writer.finish().expect("finished");
    (folder, writer)
}

/// Returns the curated state: entity and label of each span.
fn held(archive: &Archive) -> BTreeMap<(String, u32, u32), (Option<i64>, Label)> {
    let mut all = BTreeMap::new();
    for number in archive.by_id().expect("documents") {
        let held = archive.held(number).expect("a document");
        for name in held.names {
            let span = name.mention.span;
            let at = (held.annotated.document.id.to_string(), span.start, span.end);
            all.insert(at, (name.entity, name.mention.label));
        }
    }
    all
}

/// Returns the same with ids and names, because numbers differ per archive.
fn by_name(archive: &Archive) -> BTreeMap<(String, u32, u32), (Option<String>, Label)> {
    let rows = archive.top_entities(None, 10_000).expect("entities");
    let ids: BTreeMap<i64, String> = rows
        .into_iter()
        .map(|row| {
            (archive.entity_number(&row.id).expect("a number"), format!("{} {}", row.id, row.name))
        })
        .collect();
    let name = |(at, (entity, label)): ((String, u32, u32), (Option<i64>, Label))| {
        (at, (entity.map(|entity| ids[&entity].clone()), label))
    };
    held(archive).into_iter().map(name).collect()
}

/// Pseudo-random numbers (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % most as u64) as usize
    }
}

fn action(archive: &Archive, chance: &mut Chance, number: usize) -> Action {
    let documents = archive.by_id().expect("documents");
    let document = documents[chance.below(documents.len())];
    let held = archive.held(document).expect("a document");
    let mut place = || -> Place {
        let name = &held.names[chance.below(held.names.len())];
        let span = name.mention.span;
        archive.place(document, span.start, span.end).expect("a place")
    };
    let (mention, other) = (place(), place());
    let rows = archive.top_entities(None, 1000).expect("entities");
    let mut entity = || -> EntityRef {
        archive.entity_ref(&rows[chance.below(rows.len())].id).expect("an entity")
    };
    let (one, two) = (entity(), entity());
    let id = held.annotated.document.id.to_string();
    let text = held.annotated.document.text.as_str();
    let men = text.find(" men of").map_or(0, |at| at as u32 + 1);
    match chance.below(12) {
        0 => Action::Merge { from: one, into: two },
        1 => Action::Rename { entity: one, name: format!("Name {number}") },
        2 => Action::Retype { entity: one, class: Label::ALL[number % 4] },
        3 | 4 => Action::Link { mention, entity: one },
        5 => Action::Reject { mention },
        6 => Action::Add {
            mention: archive.place(document, men, men + 3).expect("a place"),
            class: Label::Org,
            entity: Some(one),
        },
        7 => Action::Tag { on: Subject::Document(id), words: format!("tag {number}") },
        8 => Action::Note { on: Subject::Entity(one), words: format!("note {number}") },
        9 => Action::Create {
            id: format!("p-{number}"),
            name: format!("Made {number}"),
            class: Label::Per,
        },
        10 => Action::Undo { record: chance.below(number.max(1)) as i64 + 1 },
        _ => Action::Split {
            entity: one,
            mentions: vec![mention, other],
            id: format!("s-{number}"),
            name: format!("Split {number}"),
        },
    }
}

#[test]
fn two_hundred_decisions_outlive_everything() {
    let (_, mut first) = ingest("curated");
    let mut chance = Chance(5);
    let mut log = 0;
    for number in 0.. {
        let action = action(&first, &mut chance, number);
        let (who, when) = ("ana".to_owned(), "2026-11-23T12:00:00Z".to_owned());
        let record = Record { number: 0, who, when, why: format!("reason {number}"), action };
        // Some cannot be applied, such as a merge of an entity with itself.
        log += usize::from(first.decide(record).is_ok());
        if log == 200 {
            break;
        }
    }
    first.finish().expect("finished");
    let expected = by_name(&first);
    assert_eq!(first.verify(|| ()).expect("verified"), []);
    let records = first.log().expect("a log");
    assert_eq!(records.len(), 200);

    let (_, mut fresh) = ingest("fresh");
    assert_eq!(fresh.import(records.clone()).expect("imported"), 200);
    fresh.finish().expect("finished");
    let found = by_name(&fresh);
    let differs = expected.iter().find(|(at, entity)| found.get(*at) != Some(*entity));
    assert_eq!(differs.map(|(at, entity)| (at, entity, found.get(at))), None);
    assert_eq!(found.len(), expected.len());
    assert_eq!(fresh.conflicts().expect("a list"), first.conflicts().expect("a list"));
    assert_eq!(fresh.verify(|| ()).expect("verified"), []);

    // Another engine: where its mentions equal those of the first, the entities
    // stay the same. Decisions on other mentions are conflicts.
    let before = first.conflicts().expect("a list").len();
    let mut machine = HashSet::new();
    for number in first.by_id().expect("documents") {
        let document = first.document(number).expect("a document");
        let text = document.text.as_str().to_owned();
        let mentions = engine(2, &text);
        let links = links(&text, &mentions);
        let spans = mentions.iter().map(|mention| mention.span);
        machine.extend(spans.map(|span| (document.id.to_string(), span.start, span.end)));
        let marked: Vec<Marked> = mentions
            .into_iter()
            .zip(links)
            .map(|(mention, link)| Marked { mention, link })
            .collect();
        first.annotate(number, &document.id, "second", &marked).expect("annotated");
    }
    first.replay().expect("replayed");
    first.prune().expect("pruned");
    first.finish().expect("finished");
    assert_eq!(first.verify(|| ()).expect("verified"), []);
    let after = by_name(&first);
    let mut same = 0;
    for (at, entity) in expected.iter().filter(|(at, _)| machine.contains(*at)) {
        assert_eq!(after.get(at), Some(entity), "{at:?}");
        same += 1;
    }
    assert!(same > 200, "{same} mentions in common");
    assert!(first.conflicts().expect("a list").len() > before, "some decisions must be lost");
    for at in after.keys().filter(|at| !machine.contains(*at)) {
        assert!(expected.contains_key(at), "a mention of the first engine remains at {at:?}");
    }
    assert_eq!(first.log().expect("a log"), records, "the log is append-only");
}

fn record(action: Action) -> Record {
    let (who, when) = ("ana".to_owned(), "2026-11-23T12:00:00Z".to_owned());
    Record { number: 0, who, when, why: String::new(), action }
}

/// Returns the first span of a name.
fn place_of(archive: &Archive, words: &str) -> Place {
    let number = archive.by_id().expect("documents")[0];
    let text = archive.document(number).expect("a document").text.as_str().to_owned();
    let start = text.find(words).expect("the name") as u32;
    archive.place(number, start, start + words.len() as u32).expect("a place")
}

fn ids_named(archive: &Archive, words: &str) -> Vec<String> {
    let rows = archive.entities_named(words).expect("entities");
    rows.into_iter().map(|row| row.id).collect()
}

#[test]
fn what_was_rejected_comes_back_whatever_was_pruned() {
    let (_, mut writer) = ingest("pruned");
    let number = writer.by_id().expect("documents")[0];
    let text = writer.document(number).expect("a document").text.as_str().to_owned();
    let expected = by_name(&writer);
    // No other document mentions this entity.
    let mut marked: Vec<Marked> = Vec::new();
    for (mention, link) in engine(1, &text).into_iter().zip(links(&text, &engine(1, &text))) {
        let link = link.map(|link| match link.name.as_str() {
            "Ama Osei" => NewLink { id: "e-rare".into(), ..link },
            _ => link,
        });
        marked.push(Marked { mention, link });
    }
    let id = writer.document(number).expect("a document").id;
    writer.annotate(number, &id, "second", &marked).expect("annotated");
    let mention = place_of(&writer, "Ama Osei");
    let rejected = writer.decide(record(Action::Reject { mention })).expect("decided");
    writer.prune().expect("pruned");
    writer.finish().expect("finished");
    assert_eq!(writer.verify(|| ()).expect("verified"), []);
    writer.decide(record(Action::Undo { record: rejected })).expect("undone");
    writer.finish().expect("finished");
    assert_eq!(writer.verify(|| ()).expect("verified"), []);
    assert_eq!(by_name(&writer).len(), expected.len());
    assert_eq!(
        writer.entity_ref("e-rare").expect("an entity").at,
        Some(place_of(&writer, "Ama Osei"))
    );
}

#[test]
fn an_undone_name_finds_nobody() {
    let (_, mut writer) = ingest("renamed");
    let entity = writer.entity_ref("e-Ama-Osei").expect("an entity");
    let named = record(Action::Rename { entity, name: "Grace Osei".into() });
    let number = writer.decide(named).expect("decided");
    assert_eq!(ids_named(&writer, "Grace"), ["e-Ama-Osei"]);
    writer.decide(record(Action::Undo { record: number })).expect("undone");
    assert_eq!(ids_named(&writer, "Grace"), [""; 0]);
    assert_eq!(ids_named(&writer, "Ama Osei"), ["e-Ama-Osei"]);
}

#[test]
fn only_what_came_before_is_undone() {
    let create = |id: &str, number: i64| {
        let action = Action::Create { id: id.into(), name: "Nana".into(), class: Label::Per };
        Record { number, ..record(action) }
    };
    let undo = |of: i64, number: i64| {
        let action = Action::Undo { record: of };
        Record { number, why: format!("{number}"), ..record(action) }
    };
    // If the start of a log is missing, its numbers mean other entries.
    let (_, mut writer) = ingest("undone");
    writer.decide(create("p-own", 0)).expect("decided");
    let log = vec![undo(1, 2), undo(3, 3), undo(5, 4), create("p-1", 5), undo(5, 6)];
    assert_eq!(writer.import(log.clone()).expect("imported"), 5);
    assert_eq!(ids_named(&writer, "Nana"), ["p-own"]);
    assert!(writer.entity_number("p-own").is_ok() && writer.entity_number("p-1").is_err());
    let conflicts = writer.conflicts().expect("a list");
    let found: Vec<&str> = conflicts.iter().map(|one| one.record.why.as_str()).collect();
    assert_eq!(found, ["2", "3", "4"]);
    assert_eq!(writer.import(log).expect("imported"), 0, "all entries are known");
    let made = writer.decide(create("p-3", 0)).expect("decided");
    assert_eq!(ids_named(&writer, "Nana"), ["p-3", "p-own"]);
    writer.decide(undo(made, 0)).expect("undone");
    assert_eq!(ids_named(&writer, "Nana"), ["p-own"]);
    // An undo of itself or of a later entry, in a damaged log, has no effect.
    let log = [undo(1, 1), create("p-2", 2), undo(2, 3), undo(4, 4)];
    assert_eq!(chancery_store::undone(&log), HashSet::from([2]));
}

#[test]
fn the_second_of_two_equal_files_is_found_by_its_path() {
    let (folder, mut writer) = ingest("equal");
    let (first, second) =
        (arrived(&document(90), "one/a.txt"), arrived(&document(90), "two/b.txt"));
    writer.add(&first).expect("added");
    writer.commit().expect("committed");
    assert_eq!(writer.add(&second).expect("added").repeated, 1);
    writer.finish().expect("finished");
    drop(writer);
    let archive = Archive::open(&folder).expect("an archive");
    let searcher = chancery_store::Searcher::open(&archive).expect("an index");
    for path in ["path:one", "path:two"] {
        let query = chancery_store::parse_query(path).expect("a query");
        let request = chancery_store::Request::new(query);
        assert_eq!(searcher.search(&archive, &request).expect("found").total, 1, "{path}");
    }
}
