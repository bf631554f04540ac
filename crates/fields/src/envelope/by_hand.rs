//! Header fields that a person sets: "date=17 September 2009", "to=SECSTATE WASHDC; USUN".
//!
//! The values are read as those of envelopes. Here a value that cannot be read, or only in
//! part, is an error that says which form is wanted.

use chancery_model::{EnvelopeField, EnvelopeKind, Header, HeaderChange, Spanned, TextSpan};
use thiserror::Error;

use super::{StatedFields, fill_parts_of_id};
use crate::found_header::year_of_cable;
use crate::references::{CitingCable, parse_references};

/// A value that is not of the form that its field wants.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}={value:?} is not of the form {}", field.key(), form_of(*field))]
pub struct FieldValueError {
    /// The field.
    pub field: EnvelopeField,
    /// The value.
    pub value: String,
}

/// The form of the values of a field, for people.
const fn form_of(field: EnvelopeField) -> &'static str {
    match field {
        EnvelopeField::CableId => "09PORTLOUIS214 (one word)",
        EnvelopeField::Date => "2009-09-17 or \"2009-09-17 13:30\"",
        EnvelopeField::Post => "\"PORT LOUIS\"",
        EnvelopeField::Classification => {
            "unclassified, sensitive, \"limited official use\", confidential, secret or \
             \"top secret\", with captions after it: SECRET//NOFORN"
        }
        EnvelopeField::From => "\"AMEMBASSY PORT LOUIS\"",
        EnvelopeField::To | EnvelopeField::Info => "\"SECSTATE WASHDC; USMISSION USUN\"",
        EnvelopeField::Tags => "\"PREL, PTER\"",
        EnvelopeField::Subject => "\"A VISIT\"",
        EnvelopeField::References => "\"09PORTLOUIS214; 09LUSAKA611\"",
        EnvelopeField::Signature => "TREMONT",
    }
}

/// Reads the fields that a person sets in a document with this header. An empty value
/// clears its field. A field that is given twice has both values if it can have several.
///
/// ```
/// use chancery_model::{EnvelopeField, Header};
///
/// let fields = [(EnvelopeField::Date, "17 September 2009".to_owned())];
/// let change = chancery_fields::read_header_change(&fields, &Header::default()).unwrap();
/// assert_eq!(change.date.unwrap().to_string(), "2009-09-17");
/// let wrong = [(EnvelopeField::Date, "in autumn".to_owned())];
/// assert!(chancery_fields::read_header_change(&wrong, &Header::default()).is_err());
/// ```
///
/// # Errors
/// For the first value that cannot be read.
pub fn read_header_change(
    fields: &[(EnvelopeField, String)],
    header: &Header,
) -> Result<HeaderChange, FieldValueError> {
    let mut stated = StatedFields::default();
    let mut change = HeaderChange::default();
    for (field, value) in fields {
        if value.trim().is_empty() {
            change.cleared.push(*field);
            continue;
        }
        // The number of the decision is not known yet.
        let kind = EnvelopeKind::Decision(0);
        stated.add_field(kind, *field, value, TextSpan::OUTSIDE_OF_TEXT);
        let is_stated = stated.header.origins.iter().any(|origin| origin.field == *field);
        if !is_stated || !stated.faults.is_empty() {
            return Err(FieldValueError { field: *field, value: value.clone() });
        }
    }
    let references = std::mem::take(&mut stated.references);
    let mut new = stated.header;
    if header.post.is_some() && new.post.is_none() {
        new.post.clone_from(&header.post);
        fill_parts_of_id(&mut new);
        new.post = None;
    } else {
        fill_parts_of_id(&mut new);
    }
    if let Some((_, list)) = references {
        let mut citing = header.clone();
        citing.cable_id = new.cable_id.clone().or(citing.cable_id);
        citing.date = new.date.clone().or(citing.date);
        let id = citing.cable_id.as_ref().map(|id| id.value.clone());
        let origin = CitingCable { year: year_of_cable(&citing), id: id.as_ref() };
        new.references = parse_references(&list, 0..list.len(), origin);
        if new.references.is_empty() {
            return Err(FieldValueError { field: EnvelopeField::References, value: list });
        }
    }
    Ok(set_values(change, new))
}

