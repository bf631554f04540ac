//! The header as JSON: each field with its value and its offsets in code
//! points. Absent fields are left out.

use chancery_model::{
    CableId, Classification, ClassifiedBy, CodePoints, Date, DateTimeGroup, Field, Header,
    Recipient, Reference, Section, Tag,
};
use serde::{Deserialize, Serialize};

use crate::Problem;
use crate::places::Places;

/// A value and its offsets in code points of the text.
#[derive(Serialize, Deserialize)]
pub(crate) struct Placed<T> {
    value: T,
    start: u32,
    end: u32,
}

impl<T: Clone> Placed<T> {
    pub(crate) fn of(field: &Field<T>, points: &CodePoints<'_>) -> Self {
        let (start, end) = (points.of(field.span.start), points.of(field.span.end));
        Self { value: field.value.clone(), start, end }
    }

    fn field(self, places: &Places<'_>) -> Result<Field<T>, Problem> {
        Ok(Field { span: places.span(self.start, self.end)?, value: self.value })
    }
}

/// Lists the fields of the model's header once, and makes the conversions in
/// both directions from the list.
macro_rules! header_form {
    (one { $($one:ident: $value:ty,)* } many { $($many:ident: $item:ty,)* }) => {
        /// The JSON form of a header.
        #[derive(Default, Serialize, Deserialize)]
        #[serde(default)]
        pub(crate) struct HeaderForm {
            $(#[serde(skip_serializing_if = "Option::is_none")] $one: Option<Placed<$value>>,)*
            $(#[serde(skip_serializing_if = "Vec::is_empty")] $many: Vec<Placed<$item>>,)*
        }

        impl HeaderForm {
            pub(crate) fn of(header: &Header, points: &CodePoints<'_>) -> Self {
                Self {
                    $($one: header.$one.as_ref().map(|field| Placed::of(field, points)),)*
                    $($many: header.$many.iter().map(|field| Placed::of(field, points)).collect(),)*
                }
            }

            pub(crate) fn header(self, places: &Places<'_>) -> Result<Header, Problem> {
                Ok(Header {
                    $($one: self.$one.map(|placed| placed.field(places)).transpose()?,)*
                    $($many: self.$many.into_iter().map(|placed| placed.field(places))
                        .collect::<Result<_, _>>()?,)*
                })
            }
        }
    };
}

header_form! {
    one {
        reference_id: CableId,
        station: String,
        serial: String,
        date_time: DateTimeGroup,
        date: Date,
        classification: Classification,
        section: Section,
        from: Recipient,
        executive_order: String,
        declassify_on: Date,
        classified_by: ClassifiedBy,
        subject: String,
    }
    many {
        captions: String,
        to: Recipient,
        info: Recipient,
        reasons: String,
        tags: Tag,
        references: Reference,
        signatures: String,
    }
}
