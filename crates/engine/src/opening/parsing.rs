//! Parses a document that was opened, with all that surrounds it.

use chancery_model::{CableId, Document, Envelope};
use chancery_parse::{
    ParseFault, ParseProblem, ParsedFile, envelope_of_path, fill_header, parse_file_in,
};

use super::side_table::SideTables;
use super::{OpenedMember, OpenedText};

impl OpenedText {
    /// The bytes of the text.
    pub fn text_bytes(&self) -> &[u8] {
        self.text.as_ref().map_or(&*self.member.bytes, |text| text.text.as_bytes())
    }

    /// Parses the text. Fields that it does not state are taken from its envelopes, from
    /// the rows of side tables, and at last from the name of its file.
    /// Every file gives documents with words or a problem: here this is checked, for all
    /// forms and commands.
    ///
    /// # Errors
    /// If nothing of it can be read. If only a part cannot be read, the result says why.
    pub fn parse(&self) -> Result<ParsedFile, ParseProblem> {
        let mut file = self.parse_text()?;
        if !self.keep_empty {
            file.documents
                .retain(|document| document.text.as_str().contains(char::is_alphanumeric));
            let is_said = |problem: &ParseProblem| {
                matches!(problem.fault, ParseFault::NoText | ParseFault::NoTextInMets { .. })
            };
            if file.documents.is_empty() && !file.problems.iter().any(is_said) {
                file.problems.push(ParseProblem { offset: 0, fault: ParseFault::NoText });
            }
        }
        let remarks = self.text.iter().flat_map(|text| &text.remarks);
        let faults = remarks.map(|remark| ParseFault::LeftOut(remark.to_string()));
        file.problems.extend(faults.map(|fault| ParseProblem { offset: 0, fault }));
        Ok(file)
    }

    /// Parses the text, with the rows of side tables.
    fn parse_text(&self) -> Result<ParsedFile, ParseProblem> {
        let OpenedMember { path, envelopes, side_tables, .. } = &self.member;
        let parse = |rows: &[Envelope]| {
            let name = envelope_of_path(path);
            let around: Vec<Envelope> = envelopes.iter().chain(rows).cloned().chain(name).collect();
            parse_file_in(self.text_bytes(), &around)
        };
        let mut file = self.with_readers(parse(&[])?);
        let Some(tables) = side_tables else { return Ok(file) };
        if let [document] = &file.documents[..] {
            let rows = rows_of(tables, path, 0, document, envelopes);
            // Parsed again, because the date of a row completes references of the text.
            return match rows.is_empty() {
                true => Ok(file),
                false => parse(&rows).map(|file| self.with_readers(file)),
            };
        }
        for (number, document) in file.documents.iter_mut().enumerate() {
            for row in rows_of(tables, path, number, document, &[]) {
                let offset = u64::from(document.raw.start);
                let faults = fill_header(&mut document.header, &row);
                let faults = faults.into_iter().map(ParseFault::UnreadableField);
                file.problems.extend(faults.map(|fault| ParseProblem { offset, fault }));
            }
        }
        Ok(file)
    }

    /// Says of each page what read it, and its confidence.
    fn with_readers(&self, mut file: ParsedFile) -> ParsedFile {
        for page in file.documents.iter_mut().flat_map(|document| &mut document.pages) {
            let read = (page.number as usize).checked_sub(1).and_then(|at| self.pages.get(at));
            if let Some(read) = read {
                page.reader = Some(read.reader);
                page.quality = read.quality.or(page.quality);
            }
        }
        file
    }
}

/// The rows that describe a document of a file by one of its ids. The id in one of the
/// file's envelopes counts too: the text may state another.
fn rows_of(
    tables: &SideTables,
    path: &str,
    number: usize,
    document: &Document,
    envelopes: &[Envelope],
) -> Vec<Envelope> {
    let own = document.header.cable_id.iter().map(|id| id.value.clone());
    let stated = envelopes.iter().flat_map(|envelope| &envelope.fields);
    let stated = stated.filter(|(field, _)| *field == chancery_model::EnvelopeField::CableId);
    let stated = stated.filter_map(|(_, value)| chancery_parse::read_id(value));
    let ids: Vec<CableId> = own.chain(stated).collect();
    tables.envelopes_of_ids(path, number == 0, &document.id, &ids)
}
