//! The parts of an office file: the members of its zip, and what refers to what.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::{UnpackError, UnpackLimits};

/// An office file.
pub(super) struct Package<'a> {
    archive: zip::ZipArchive<Cursor<&'a [u8]>>,
    limits: UnpackLimits,
    /// Number of bytes that its parts may still have.
    left: u64,
}

/// A reference from a part to another.
#[derive(Clone, Debug)]
pub(super) struct Relationship {
    pub id: String,
    /// The last word of its type: "officeDocument", "footnotes".
    pub kind: String,
    /// The name of the part.
    pub target: String,
}

pub(super) fn damaged(error: &dyn std::fmt::Display) -> UnpackError {
    UnpackError::DamagedOfficeFile(error.to_string())
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8], limits: &UnpackLimits) -> Result<Self, UnpackError> {
        let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
        Ok(Self { archive, limits: *limits, left: limits.total_bytes })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// Number of parts whose names have `words` in them.
    pub(super) fn count_names(&self, words: &str) -> usize {
        let names = (0..self.archive.len()).filter_map(|at| self.archive.name_for_index(at)?.ok());
        names.filter(|name| name.contains(words) && !name.ends_with('/')).count()
    }

    /// Reads a part.
    pub(super) fn read(&mut self, name: &str) -> Result<Vec<u8>, UnpackError> {
        let member = self.archive.by_name(name).map_err(|error| damaged(&error))?;
        let most = self.limits.member_bytes.min(self.left);
        let mut xml = Vec::new();
        member.take(most + 1).read_to_end(&mut xml).map_err(|error| damaged(&error))?;
        if xml.len() as u64 > most {
            return Err(UnpackError::MemberTooLarge(self.limits.member_bytes));
        }
        self.left -= xml.len() as u64;
        Ok(xml)
    }

    /// What a part refers to; the file itself if `part` is empty. A file without these
    /// references has none.
    pub(super) fn relationships(&mut self, part: &str) -> Result<Vec<Relationship>, UnpackError> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let rels = if folder.is_empty() {
            format!("_rels/{name}.rels")
        } else {
            format!("{folder}/_rels/{name}.rels")
        };
        if !self.has(&rels) {
            return Ok(Vec::new());
        }
        let xml = self.read(&rels)?;
        let mut found = Vec::new();
        for_each_event(&xml, |event| {
            if let Event::Start(tag) | Event::Empty(tag) = event
                && tag.local_name().as_ref() == "Relationship"
                && attribute(tag, "TargetMode").as_deref() != Some("External")
            {
                let target = attribute(tag, "Target").unwrap_or_default();
                let kind = attribute(tag, "Type").unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                let id = attribute(tag, "Id").unwrap_or_default();
                found.push(Relationship { id, kind, target: resolve(folder, &target) });
            }
        })?;
        Ok(found)
    }

    /// The main part, by reference or by its usual name.
    pub(super) fn main_part(&mut self, usual: &str) -> Result<String, UnpackError> {
        let mut references = self.relationships("")?.into_iter();
        let named = references.find(|one| one.kind == "officeDocument" && self.has(&one.target));
        Ok(named.map_or_else(|| usual.to_owned(), |one| one.target))
    }
}

/// The name of a part to which a part in `folder` refers.
fn resolve(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> = match target.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').filter(|step| !step.is_empty()).collect(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The value of an attribute, by its name without its prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut readable = attributes.with_checks(false).filter_map(Result::ok);
    let found = readable.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(html_escape::decode_html_entities(&found.value).into_owned())
}

/// Calls `visit` with each event of a part.
pub(super) fn for_each_event(
    xml: &[u8],
    mut visit: impl FnMut(&Event<'_>),
) -> Result<(), UnpackError> {
    let mut reader = Reader::from_reader(xml);
    let config = reader.config_mut();
    (config.check_end_names, config.allow_unmatched_ends) = (false, true);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return Ok(()),
            Ok(event) => visit(&event),
            Err(error) => {
                let at = reader.error_position();
                return Err(UnpackError::DamagedOfficeFile(format!("{error}, at byte {at}")));
            }
        }
    }
}

/// The character of a reference such as "&#233;" or "&amp;". Entities that a document
/// declares are dropped, so that none can expand.
pub(super) fn character_of(entity: &quick_xml::events::BytesRef<'_>) -> String {
    match entity.resolve_char_ref() {
        Ok(Some(c)) => c.to_string(),
        _ => quick_xml::escape::resolve_predefined_entity(entity).unwrap_or("").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_relative_to_their_part() {
        let cases = [
            ("word", "footnotes.xml", "word/footnotes.xml"),
            ("word", "/word/document2.xml", "word/document2.xml"),
            ("ppt/slides", "../notesSlides/notesSlide1.xml", "ppt/notesSlides/notesSlide1.xml"),
            ("", "word/document.xml", "word/document.xml"),
            ("", "../../x", "x"),
        ];
        for (folder, target, expected) in cases {
            assert_eq!(resolve(folder, target), expected);
        }
    }
}
