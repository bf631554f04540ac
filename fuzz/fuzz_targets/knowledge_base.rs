//! A small knowledge base with changed bytes. It is rejected or answers all
//! queries, and does not panic.

#![no_main]

use std::sync::LazyLock;

use chancery_resolve::knowledge_base::build::{KnowledgeBaseBuilder, NewPerson, NewPlace};
use chancery_resolve::knowledge_base::{KnowledgeBase, KnowledgeSource, PlaceKind, RecordRow};
use libfuzzer_sys::fuzz_target;

static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut builder = KnowledgeBaseBuilder::default();
    let appointments = vec![("Ambassador".into(), "togo".into(), 19_990_501, 20_030_000)];
    let (id, name) = ("osei-ama".into(), "Osei, Ama".into());
    let person = NewPerson::new(KnowledgeSource::Pocom);
    builder.add_person(NewPerson { id, name, appointments, ..person });
    for kind in [PlaceKind::Country, PlaceKind::City] {
        let (id, name) = ("7".into(), "Port Louis".into());
        builder.add_place(NewPlace { id, name, latitude: -20.0, ..NewPlace::new(kind) });
    }
    builder.into_bytes()
});

fuzz_target!(|input: &[u8]| {
    let file = chancery_fuzz::damage_file(&WHOLE, input);
    let Ok(knowledge_base) = KnowledgeBase::from_bytes(&file) else { return };
    let _ = (knowledge_base.country_rows().count(), knowledge_base.place_coordinates());
    let keys = ["osei", "port louis"].into_iter();
    for row in keys.flat_map(|key| knowledge_base.find_rows(key)) {
        match row {
            RecordRow::Person(row) => {
                let person = knowledge_base.person_record(row);
                knowledge_base.appointments_of(&person).take(1000).for_each(drop);
            }
            RecordRow::Place(kind, row) => {
                assert_eq!(knowledge_base.place_record(kind, row).kind, kind);
            }
        }
    }
});
