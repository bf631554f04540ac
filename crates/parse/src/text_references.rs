//! Finds the references in the paragraphs and footnotes of a document.

use chancery_fields::cable_id::{listed_post_name, post_and_serial};
use chancery_fields::telegram_number::{STATE, post_of_party, telegram_number};
use chancery_fields::text_references::{CitingText, Speaker, find_text_references};
use chancery_model::{BlockKind, Document, TextReference};

/// Sets the telegram number and the references of a document. References that the mark-up
/// states are there already, and are kept.
pub(crate) fn set_references(document: &mut Document) {
    if document.header.cable_id.as_ref().is_none_or(|id| post_and_serial(&id.value).is_none()) {
        document.telegram = telegram_number(&document.header);
    }
    let header = &document.header;
    let id = header.cable_id.as_ref().map(|id| &id.value);
    let telegram = document.telegram.as_ref();
    let known = telegram.map(|telegram| &telegram.id).or(id).and_then(post_and_serial);
    let post = known.and_then(|(post, _)| listed_post_name(post));
    let year = header.document_date().map_or(0, |date| date.year);
    let mut parties = header.to.iter().map(|party| post_of_party(&party.value.name, year));
    let addressee = parties.next().flatten().or(post.filter(|post| *post != STATE).map(|_| STATE));
    let citing = CitingText {
        date: header.document_date().filter(|date| date.is_whole()),
        post,
        addressee,
        header: &header.references,
        own: [id.map(|id| id.0.as_str()), telegram.map(|telegram| telegram.id.0.as_str())],
    };
    let text = document.text.as_str();
    let mut found: Vec<TextReference> = Vec::new();
    for block in &document.blocks {
        let speaker = match block.kind {
            BlockKind::Paragraph(_) => Speaker::Sender,
            BlockKind::Footnote(_) => Speaker::Editors,
            _ => continue,
        };
        found.extend(find_text_references(text, block.span, &citing, speaker));
    }
    let mut marked = std::mem::take(&mut document.references);
    marked.retain(|one| !citing.own.contains(&Some(one.value.as_str())));
    let is_free = |one: &TextReference| {
        let at = marked.partition_point(|other| other.span.end <= one.span.start);
        marked.get(at).is_none_or(|other| !other.span.overlaps(&one.span))
    };
    found.retain(is_free);
    found.extend(marked);
    found.sort_by_key(|reference| reference.span);
    document.references = found;
}
