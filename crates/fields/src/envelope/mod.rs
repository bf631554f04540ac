//! Header fields from envelopes: what surrounds the text states them.
//!
//! [`StatedFields`] collects what the envelopes of a document state, first envelope
//! first. The finders use its id and date to resolve references. Then
//! [`StatedFields::fill`] adds to the header each field that the text lacks.
//!
//! The values are read with the finders that read the text (the other modules of this crate). A value
//! that cannot be read becomes a problem of the file.

mod by_hand;
mod date;
mod file_name;
mod post;
mod unreadable;
mod value;

use chancery_model::{
    CableId, Correspondent, Date, Envelope, EnvelopeField, EnvelopeKind, FieldOrigin, Header,
    Reference, ReferenceKind, Spanned, TextSpan,
};

use crate::found_header::year_of_cable;
use crate::references::CitingCable;
use crate::{cable_id, recipients, references, tags};

pub use by_hand::{FieldValueError, read_header_change};
pub use file_name::{envelope_of_path, is_volume_id};
pub use post::spaced_post_name;
pub use unreadable::UnreadableField;

pub(crate) use date::parse_date;
pub(crate) use post::parse_post;
pub(crate) use value::StatedDate;

/// The id of a document as envelopes state it: ids of cables in their canonical form,
/// others as written. `None` for a value that is no id, of several words for example.
///
/// ```
/// assert_eq!(chancery_fields::read_id("09 PORT LOUIS 000318").unwrap().0, "09PORTLOUIS318");
/// assert!(chancery_fields::read_id("a letter of May").is_none());
/// ```
pub fn read_id(value: &str) -> Option<CableId> {
    value::parse_id(value.trim())
}

/// Adds to the header of a parsed document the fields that it lacks and an envelope
/// states. Returns the values that cannot be read. References are not resolved again.
pub fn fill_header(header: &mut Header, envelope: &Envelope) -> Vec<UnreadableField> {
    let mut stated = StatedFields::default();
    stated.add_envelope(envelope);
    let faults = std::mem::take(&mut stated.faults);
    stated.fill(header);
    faults
}

/// Maximum length of a value in a message.
const MAX_SHOWN_CHARS: usize = 60;

/// What the envelopes of a document state.
#[derive(Debug, Default)]
pub struct StatedFields {
    /// All fields but the references.
    pub header: Header,
    /// The references as written. They are parsed when the header of the text is known,
    /// because a reference without a year needs it.
    references: Option<(EnvelopeKind, String)>,
    /// The values that could not be read.
    pub faults: Vec<UnreadableField>,
}

/// How much of a value could be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Whole,
    Part,
    Nothing,
}

impl StatedFields {
    /// Adds the fields of an envelope. Fields that an earlier envelope states remain.
    pub fn add_envelope(&mut self, envelope: &Envelope) {
        let earlier = self.header.origins.clone();
        for (field, value) in &envelope.fields {
            if !earlier.iter().any(|origin| origin.field == *field) {
                self.add_field(envelope.kind, *field, value, TextSpan::OUTSIDE_OF_TEXT);
            }
        }
    }

    /// Adds a field. `span` is the place of `value` in the text, if it is there.
    pub fn add_field(
        &mut self,
        envelope: EnvelopeKind,
        field: EnvelopeField,
        value: &str,
        span: TextSpan,
    ) {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_volume = envelope == EnvelopeKind::FileName && is_volume_id(&value);
        if is_volume || value::is_not_applicable(&value) {
            return;
        }
        let reading = self.read_value(envelope, field, &value, span);
        let origin = FieldOrigin { field, envelope };
        if reading != Reading::Nothing && !self.header.origins.contains(&origin) {
            self.header.origins.push(origin);
        }
        if reading != Reading::Whole {
            let value = value.chars().take(MAX_SHOWN_CHARS).collect();
            self.faults.push(UnreadableField { envelope, field, value });
        }
    }

