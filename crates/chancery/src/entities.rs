//! Which entity each mention stands for: the one place where the archive's
//! pipeline asks.
//!
//! Names of one class that are spelt alike, case and blanks aside, are one
//! entity; its id follows from class and spelling, so that it is the same in
//! every archive and every run.

use chancery_model::Annotated;
use chancery_store::NewLink;

/// The entity of each mention, in order.
pub(crate) fn links(annotated: &Annotated) -> Vec<Option<NewLink>> {
    let text = &annotated.document.text;
    let link = |mention: &chancery_model::Mention| {
        let name = text[mention.span].split_whitespace().collect::<Vec<_>>().join(" ");
        let key = format!("{}\0{}", mention.label, name.to_lowercase());
        let digest = blake3::hash(key.as_bytes()).to_hex();
        Some(NewLink {
            id: format!("n-{}", &digest[..12]),
            class: mention.label.as_str().to_owned(),
            name,
            score: 1.0,
            reason: "spelt alike".to_owned(),
        })
    };
    annotated.mentions.iter().map(link).collect()
}
