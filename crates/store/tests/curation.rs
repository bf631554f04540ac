//! Two hundred decisions outlive a fresh ingest and another engine.

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

/// The names that engine `version` finds in a text: the second misses one
/// kind of name, and sees a longer one.
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
        let (id, class) = (format!("e-{}", name.replace(' ', "-")), mention.label.to_string());
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

fn ingest(name: &str) -> (PathBuf, Writer) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    let mut writer = Writer::open(&folder).expect("an archive");
    writer.use_engine("first").expect("an engine");
    for number in 0..40 {
        let annotated = document(number);
        let text = annotated.document.text.as_str().to_owned();
        let links = links(&text, &annotated.mentions);
        let arrived = Arrived {
            path: format!("{number}.txt"),
            stamp: Stamp { size: text.len() as u64, modified: 1 },
            digest: annotated.document.id.0,
            bytes: Some(Bytes::new(text.as_bytes())),
            layer: None,
            documents: vec![Packed::new(&annotated, links)],
            problems: Vec::new(),
        };
        writer.add(&arrived).expect("added");
    }
    writer.finish().expect("finished");
    (folder, writer)
}

/// What holds: for each place its entity's id and its class.
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

/// The same with names for numbers, which are each archive's own.
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

/// A row of numbers that look like chance (SplitMix64).
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
        // Some have no meaning any more, such as a merge of one with itself.
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

    // Another engine: where its names are those of the first, the same
    // entities hold; decisions on the others are conflicts.
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
    assert!(same > 200, "{same} names in common");
    assert!(first.conflicts().expect("a list").len() > before, "some decisions must be lost");
    for at in after.keys().filter(|at| !machine.contains(*at)) {
        assert!(expected.contains_key(at), "a ghost of the first engine at {at:?}");
    }
    assert_eq!(first.log().expect("a log"), records, "the log is only added to");
}
