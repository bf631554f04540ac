//! `chancery set`: sets header fields of a document by hand.

use std::path::PathBuf;

use chancery_model::EnvelopeField;
use chancery_parse::read_header_change;
use chancery_store::CurationRequest;
use clap::Args;

use super::CommandOutcome;
use super::curate::{decide, user_name};
use crate::archive_access::open_archive;

const EXAMPLES: &str = "\
Fields: id, date, post, classification, from, to, info, tags, subject,
references, signature. Several addressees are separated by semicolons. An empty
value says that the document has no such field.

Examples:
  chancery set archive 09ALGIERS948 date=2009-10-20 post=ALGIERS
  chancery set archive 9f86d081 from='AMEMBASSY PARIS' --reason 'the cover sheet'
  chancery set archive 09ALGIERS948 classification=SECRET//NOFORN
  chancery set archive 09ALGIERS948 subject=
  chancery curate archive undo 8                 undo decision 8";

/// Set header fields of a document by hand
///
/// A field that is set replaces what the text states: in searches, counts and
/// exports, and on the page of the document, which names the decision. The
/// decision is kept in the log of `curate`, so it is exported and can be undone.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Its cable id, its id or the start of its id
    document: String,
    /// The fields and their values
    #[arg(value_name = "FIELD=VALUE", required = true, value_parser = parse_field)]
    fields: Vec<(EnvelopeField, String)>,
    /// Author recorded in the log [default: the user's name]
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Reason recorded in the log
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

fn parse_field(argument: &str) -> Result<(EnvelopeField, String), String> {
    let (key, value) = argument
        .split_once('=')
        .ok_or_else(|| format!("{argument:?} is not of the form FIELD=VALUE"))?;
    let field = EnvelopeField::from_key(key.trim()).ok_or_else(|| {
        let keys = EnvelopeField::ALL.map(EnvelopeField::key);
        format!("{key:?} is not a field; the fields are {}", keys.join(", "))
    })?;
    Ok((field, value.to_owned()))
}

/// Writes the decision.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let archive = open_archive(&arguments.archive)?;
    let number = archive.documents().find(&arguments.document)?;
    let document = archive.documents().parsed(number)?;
    drop(archive);
    let fields = read_header_change(&arguments.fields, &document.header)?;
    let author = arguments.author.clone().unwrap_or_else(user_name);
    let fields = Box::new(fields);
    let request = CurationRequest::Set { document: document.id.to_string(), fields };
    decide(&arguments.archive, &author, &arguments.reason, &request)?;
    Ok(CommandOutcome::Success)
}
