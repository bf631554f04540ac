//! Finds the sender and the addressees of a letter in its header lines.
//!
//! The header of the letter states their names, decoded; the text prints them as well.
//! Where a name stands is needed to mark it as a person, "Marchetti, Judith A" too.

use chancery_model::{Correspondent, EnvelopeField, EnvelopeKind, Header, Spanned, TextSpan};

/// Gives the names that the header lines print their places in `text`. A field whose
/// names are all there is a field of the text.
pub(crate) fn place_parties(text: &str, header: &mut Header) {
    let lines = header_lines(text);
    let from = header.from.as_mut_slice();
    let fields = [
        (EnvelopeField::From, &["From: "][..], from),
        (EnvelopeField::To, &["To: "][..], &mut header.to[..]),
        (EnvelopeField::Info, &["Cc: ", "Bcc: "][..], &mut header.info[..]),
    ];
    let mut placed = Vec::new();
    for (field, keys, parties) in fields {
        let lines: Vec<TextSpan> = keys
            .iter()
            .flat_map(|key| {
                lines.iter().filter(move |line| text[line.byte_range()].starts_with(key))
            })
            .copied()
            .collect();
        if place_names(text, &lines, parties) {
            placed.push(field);
        }
    }
    header.origins.retain(|origin| {
        origin.envelope != EnvelopeKind::MailHeader || !placed.contains(&origin.field)
    });
}

/// The lines of the header: those up to the first that has no key.
fn header_lines(text: &str) -> Vec<TextSpan> {
    const KEYS: [&str; 7] =
        ["From: ", "Reply-To: ", "To: ", "Cc: ", "Bcc: ", "Date: ", "Subject: "];
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        let span = TextSpan::from_range(at..at + line.len());
        at += line.len() + 1;
        if line.is_empty() {
            continue;
        }
        if !KEYS.iter().any(|key| line.starts_with(key)) {
            break;
        }
        lines.push(span);
    }
    lines
}

/// Finds the names in lines, in their order. Returns whether all were found.
fn place_names(text: &str, lines: &[TextSpan], parties: &mut [Spanned<Correspondent>]) -> bool {
    let mut lines = lines.iter();
    let Some(mut line) = lines.next().copied() else { return false };
    for party in parties.iter_mut().filter(|party| party.span.is_empty()) {
        loop {
            if let Some(found) = text[line.byte_range()].find(&party.value.name) {
                let start = line.start + found as u32;
                party.span = TextSpan::new(start, start + party.value.name.len() as u32);
                line = TextSpan::new(party.span.end, line.end);
                break;
            }
            match lines.next() {
                Some(next) => line = *next,
                None => return false,
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use chancery_model::FieldOrigin;

    use super::*;

    #[test]
    fn names_are_found_in_their_lines() {
        let named = |name: &str| Spanned {
            value: Correspondent { name: name.to_owned(), ..Correspondent::default() },
            span: TextSpan::OUTSIDE_OF_TEXT,
        };
        let text = "From: Ana <a@x>\n\nTo: Prela, Ana <b@x>; Ana <c@x>\n\nCc: d@x\n\nBcc: Ana\n\nAna, a text.";
        let origin = |field| FieldOrigin { field, envelope: EnvelopeKind::MailHeader };
        let mut header = Header {
            from: Some(named("Ana")),
            to: vec![named("Prela, Ana"), named("Ana")],
            info: vec![named("d@x"), named("Ana")],
            origins: vec![origin(EnvelopeField::From), origin(EnvelopeField::Date)],
            ..Header::default()
        };
        place_parties(text, &mut header);
        let parties = header.from.iter().chain(&header.to).chain(&header.info);
        let places: Vec<(u32, &str)> =
            parties.map(|party| (party.span.start, &text[party.span.byte_range()])).collect();
        assert_eq!(places, [(6, "Ana"), (21, "Prela, Ana"), (39, "Ana"), (54, "d@x"), (64, "Ana")]);
        assert_eq!(header.origins, [origin(EnvelopeField::Date)]);
        // A name that only the body has is not in the header.
        let mut header = Header { from: Some(named("Omar")), ..Header::default() };
        place_parties("From: o@x\n\nOmar came.", &mut header);
        assert_eq!(header.from, Some(named("Omar")));
    }
}
