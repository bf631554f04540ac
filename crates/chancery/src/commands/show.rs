//! `chancery show`: prints a document of an archive, or the card of an entity.

use std::io::{self, Write};
use std::path::PathBuf;

use chancery_formats::ansi::{self, Colours};
use chancery_formats::{document_card as header_card, jsonl};
use chancery_store::DocumentNumber;
use chancery_views::document_card::{document_knowledge, write_card};
use chancery_views::entity_card::ShownEntity;
use chancery_views::error::ViewError;
use chancery_views::session::ReadSession;
use chancery_views::shown::{Shown, find_shown};
use clap::{Args, ColorChoice};

use super::{CommandOutcome, OutputReader, standard_output};
use crate::archive_access::read_archive;
use crate::formats::choose_colours;

const EXAMPLES: &str = "\
Examples:
  chancery show archive 09ALGIERS948
  chancery show archive frus1961-63v05/d199          or d199, if only one volume has it
  chancery show archive 'person:\"ama osei\"'          offices, related names, passages
  chancery show archive n-1f0a33c2d4e5
  chancery show archive 9f86d081 --json | jq .header";

/// Show a document, or a person, place or organisation
///
/// WHAT is a cable id, the address of a document (volume and number, or name of a
/// file), the beginning of its id (at least eight digits), or the id or name of
/// a person, place or organisation. Of a document, the command prints the header
/// fields, keywords, notes, highlights, decisions and the text of all sections.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// An id, an address or a name
    what: String,
    /// Print JSON: for a document one line per section, as `annotate` does
    #[arg(long)]
    json: bool,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

/// Prints what the user asks for.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let colours = choose_colours(arguments.color, false);
    let reader = if arguments.json { OutputReader::Program } else { OutputReader::Person(colours) };
    let mut out = io::BufWriter::new(standard_output(reader));
    read_archive(&arguments.archive, |session| {
        match find_shown(session, &arguments.what)? {
            Shown::Document(number) => {
                let documents = session.archive.documents();
                for number in documents.telegram_sections(number)? {
                    match arguments.json {
                        true => write_json(session, number, &mut out)?,
                        false => write_document(session, number, colours, &mut out)?,
                    }
                }
            }
            Shown::Entity(id) => {
                let card = ShownEntity::read(session, &id)?;
                match arguments.json {
                    true => card.write_json(&mut out)?,
                    false => card.write_text(matches!(colours, Colours::On), &mut out)?,
                }
            }
        }
        Ok(out.flush()?)
    })?;
    Ok(CommandOutcome::Success)
}

fn write_json(
    session: &ReadSession<'_>,
    number: DocumentNumber,
    out: &mut impl Write,
) -> Result<(), ViewError> {
    let mut stored = session.archive.documents().stored(number)?;
    stored.annotated.entities = session.archive.entities().of_document(&stored)?;
    let known = document_knowledge(session, &stored)?;
    let source = stored.paths.first().map_or("", String::as_str);
    Ok(jsonl::write_line_with(&stored.annotated, source, &known, out)?)
}

/// Writes id, paths, header fields, what users added, and the text.
fn write_document(
    session: &ReadSession<'_>,
    number: DocumentNumber,
    colours: Colours,
    out: &mut impl Write,
) -> Result<(), ViewError> {
    let stored = session.archive.documents().stored(number)?;
    let document = &stored.annotated.document;
    writeln!(out, "--- {}", document.id)?;
    for path in &stored.paths {
        writeln!(out, "--- {path}")?;
    }
    header_card::write_header_card(document, stored.annotated.words.language, out)?;
    write_card(&document_knowledge(session, &stored)?, out)?;
    writeln!(out)?;
    ansi::write_text(&stored.annotated, colours, out)?;
    Ok(writeln!(out)?)
}
