//! What the columns of a table without headings are, by their content.

use chancery_model::EnvelopeField;

use super::columns::ColumnRole;

/// Share of the cells of a column, in tenths, that must look alike.
const MOST: usize = 8;

/// Mean length of the cells of a column of text, in bytes.
const TEXT_BYTES: usize = 60;

/// Beginnings of the names of posts, in small letters.
const POSTS: [&str; 12] = [
    "embassy",
    "amembassy",
    "consulate",
    "amconsul",
    "mission",
    "usmission",
    "us mission",
    "secretary",
    "secstate",
    "american",
    "usun",
    "us ",
];

/// Classifications, in small letters.
const CLASSIFICATIONS: [&str; 8] = [
    "unclassified",
    "confidential",
    "secret",
    "top secret",
    "limited official use",
    "restricted",
    "for official use only",
    "sensitive but",
];

/// What is known of a column from the sample.
#[derive(Default)]
struct ColumnProfile {
    filled: usize,
    bytes: usize,
    ids: usize,
    id_lists: usize,
    dates: usize,
    classifications: usize,
    posts: usize,
    heads: usize,
    words: usize,
}

impl ColumnProfile {
    fn of<'a>(cells: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut profile = Self::default();
        for cell in cells {
            let text = String::from_utf8_lossy(cell);
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            let small: String = text.chars().take(40).flat_map(char::to_lowercase).collect();
            let starts = |names: &[&str]| names.iter().any(|name| small.starts_with(name));
            profile.filled += 1;
            profile.bytes += text.len();
            profile.ids += usize::from(is_cable_id(text));
            profile.id_lists += usize::from(is_id_list(text));
            profile.dates += usize::from(is_date(text));
            profile.classifications += usize::from(text.len() < 60 && starts(&CLASSIFICATIONS));
            profile.posts += usize::from(text.len() < 60 && starts(&POSTS));
            profile.heads += usize::from(is_transmission_header(text));
            profile.words += text.split_whitespace().count();
        }
        profile
    }

    fn is_mostly(&self, count: usize) -> bool {
        self.filled > 0 && count * 10 >= self.filled * MOST
    }

    fn mean_bytes(&self) -> usize {
        self.bytes / self.filled.max(1)
    }

    /// Whether the cells are sentences: long, and of several words.
    fn is_text(&self) -> bool {
        self.mean_bytes() >= TEXT_BYTES && self.words >= 6 * self.filled
    }
}

/// The column of text: the one with the longest cells, if they are sentences.
pub(crate) fn guess_text_column(rows: &[Vec<Vec<u8>>]) -> Option<usize> {
    let profiles = profiles(rows);
    let texts = profiles.iter().enumerate().filter(|(_, profile)| profile.is_text());
    texts.max_by_key(|(_, profile)| profile.bytes).map(|(column, _)| column)
}

/// A number of cells of a column.
type CellCount = fn(&ColumnProfile) -> usize;

/// The roles of the columns of a table without headings.
pub(crate) fn guess_roles(rows: &[Vec<Vec<u8>>]) -> Vec<Option<ColumnRole>> {
    let profiles = profiles(rows);
    let mut roles = vec![None; profiles.len()];
    let text = guess_text_column(rows);
    let fields: [(EnvelopeField, CellCount); 5] = [
        (EnvelopeField::CableId, |profile| profile.ids),
        (EnvelopeField::References, |profile| profile.id_lists),
        (EnvelopeField::Date, |profile| profile.dates),
        (EnvelopeField::Classification, |profile| profile.classifications),
        (EnvelopeField::Post, |profile| profile.posts),
    ];
    if let Some(text) = text {
        roles[text] = Some(ColumnRole::Text);
        let before = text.checked_sub(1).map(|column| (column, &profiles[column]));
        if let Some((column, profile)) = before
            && profile.is_mostly(profile.heads)
        {
            roles[column] = Some(ColumnRole::Header);
        }
    }
    for (field, count) in fields {
        let fits = |(column, profile): &(usize, &ColumnProfile)| {
            roles[*column].is_none() && profile.is_mostly(count(profile))
        };
        // The column that has most of them; of two, the first.
        let columns = profiles.iter().enumerate().filter(fits);
        let best = columns.max_by_key(|(column, profile)| (profile.filled, usize::MAX - column));
        if let Some((column, _)) = best {
            roles[column] = Some(ColumnRole::Field(field));
        }
    }
    roles
}

fn profiles(rows: &[Vec<Vec<u8>>]) -> Vec<ColumnProfile> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells =
        |column: usize| rows.iter().filter_map(move |row| row.get(column).map(Vec::as_slice));
    (0..columns).map(|column| ColumnProfile::of(cells(column))).collect()
}

/// Whether a row is a row of data and no heading: it has an id, a date or a long
/// text.
pub(crate) fn has_data(row: &[Vec<u8>]) -> bool {
    row.iter().any(|cell| {
        let text = String::from_utf8_lossy(cell);
        let text = text.trim();
        text.len() > TEXT_BYTES
            || is_cable_id(text)
            || is_date(text)
            || !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether a text is a cable id ("09PORTLOUIS314").
pub(crate) fn is_cable_id(text: &str) -> bool {
    let year = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[year..];
    let letters =
        rest.bytes().take_while(|byte| byte.is_ascii_uppercase() || *byte == b' ').count();
    let digits = &rest[letters..];
    matches!(year, 2 | 4)
        && letters >= 3
        && (1..=8).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text consists of cable ids.
fn is_id_list(text: &str) -> bool {
    text.split(['|', ',', ';']).all(|id| is_cable_id(id.trim()))
}

/// Whether a text is a date: "9/16/2009 13:30", "2009-09-16T13:30", "16.9.2009".
fn is_date(text: &str) -> bool {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let is_part =
        |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    ['/', '-', '.'].into_iter().any(|separator| {
        let parts: Vec<&str> = day.split(separator).collect();
        parts.len() == 3 && parts.iter().all(|part| is_part(part))
    })
}

/// Whether a text is the transmission header of a telegram.
fn is_transmission_header(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        ["FM ", "TO ", "RUEH", "DE RU", "VZCZC", "INFO "].iter().any(|key| line.starts_with(key))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_recognised() {
        let ids = [
            ("09PORTLOUIS314", true),
            ("1977PORTLO05268", true),
            ("09 PORT LOUIS 314", true),
            ("314", false),
            ("CONFIDENTIAL", false),
            ("2009", false),
        ];
        for (text, expected) in ids {
            assert_eq!(is_cable_id(text), expected, "{text}");
        }
        let dates = [
            ("9/16/2009 13:30", true),
            ("2009-09-16T13:30:00Z", true),
            ("16.9.2009", true),
            ("3.14", false),
            ("a/b/c", false),
            ("", false),
        ];
        for (text, expected) in dates {
            assert_eq!(is_date(text), expected, "{text}");
        }
    }
}