    /// Reads a value into the header.
    fn read_value(
        &mut self,
        envelope: EnvelopeKind,
        field: EnvelopeField,
        value: &str,
        span: TextSpan,
    ) -> Reading {
        if envelope == EnvelopeKind::MailHeader && self.read_mail_value(field, value, span) {
            return Reading::Whole;
        }
        let header = &mut self.header;
        match field {
            EnvelopeField::CableId => {
                let Some(id) = value::parse_id(value) else { return Reading::Nothing };
                set_once(&mut header.cable_id, id, span);
            }
            EnvelopeField::Date => match date::parse_date(value) {
                Some(StatedDate::Minute(group)) => set_once(&mut header.date_time, group, span),
                Some(StatedDate::Day(day)) => set_once(&mut header.date, day, span),
                None => return Reading::Nothing,
            },
            EnvelopeField::Post => {
                let stated = post::parse_post(value);
                set_once(&mut header.post, stated.name, span);
                if let Some(sender) = stated.sender {
                    let sender = Correspondent { name: sender, ..Correspondent::default() };
                    set_once(&mut header.from, sender, span);
                }
            }
            EnvelopeField::Classification => {
                let Some(stated) = value::parse_classification(value) else {
                    return Reading::Nothing;
                };
                set_once(&mut header.classification, stated.level, span);
                for caption in stated.captions {
                    header.captions.push(Spanned { value: caption, span });
                }
                if !stated.is_whole {
                    return Reading::Part;
                }
            }
            EnvelopeField::From => {
                let from = recipients::parse_recipient(value);
                if from.name.is_empty() {
                    return Reading::Nothing;
                }
                set_once(&mut header.from, from, span);
            }
            EnvelopeField::To => header.to.extend(value::parse_addresses(value, span)),
            EnvelopeField::Info => header.info.extend(value::parse_addresses(value, span)),
            EnvelopeField::Tags => {
                let found = tags::parse_tags(value, 0..value.len());
                header.tags.extend(found.into_iter().map(|tag| Spanned { span, ..tag }));
            }
            EnvelopeField::Subject => set_once(&mut header.subject, value.to_owned(), span),
            EnvelopeField::References => {
                let (_, list) = self.references.get_or_insert((envelope, String::new()));
                list.push_str(if list.is_empty() { "" } else { "; " });
                list.push_str(&value.replace('|', ";"));
            }
            EnvelopeField::Signature => {
                header.signatures.push(Spanned { value: value.to_owned(), span });
            }
        }
        Reading::Whole
    }

    /// Reads a value of the header of a letter that has a form of its own: the ids of
    /// letters, and names that are no offices. Returns whether it is one.
    fn read_mail_value(&mut self, field: EnvelopeField, value: &str, span: TextSpan) -> bool {
        let header = &mut self.header;
        let named =
            |name: &str| Correspondent { name: name.to_owned(), ..Correspondent::default() };
        match field {
            EnvelopeField::CableId => {
                set_once(&mut header.cable_id, CableId(value.to_owned()), span);
            }
            EnvelopeField::From => set_once(&mut header.from, named(value), span),
            EnvelopeField::To => header.to.push(Spanned { value: named(value), span }),
            EnvelopeField::Info => header.info.push(Spanned { value: named(value), span }),
            EnvelopeField::References => {
                let kind = ReferenceKind::Email;
                let letter = |id: &str| Reference { value: id.to_owned(), kind, bullet: None };
                let letters = value.split(' ').map(|id| Spanned { value: letter(id), span });
                header.references.extend(letters);
            }
            _ => return false,
        }
        true
    }

    /// Adds to `header` the fields that it lacks, with their origins.
    pub fn fill(mut self, header: &mut Header) {
        let mut stated = std::mem::take(&mut self.header);
        let origins = std::mem::take(&mut stated.origins);
        let mut taken = Vec::new();
        let mut take = |field, is_taken: bool| {
            if is_taken {
                taken.push(field);
            }
        };
        if header.date.is_none() && header.date_time.is_none() {
            let date = take_missing(&mut header.date, stated.date);
            take(EnvelopeField::Date, date | take_missing(&mut header.date_time, stated.date_time));
        }
        if is_cited_id(header.cable_id.as_ref(), stated.cable_id.as_ref(), &origins) {
            header.cable_id = None;
        }
        take(EnvelopeField::CableId, take_missing(&mut header.cable_id, stated.cable_id));
        let same_level = match (&header.classification, &stated.classification) {
            (Some(printed), Some(stated)) => printed.value == stated.value,
            _ => true,
        };
        let level = take_missing(&mut header.classification, stated.classification);
        let captions = same_level && add_captions(&mut header.captions, stated.captions);
        take(EnvelopeField::Classification, level | captions);
        take(EnvelopeField::Post, take_missing(&mut header.post, stated.post));
        take(EnvelopeField::From, take_missing(&mut header.from, stated.from));
        take(EnvelopeField::To, take_missing_list(&mut header.to, stated.to));
        take(EnvelopeField::Info, take_missing_list(&mut header.info, stated.info));
        take(EnvelopeField::Tags, take_missing_list(&mut header.tags, stated.tags));
        take(EnvelopeField::Subject, take_missing(&mut header.subject, stated.subject));
        take(
            EnvelopeField::Signature,
            take_missing_list(&mut header.signatures, stated.signatures),
        );
        // The letters that a letter answers are not those that its text refers to.
        let has_letters = !stated.references.is_empty();
        header.references.extend(std::mem::take(&mut stated.references));
        if has_letters {
            taken.push(EnvelopeField::References);
        }
        for field in taken {
            // A sender may be stated by the field of the post.
            let stated_as = |origin: &&FieldOrigin| {
                origin.field == field
                    || field == EnvelopeField::From && origin.field == EnvelopeField::Post
            };
            let exact = origins.iter().find(|origin| origin.field == field);
            if let Some(origin) = exact.or_else(|| origins.iter().find(stated_as)) {
                header.origins.retain(|earlier| earlier.field != field);
                header.origins.push(FieldOrigin { field, envelope: origin.envelope });
            }
        }
        self.fill_references(header);
        fill_parts_of_id(header);
    }