/// Takes the values of a header without their spans.
fn set_values(change: HeaderChange, new: Header) -> HeaderChange {
    fn values<T>(fields: Vec<Spanned<T>>) -> Vec<T> {
        fields.into_iter().map(|field| field.value).collect()
    }
    let minute = new.date_time.map(|field| field.value);
    let names = |fields: Vec<Spanned<chancery_model::Correspondent>>| {
        fields.into_iter().map(|field| field.value.name).collect()
    };
    HeaderChange {
        id: new.cable_id.map(|field| field.value),
        serial: new.serial.map(|field| field.value),
        date: minute.map(|minute| minute.date).or(new.date.map(|field| field.value)),
        time: minute.map(|minute| (minute.hour, minute.minute)),
        post: new.post.map(|field| field.value),
        classification: new.classification.map(|field| field.value),
        captions: values(new.captions),
        from: new.from.map(|field| field.value.name),
        to: names(new.to),
        info: names(new.info),
        tags: values(new.tags),
        subject: new.subject.map(|field| field.value),
        references: values(new.references),
        signatures: values(new.signatures),
        cleared: change.cleared,
    }
}

#[cfg(test)]
mod tests {
    use chancery_model::{CableId, Classification};

    use super::*;

    /// The change that some fields make, as the log has it.
    fn change(fields: &[(EnvelopeField, &str)]) -> Result<HeaderChange, String> {
        let fields: Vec<_> =
            fields.iter().map(|(field, value)| (*field, (*value).to_owned())).collect();
        read_header_change(&fields, &Header::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        use EnvelopeField::{
            CableId as Id, Classification as Level, Date, From, Post, References, Tags, To,
        };
        let change = change(&[
            (Id, "09 Port Louis 000318"),
            (Date, "2009-09-17 13:30"),
            (Level, "secret//noforn"),
            (From, "AMEMBASSY PORT LOUIS"),
            (To, "SECSTATE WASHDC; USMISSION USUN"),
            (Tags, "PREL, MP"),
            (References, "09PORTLOUIS214"),
        ])
        .expect("readable");
        assert_eq!(change.id, Some(CableId("09PORTLOUIS318".into())));
        assert_eq!(
            (change.serial.as_deref(), change.post.as_deref()),
            (Some("318"), Some("PORT LOUIS"))
        );
        assert_eq!(change.date.map(|date| date.to_string()).as_deref(), Some("2009-09-17"));
        assert_eq!(change.time, Some((13, 30)));
        assert_eq!(change.classification, Some(Classification::Secret));
        assert_eq!(change.captions, ["NOFORN"]);
        assert_eq!(change.from.as_deref(), Some("AMEMBASSY PORT LOUIS"));
        assert_eq!(change.to, ["SECSTATE WASHDC", "USMISSION USUN"]);
        let tags: Vec<&str> = change.tags.iter().map(|tag| tag.name.as_str()).collect();
        assert_eq!(tags, ["PREL", "MP"]);
        assert_eq!(change.references[0].value, "09PORTLOUIS214");
        let expected = [Id, Date, Post, Level, From, To, Tags, References];
        assert_eq!(change.fields(), expected);
    }

    #[test]
    fn an_empty_value_clears_a_field() {
        let change = change(&[(EnvelopeField::Date, " "), (EnvelopeField::Post, "Paris")]);
        let change = change.expect("readable");
        assert_eq!(change.cleared, [EnvelopeField::Date]);
        assert_eq!(change.post.as_deref(), Some("PARIS"));
    }

    #[test]
    fn wrong_values_say_which_form_is_wanted() {
        use EnvelopeField::{CableId as Id, Classification, Date, Subject, Tags};
        let cases: [(EnvelopeField, &str, &str); 7] = [
            (Date, "in autumn", "date=\"in autumn\" is not of the form 2009-09-17"),
            (Date, "2009-02-30", "date=\"2009-02-30\" is not of the form 2009-09-17"),
            (Classification, "private", "classification=\"private\" is not of the form uncl"),
            (Classification, "secret//mauve", "classification=\"secret//mauve\" is not of"),
            (Id, "a letter of May", "id=\"a letter of May\" is not of the form 09PORTLOUIS214"),
            (Tags, "...", "tags=\"...\" is not of the form \"PREL, PTER\""),
            (Subject, "n/a", "subject=\"n/a\" is not of the form"),
        ];
        for (field, value, expected) in cases {
            let error = change(&[(field, value)]).expect_err(value);
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
