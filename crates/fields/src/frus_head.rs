//! Parses the head that the editors put over a document.
//!
//! Heads have one style in all volumes: number, kind, "From … to …". The
//! electronic volumes add the serial of a telegram and the date: "193.
//! Telegram 2890 From the Embassy in Tehran to the Department of State, May
//! 17, 1972, 0720Z".

use std::ops::Range;

use chancery_model::{Correspondent, Date, DateTimeGroup, MONTH_NAMES, Spanned, TextSpan};

/// The parts of a head.
#[derive(Default)]
pub struct DocumentHead {
    /// The document's number in the volume: "193.".
    pub number: Option<TextSpan>,
    /// Whether the document is a telegram, airgram or other message by wire.
    pub is_telegram: bool,
    /// The telegram's serial.
    pub serial: Option<Spanned<String>>,
    /// The sender, without its article.
    pub from: Option<TextSpan>,
    /// The addressee, without its article.
    pub to: Option<TextSpan>,
    /// Both sides of a conversation: "Between … and …". The mark-up of some volumes calls
    /// them sender and addressee.
    pub participants: Option<(TextSpan, TextSpan)>,
    /// The date at the end.
    pub date: Option<Spanned<Date>>,
    /// The date with its Zulu time.
    pub date_time: Option<Spanned<DateTimeGroup>>,
}

/// Parses the head at `span`. `sender` is a name in it that is marked as the
/// sender.
pub fn parse_head(text: &str, span: TextSpan, sender: Option<TextSpan>) -> DocumentHead {
    let words = &text[span.byte_range()];
    let span_at = |start: usize, end: usize| {
        TextSpan::from_range(span.start as usize + start..span.start as usize + end)
    };
    let mut head = DocumentHead::default();
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let mut start = 0;
    if digits > 0 && words[digits..].starts_with('.') {
        head.number = Some(span_at(0, digits + 1));
        start = digits + 1;
    }
    let mut end = words.len();
    if let Some((at, date, clock)) = trailing_date(words) {
        end = at;
        let span = span_at(at, words.len());
        let group = clock.map(|(hour, minute)| DateTimeGroup { date, hour, minute });
        head.date_time = group.map(|value| Spanned { value, span });
        head.date = Some(Spanned { value: date, span });
    }
    let from = words[start..end].find(" From ").or_else(|| words[start..end].find(" from "));
    let kind_end = from.map_or(end, |from| start + from);
    let kind = &words[start..kind_end];
    head.is_telegram =
        ["elegram", "irgram", "ackchannel", "Cable"].iter().any(|k| kind.contains(k));
    if let Some(at) = kind.find("gram ").filter(|_| head.is_telegram) {
        let number = kind[at + 5..].trim_end_matches([',', ' ']);
        let first = start + at + 5;
        if number.bytes().any(|byte| byte.is_ascii_digit()) {
            let span = span_at(first, first + number.len());
            head.serial = Some(Spanned { value: number.to_owned(), span });
        }
    }
    let parties_end = if head.date.is_some() { start_of_place(&words[..end]) } else { end };
    if from.is_none() {
        head.participants = split_participants(words, start..parties_end)
            .map(|(first, second)| (span_at(first.0, first.1), span_at(second.0, second.1)));
    }
    if from.is_some() {
        let first = kind_end + " From ".len();
        let named = sender.filter(|sender| span.contains(sender)).map_or(0, |sender| sender.end);
        let named = (named as usize).saturating_sub(span.start as usize + first);
        let (from, to) = split_parties(&words[first.min(parties_end)..parties_end], named);
        head.from = from.map(|(a, b)| span_at(first + a, first + b));
        head.to = to.map(|(a, b)| span_at(first + a, first + b));
    }
    head
}

/// Start and end in the head.
type HeadRange = (usize, usize);

/// Hour and minute.
type HourMinute = (u8, u8);

/// The start of the place name before the date: "to President Nixon,
/// Washington, ".
fn start_of_place(words: &str) -> usize {
    let words = words.trim_end_matches([' ', ',']);
    let is_place = |part: &str| {
        part.len() <= 20 && part.starts_with(|c: char| c.is_uppercase()) && !part.contains('(')
    };
    let place = words.rfind(", ").filter(|&comma| is_place(&words[comma + 2..]));
    place.unwrap_or(words.len())
}

/// Offices that "to" may follow as part of their name: "Mission to the UN".
const ACCREDITED_OFFICES: &str =
    "Mission Delegation Ambassador Representative Minister Assistant Adviser Advisor Envoy Counsel";

/// First words of persons in an office: as senders they are no post.
const PERSONAL_OFFICES: &str = "Acting Ambassador Assistant Attorney Chairman Chief Consul \
    Counselor Deputy Director General Minister President Secretary Special Under Vice";