    fn fill_references(self, header: &mut Header) {
        let Some((envelope, list)) = self.references.filter(|_| header.references.is_empty())
        else {
            return;
        };
        let id = header.cable_id.as_ref().map(|id| id.value.clone());
        let origin = CitingCable { year: year_of_cable(header), id: id.as_ref() };
        let found = references::parse_references(&list, 0..list.len(), origin);
        let found =
            found.into_iter().map(|field| Spanned { span: TextSpan::OUTSIDE_OF_TEXT, ..field });
        header.references.extend(found);
        if !header.references.is_empty() {
            let field = EnvelopeField::References;
            header.origins.push(FieldOrigin { field, envelope });
        }
    }
}

/// Whether an envelope states the id by which others cite the document, and not the id
/// that post, serial and date of the text give. The id of a page is that of its table:
/// a few pages have the text of another telegram below it. The id of a row counts if it
/// only names the post otherwise. Names of files and attributes abbreviate posts.
fn is_cited_id(
    printed: Option<&Spanned<CableId>>,
    stated: Option<&Spanned<CableId>>,
    origins: &[FieldOrigin],
) -> bool {
    let (Some(printed), Some(stated)) = (printed, stated) else { return false };
    let origin = origins.iter().find(|origin| origin.field == EnvelopeField::CableId);
    let year_and_serial = |id: &CableId| {
        cable_id::post_and_serial(id).map(|(_, serial)| (id.0[..2].to_owned(), serial.to_owned()))
    };
    match origin.map(|origin| origin.envelope) {
        Some(EnvelopeKind::PageTable) => true,
        Some(EnvelopeKind::Row | EnvelopeKind::SideTable(_)) => {
            let same = year_and_serial(&printed.value);
            same.is_some() && same == year_and_serial(&stated.value)
        }
        _ => false,
    }
}

/// Fills post and serial from an id that an envelope states.
fn fill_parts_of_id(header: &mut Header) {
    let stated = header.origins.iter().find(|origin| origin.field == EnvelopeField::CableId);
    let (Some(&FieldOrigin { envelope, .. }), Some(id)) = (stated, &header.cable_id) else {
        return;
    };
    let Some((post, serial)) = cable_id::post_and_serial(&id.value) else { return };
    let (post, serial) = (spaced_post_name(post), serial.to_owned());
    let year = year_of_cable(header);
    let span = TextSpan::OUTSIDE_OF_TEXT;
    if let (Some(year), None) = (year, header.document_date()) {
        header.date = Some(Spanned { value: Date::of_year(year), span });
        header.origins.push(FieldOrigin { field: EnvelopeField::Date, envelope });
    }
    header.serial.get_or_insert(Spanned { value: serial, span });
    if header.post.is_none() {
        header.post = Some(Spanned { value: post, span });
        header.origins.push(FieldOrigin { field: EnvelopeField::Post, envelope });
    }
}

/// Sets a field, unless an earlier value is there.
fn set_once<T>(field: &mut Option<Spanned<T>>, value: T, span: TextSpan) {
    field.get_or_insert(Spanned { value, span });
}

fn take_missing<T>(field: &mut Option<T>, stated: Option<T>) -> bool {
    let is_taken = field.is_none() && stated.is_some();
    if is_taken {
        *field = stated;
    }
    is_taken
}

fn take_missing_list<T>(field: &mut Vec<T>, stated: Vec<T>) -> bool {
    let is_taken = field.is_empty() && !stated.is_empty();
    if is_taken {
        *field = stated;
    }
    is_taken
}

/// Adds the captions that the text does not print; returns whether there are any.
fn add_captions(captions: &mut Vec<Spanned<String>>, stated: Vec<Spanned<String>>) -> bool {
    let before = captions.len();
    for caption in stated {
        if !captions.iter().any(|known| known.value == caption.value) {
            captions.push(caption);
        }
    }
    captions.len() > before
}
