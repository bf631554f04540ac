//! Presentations of `PowerPoint` (.pptx): slide by slide, each with its notes.

use std::collections::{HashMap, HashSet};

use quick_xml::events::Event;

use super::open_xml::{self, PartText};
use super::package::{Package, attribute, for_each_event};
use super::text_builder::{Piece, text_of};
use super::word::{add_remarks, comment};
use crate::extracted_text::ExtractedText;
use crate::{UnpackError, UnpackLimits};

/// Maximum length of the name of an author, which is repeated before each comment.
const MAX_AUTHOR_CHARS: usize = 100;

/// The slides in the order in which they are shown.
pub(crate) fn extract_pptx_text(
    bytes: &[u8],
    limits: &UnpackLimits,
) -> Result<ExtractedText, UnpackError> {
    let mut package = Package::open(bytes, limits)?;
    let main = package.main_part("ppt/presentation.xml")?;
    let mut totals = PartText::default();
    let mut authors = HashMap::new();
    let references = package.relationships(&main)?;
    for one in references.iter().filter(|one| one.kind == "commentAuthors") {
        authors = comment_authors(&package.read(&one.target)?)?;
    }
    let mut pieces = Vec::new();
    for slide in slide_parts(&mut package, &main)? {
        pieces.extend(read_slide(&mut package, &slide, &authors, &mut totals)?);
    }
    let mut text = ExtractedText::whole(text_of(&pieces));
    add_remarks(&mut text, &totals, package.count_names("/embeddings/"));
    Ok(text)
}

/// The names of the parts of slides, in their order.
fn slide_parts(package: &mut Package<'_>, main: &str) -> Result<Vec<String>, UnpackError> {
    let references = package.relationships(main)?;
    let targets: HashMap<&str, &str> = references
        .iter()
        .filter(|one| one.kind == "slide")
        .map(|one| (&*one.id, &*one.target))
        .collect();
    let mut ids = Vec::new();
    if package.has(main) {
        for_each_event(&package.read(main)?, |event| {
            if let Event::Start(tag) | Event::Empty(tag) = event
                && tag.local_name().as_ref() == "sldId"
            {
                // It has an id of its own, and the id of the reference to its part.
                let mut keys = tag.attributes();
                let readable = keys.with_checks(false).filter_map(Result::ok);
                let named = readable.filter(|key| key.key.prefix().is_some());
                ids.extend(named.map(|key| key.value.into_owned()));
            }
        })?;
    }
    let mut slides: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for id in &ids {
        if let Some(&target) = targets.get(&**id)
            && package.has(target)
            && seen.insert(target)
        {
            slides.push(target.to_owned());
        }
    }
    if slides.is_empty() {
        let numbered = (1..).map(|number| format!("ppt/slides/slide{number}.xml"));
        slides = numbered.take_while(|name| package.has(name)).collect();
    }
    Ok(slides)
}

/// A slide, its diagrams, its notes and the comments on it.
fn read_slide(
    package: &mut Package<'_>,
    slide: &str,
    authors: &HashMap<String, String>,
    totals: &mut PartText,
) -> Result<Vec<Piece>, UnpackError> {
    let mut pieces = open_xml::read_part(&package.read(slide)?)?.pieces;
    let references = package.relationships(slide)?;
    for kind in ["diagramData", "notesSlide", "comments"] {
        for one in references.iter().filter(|one| one.kind == kind) {
            if !package.has(&one.target) {
                continue;
            }
            let part = open_xml::read_part(&package.read(&one.target)?)?;
            totals.hidden += part.hidden;
            pieces.extend(part.pieces);
            for mut note in part.notes {
                note.author = authors.get(&note.author_id).cloned().unwrap_or(note.author);
                pieces.extend(comment(note));
            }
        }
    }
    Ok(pieces)
}

/// The names of those who comment, by their ids.
fn comment_authors(xml: &[u8]) -> Result<HashMap<String, String>, UnpackError> {
    let mut authors = HashMap::new();
    for_each_event(xml, |event| {
        if let Event::Start(tag) | Event::Empty(tag) = event
            && tag.local_name().as_ref() == "cmAuthor"
        {
            let name = attribute(tag, "name").unwrap_or_default();
            let name = name.chars().take(MAX_AUTHOR_CHARS).collect();
            authors.insert(attribute(tag, "id").unwrap_or_default(), name);
        }
    })?;
    Ok(authors)
}
