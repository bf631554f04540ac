//! The metadata table at the top of a web page: id, created, released,
//! classification, origin.

use chancery_model::{CableId, Classification, Date, Field, Header, TextSpan};

/// Header fields from the `cells` of the table, which are in table order.
pub(crate) fn known(text: &str, cells: &[TextSpan]) -> Header {
    let mut known = Header::default();
    let cell = |index: usize| cells.get(index).map(|span| (&text[span.range()], *span));
    if let Some((id, span)) = cell(0).filter(|(id, _)| is_id(id)) {
        known.reference_id = Some(Field { value: CableId(id.into()), span });
    }
    if let Some((created, span)) = cell(1) {
        known.date = date(created).map(|value| Field { value, span });
    }
    if let Some((level, span)) = cell(3) {
        known.classification = classification(level).map(|value| Field { value, span });
    }
    known
}

/// Whether a cell looks like "09ALGIERS948".
fn is_id(id: &str) -> bool {
    let year = id.get(..2).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
    year && id.len() < 40 && id.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Parses "2007-09-11 09:09".
fn date(created: &str) -> Option<Date> {
    Date::try_from(created.get(..10)?.to_owned()).ok()
}

/// Parses "SECRET//NOFORN" and similar values.
fn classification(level: &str) -> Option<Classification> {
    Some(match level.split("//").next()? {
        "UNCLASSIFIED" if level.contains("OFFICIAL USE") => Classification::Sensitive,
        "UNCLASSIFIED" => Classification::Unclassified,
        "LIMITED OFFICIAL USE" => Classification::LimitedOfficialUse,
        "CONFIDENTIAL" => Classification::Confidential,
        "SECRET" => Classification::Secret,
        "TOP SECRET" => Classification::TopSecret,
        _ => return None,
    })
}
