//! A small model of the engine `fast` with changed bytes. It is rejected or
//! finds names in order, and does not panic.

#![no_main]

use std::sync::LazyLock;

use chancery_ner::chain::Chain;
use chancery_ner::gazetteer;
use chancery_ner::model::{Model, Parts, PassParts};
use libfuzzer_sys::fuzz_target;

static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let weights = (0..40).map(|number| (number << 57 | number, [0.5; 9])).collect();
    let pass = PassParts { weights, ..PassParts::default() };
    let gazetteer = gazetteer::Builder::default().write();
    Parts { threshold: 1.0, gazetteer, passes: [pass.clone(), pass] }.write()
});

fuzz_target!(|input: &[u8]| {
    let file = chancery_fuzz::damaged(&WHOLE, input);
    let Ok(model) = Model::read(&file) else { return };
    let lines = [vec!["Ambassador", "Ama", "Osei", "left", "Lusaka", "."], vec!["Osei"]];
    for (line, names) in lines.iter().zip(Chain::new(model).names(&lines)) {
        let mut end = 0;
        for name in names {
            assert!(end <= name.start && name.end <= line.len(), "{name:?}");
            end = name.end;
        }
    }
});