/// Splits "the Embassy in Tehran to the Department of State," into sender and
/// addressee. The sender ends at `named` or later.
fn split_parties(words: &str, named: usize) -> (Option<HeadRange>, Option<HeadRange>) {
    let is_office =
        |at: usize| ACCREDITED_OFFICES.split(' ').any(|office| words[..at].ends_with(office));
    let cut = words
        .match_indices(" to ")
        .find(|&(at, _)| at >= named && (!is_office(at) || at == named && named > 0));
    let from_end = cut.map_or(words.len(), |(at, _)| at);
    let from = trim_party(words, 0, from_end);
    (from, cut.and_then(|(at, to)| trim_party(words, at + to.len(), words.len())))
}

/// Splits "Conversation Between the Secretary of State and Ambassador Caccia".
fn split_participants(words: &str, within: Range<usize>) -> Option<(HeadRange, HeadRange)> {
    const BETWEEN: &str = " Between ";
    let between =
        words[within.clone()].find(BETWEEN).or_else(|| words[within.clone()].find(" between "))?;
    let first = within.start + between + BETWEEN.len();
    let and = first + words[first..within.end].find(" and ")?;
    let second = trim_party(words, and + " and ".len(), within.end)?;
    Some((trim_party(words, first, and)?, second))
}

/// Trims the article, spaces, periods and commas.
fn trim_party(words: &str, start: usize, end: usize) -> Option<HeadRange> {
    let part = words[start..end].trim_end_matches([' ', ',', '.', '\n']);
    let lead = if part.starts_with("the ") { 4 } else { 0 };
    (lead < part.len()).then_some((start + lead, start + part.len()))
}

/// The date at the end of a head, its offset, and the Zulu time after it.
fn trailing_date(words: &str) -> Option<(usize, Date, Option<HourMinute>)> {
    let (at, month) = MONTH_NAMES
        .iter()
        .zip(1..)
        .filter_map(|(name, month)| Some((words.rfind(name)?, month)))
        .max()?;
    let mut parts =
        words[at..].split([' ', ',', '—', '\n']).filter(|part| !part.is_empty()).skip(1);
    let day = parts.next()?.parse().ok()?;
    let year = parts.next()?.trim_end_matches('.').parse().ok()?;
    let clock = parts.next().and_then(parse_zulu_time);
    Some((at, Date::new(year, month, day)?, clock))
}

/// Parses "0720Z".
pub fn parse_zulu_time(word: &str) -> Option<HourMinute> {
    let digits = word.trim_end_matches('.').strip_suffix('Z').filter(|digits| digits.len() == 4)?;
    let (hour, minute) = (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse().ok()?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

impl DocumentHead {
    /// The sending post: the place in the sender's name ("Embassy in Tehran", "Ambassador to
    /// Iran (Marlowe)"), or else the name of an agency. A person in an office is no post, and
    /// a place that is withheld neither.
    pub fn sending_post(
        &self,
        text: &str,
        from: Option<&Spanned<Correspondent>>,
    ) -> Option<Spanned<String>> {
        let sender = self.from.or(from.map(|from| from.span))?;
        let words = &text[sender.byte_range()];
        // Behind a place, the name of the officer.
        let words = words.split(" (").next().unwrap_or(words);
        let place = [" in ", " at "].iter().filter_map(|word| Some(words.find(word)? + 4)).min();
        let accredited = || {
            let to = words.find(" to ")?;
            let has_end = |office: &str| words[..to].ends_with(office);
            ACCREDITED_OFFICES.split(' ').any(has_end).then_some(to + 4)
        };
        let at = place.or_else(accredited);
        let first = words.split(' ').next().unwrap_or(words);
        if at.is_none() && PERSONAL_OFFICES.split(' ').any(|office| office == first) {
            return None;
        }
        let place = &words[at.unwrap_or(0)..];
        if place.starts_with('[') {
            return None;
        }
        let lead = if place.starts_with("the ") { 4 } else { 0 };
        let start = sender.start + (at.unwrap_or(0) + lead) as u32;
        let end = sender.start + words.len() as u32;
        let span = TextSpan::new(start.min(end), end);
        (!span.is_empty()).then(|| Spanned { value: text[span.byte_range()].to_owned(), span })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_post_is_a_place_or_an_agency() {
        for (sender, expected) in [
            ("the Embassy in Tehran", Some("Tehran")),
            ("the Embassy in the Soviet Union", Some("Soviet Union")),
            ("the Consulate General at Hong Kong", Some("Hong Kong")),
            ("the Ambassador to Iran (Marlowe)", Some("Iran")),
            ("the Embassy in Iran (Osei)", Some("Iran")),
            ("the Mission to the United Nations", Some("United Nations")),
            ("the Department of State", Some("Department of State")),
            ("[place not declassified]", None),
            ("the Station in [place not declassified]", None),
            ("the Director of Central Intelligence Osei", None),
            ("the Secretary of State", None),
            ("President Benhaddou", None),
        ] {
            let head = format!("12. Telegram From {sender} to the Embassy in Lome");
            let span = TextSpan::new(0, head.len() as u32);
            let post = parse_head(&head, span, None).sending_post(&head, None);
            assert_eq!(post.map(|post| post.value).as_deref(), expected, "{sender}");
        }
    }
}
