//! Any text as a telegram: statements and acts have their words in the text, in order,
//! and a score that is a probability.

#![no_main]

use std::sync::{LazyLock, Mutex};

use chancery_engine::stages::add_attribution;
use chancery_engine::{Engine, EngineKind, ListChoice};
use chancery_model::TextSpan;
use libfuzzer_sys::fuzz_target;

static ENGINE: LazyLock<Mutex<Engine>> =
    LazyLock::new(|| Mutex::new(Engine::load_shipped(EngineKind::Fast)));

fuzz_target!(|bytes: &[u8]| {
    let mut engine = ENGINE.lock().expect("no other thread");
    let Ok((documents, _)) = engine.resolve_file(bytes, "09VALLETTA1.txt", ListChoice::default())
    else {
        return;
    };
    for linked in documents {
        let mut annotated = linked.annotated;
        add_attribution(&mut annotated);
        let text = annotated.document.text.as_str();
        let is_in_text = |span: TextSpan| text.get(span.byte_range()).is_some();
        let statements = &annotated.attribution.statements;
        for one in statements {
            let spans = [one.source, one.addressee, Some(one.cue), Some(one.content)];
            assert!(spans.into_iter().flatten().all(is_in_text), "{one:?}");
            assert!((0.0..=0.99).contains(&one.score), "{one:?}");
        }
        assert!(statements.is_sorted_by_key(|one| one.cue.start));
        let acts = &annotated.attribution.acts;
        assert!(acts.iter().all(|act| is_in_text(act.cue) && act.what.is_none_or(is_in_text)));
        assert!(acts.is_sorted_by_key(|act| act.cue.start));
    }
});
