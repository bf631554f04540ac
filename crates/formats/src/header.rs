//! The header as JSON: each field with its value and its offsets in code
//! points. Absent fields are left out. A field that the text does not state has the
//! offsets 0 and 0; `origins` says which envelope states it.

use chancery_model::{
    CableId, Classification, ClassifiedBy, CodePoints, Correspondent, Date, DateTimeGroup,
    FieldOrigin, Header, Officer, Reference, Section, Spanned, TagsEntry,
};
use serde::{Deserialize, Serialize};

use crate::FormatProblem;
use crate::byte_offsets::ByteOffsets;

/// A value and its offsets in code points of the text.
#[derive(Serialize, Deserialize)]
pub(crate) struct LocatedField<T> {
    value: T,
    start: u32,
    end: u32,
}

impl<T: Clone> LocatedField<T> {
    pub(crate) fn from_field(field: &Spanned<T>, points: &CodePoints<'_>) -> Self {
        let (start, end) =
            (points.code_point_offset(field.span.start), points.code_point_offset(field.span.end));
        Self { value: field.value.clone(), start, end }
    }

    fn into_field(self, offsets: &ByteOffsets<'_>) -> Result<Spanned<T>, FormatProblem> {
        Ok(Spanned { span: offsets.byte_span(self.start, self.end)?, value: self.value })
    }
}

/// Lists the fields of the model's header once, and makes the conversions in
/// both directions from the list.
macro_rules! header_form {
    (one { $($one:ident: $value:ty,)* } many { $($many:ident: $item:ty,)* }) => {
        /// The JSON form of a header.
        #[derive(Default, Serialize, Deserialize)]
        #[serde(default)]
        pub(crate) struct HeaderRecord {
            $(#[serde(skip_serializing_if = "Option::is_none")] $one: Option<LocatedField<$value>>,)*
            $(#[serde(skip_serializing_if = "Vec::is_empty")] $many: Vec<LocatedField<$item>>,)*
            #[serde(skip_serializing_if = "Vec::is_empty")]
            origins: Vec<FieldOrigin>,
        }

        impl HeaderRecord {
            pub(crate) fn from_header(header: &Header, points: &CodePoints<'_>) -> Self {
                Self {
                    $($one: header.$one.as_ref().map(|field| LocatedField::from_field(field, points)),)*
                    $($many: header.$many.iter().map(|field| LocatedField::from_field(field, points)).collect(),)*
                    origins: header.origins.clone(),
                }
            }

            pub(crate) fn into_header(self, offsets: &ByteOffsets<'_>) -> Result<Header, FormatProblem> {
                Ok(Header {
                    $($one: self.$one.map(|field| field.into_field(offsets)).transpose()?,)*
                    $($many: self.$many.into_iter().map(|field| field.into_field(offsets))
                        .collect::<Result<_, _>>()?,)*
                    origins: self.origins,
                })
            }
        }
    };
}

header_form! {
    one {
        cable_id: CableId,
        post: String,
        serial: String,
        date_time: DateTimeGroup,
        date: Date,
        classification: Classification,
        section: Section,
        from: Correspondent,
        executive_order: String,
        declassify_on: Date,
        classified_by: ClassifiedBy,
        subject: String,
    }
    many {
        captions: String,
        to: Correspondent,
        info: Correspondent,
        reasons: String,
        tags: TagsEntry,
        references: Reference,
        signatures: String,
        officers: Officer,
    }
}
