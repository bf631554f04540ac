//! A small knowledge base with changed bytes. It is rejected or answers all
//! queries, and does not panic.

#![no_main]

use std::sync::LazyLock;

use chancery_resolve::facts::build::{Builder, NewPerson, NewPlace};
use chancery_resolve::facts::{Facts, PlaceKind, Row, Source};
use libfuzzer_sys::fuzz_target;

static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    let appointments = vec![("Ambassador".into(), "togo".into(), 19_990_501, 20_030_000)];
    let (id, name) = ("osei-ama".into(), "Osei, Ama".into());
    builder.person(NewPerson { id, name, appointments, ..NewPerson::new(Source::Pocom) });
    for kind in [PlaceKind::Country, PlaceKind::City] {
        let (id, name) = ("7".into(), "Port Louis".into());
        builder.place(NewPlace { id, name, latitude: -20.0, ..NewPlace::new(kind) });
    }
    builder.write()
});

fuzz_target!(|input: &[u8]| {
    let file = chancery_fuzz::damaged(&WHOLE, input);
    let Ok(facts) = Facts::read(&file) else { return };
    let _ = (facts.countries().count(), facts.coordinates());
    for row in ["osei", "port louis"].into_iter().flat_map(|key| facts.find(key)) {
        match row {
            Row::Person(row) => {
                let person = facts.person(row);
                facts.appointments(&person).take(1000).for_each(drop);
            }
            Row::Place(kind, row) => assert_eq!(facts.place(kind, row).kind, kind),
        }
    }
});
