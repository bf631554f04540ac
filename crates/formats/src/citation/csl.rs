//! CSL-JSON, which Zotero, Pandoc and citeproc-js read.
//! <https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types>
//!
//! A document of a volume is a chapter of it, everything else a manuscript: of the types
//! that have sender, date, kind and archive, styles print only that one whole.

use chancery_model::Date;
use serde_json::{Map, Value, json};

use super::{Citation, CitationKind, classification_name, plain, ris};

/// Returns the item.
pub(super) fn item(citation: &Citation) -> Value {
    let mut item = Map::new();
    let mut set = |name: &str, value: Value| {
        if !value.is_null() && value != "" {
            item.insert(name.to_owned(), value);
        }
    };
    set("id", citation.key.as_str().into());
    let notes =
        |parts: [Option<&str>; 2]| parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let classification = citation.classification.map(classification_name);
    match &citation.volume {
        Some(volume) => {
            set("type", "chapter".into());
            set("title", ris::titled(citation).into());
            set("container-title", volume.title.as_str().into());
            let editors: Vec<Value> = volume.editors.iter().map(|name| person(name)).collect();
            if !editors.is_empty() {
                set("editor", editors.into());
            }
            set("publisher", plain::publisher(volume).into());
            set("publisher-place", volume.place.as_deref().into());
            set("issued", volume.year.map_or(Value::Null, |year| json!({"date-parts": [[year]]})));
            set("original-date", citation.date.map_or(Value::Null, date_parts));
            set("number", citation.number.as_deref().into());
            set("note", notes([citation.archive.as_deref(), classification]).into());
            set("URL", citation.url.as_deref().into());
        }
        None => {
            set("type", "manuscript".into());
            set("title", citation.title.as_str().into());
            if let Some(sender) = &citation.sender {
                set("author", json!([{"literal": sender}]));
            }
            if !citation.addressees.is_empty() {
                let names = citation.addressees.iter().map(|name| json!({"literal": name}));
                set("recipient", names.collect());
            }
            if citation.kind != CitationKind::File {
                set("genre", citation.kind_with_number().into());
            }
            set("issued", citation.date.map_or(Value::Null, date_parts));
            set("number", citation.shown_id().into());
            set("archive", notes([citation.shown_id(), citation.archive.as_deref()]).into());
            set("note", classification.into());
        }
    }
    Value::Object(item)
}

fn date_parts(date: Date) -> Value {
    let parts = [u16::from(date.month), u16::from(date.day)].into_iter();
    let parts: Vec<u16> =
        [date.year].into_iter().chain(parts.take_while(|part| *part > 0)).collect();
    json!({"date-parts": [parts]})
}

/// A person with given and family name.
fn person(name: &str) -> Value {
    let (name, suffix) = ris::split_suffix(name);
    match name.rsplit_once(' ') {
        Some((given, family)) if suffix.is_empty() => json!({"family": family, "given": given}),
        Some((given, family)) => json!({"family": family, "given": given, "suffix": suffix}),
        None => json!({"literal": name}),
    }
}
