//! A small model of the engine `fast` with changed bytes. It is rejected or
//! finds names in order, and does not panic.

#![no_main]

use std::sync::LazyLock;

use chancery_ner::crf::Crf;
use chancery_ner::gazetteer::GazetteerBuilder;
use chancery_ner::model::{CrfModel, ModelParts, PassParts};
use libfuzzer_sys::fuzz_target;

static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let weights = (0..40).map(|number| (number << 57 | number, [0.5; 9])).collect();
    let pass = PassParts { weights, ..PassParts::default() };
    let gazetteer = GazetteerBuilder::default().encode_table();
    ModelParts { threshold: 1.0, gazetteer, passes: [pass.clone(), pass] }.encode_model()
});

fuzz_target!(|input: &[u8]| {
    let file = chancery_fuzz::damage_file(&WHOLE, input);
    let Ok(model) = CrfModel::from_bytes(&file) else { return };
    let lines = [vec!["Ambassador", "Ama", "Osei", "left", "Lusaka", "."], vec!["Osei"]];
    for (line, mentions) in lines.iter().zip(Crf::new(model).find_mentions(&lines)) {
        let mut end = 0;
        for mention in mentions {
            assert!(end <= mention.start && mention.end <= line.len(), "{mention:?}");
            end = mention.end;
        }
    }
});
