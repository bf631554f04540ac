//! Words, names and values of SQL.

use super::byte_source::ByteSource;
use crate::UnpackError;

/// Maximum length of a word or a name, in bytes.
const MAX_NAME_BYTES: usize = 1000;

/// Maximum number of columns of a table.
const MAX_COLUMNS: usize = 10_000;

/// Words that begin a line of `CREATE TABLE` that is no column.
const CONSTRAINTS: [&str; 9] =
    ["PRIMARY", "KEY", "UNIQUE", "CONSTRAINT", "INDEX", "FOREIGN", "CHECK", "FULLTEXT", "SPATIAL"];

/// How the reading of a row ended.
pub(super) enum TupleEnd {
    Row,
    TooLarge,
    Malformed,
    NoMore,
}

/// Reads SQL.
pub(super) struct SqlReader<'s, 'b> {
    source: &'s mut ByteSource<'b>,
    has_escapes: bool,
    largest: u64,
}

impl<'s, 'b> SqlReader<'s, 'b> {
    pub(super) fn new(source: &'s mut ByteSource<'b>, has_escapes: bool, largest: u64) -> Self {
        Self { source, has_escapes, largest }
    }

    pub(super) fn source(&mut self) -> &mut ByteSource<'b> {
        self.source
    }

    /// Reads past blanks, comments and empty statements.
    fn skip_blanks(&mut self) -> Result<Option<u8>, UnpackError> {
        loop {
            match self.source.peek_byte()? {
                Some(byte) if byte.is_ascii_whitespace() => drop(self.source.next_byte()?),
                Some(b'-') => {
                    self.source.next_byte()?;
                    if self.source.peek_byte()? != Some(b'-') {
                        self.source.return_bytes(b"-");
                        return Ok(Some(b'-'));
                    }
                    self.source.read_line(0)?;
                }
                Some(b'#') => drop(self.source.read_line(0)?),
                Some(b'/') => {
                    self.source.next_byte()?;
                    if self.source.peek_byte()? != Some(b'*') {
                        self.source.return_bytes(b"/");
                        return Ok(Some(b'/'));
                    }
                    let mut last = 0;
                    while let Some(byte) = self.source.next_byte()? {
                        if (last, byte) == (b'*', b'/') {
                            break;
                        }
                        last = byte;
                    }
                }
                byte => return Ok(byte),
            }
        }
    }

    /// The next word; empty if something else is next, `None` at the end.
    pub(super) fn next_word(&mut self) -> Result<Option<String>, UnpackError> {
        while self.skip_blanks()? == Some(b';') {
            self.source.next_byte()?;
        }
        if self.skip_blanks()?.is_none() {
            return Ok(None);
        }
        let mut word = String::new();
        while let Some(byte) = self.source.peek_byte()? {
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'))
                || word.len() > MAX_NAME_BYTES
            {
                break;
            }
            word.push(char::from(byte));
            self.source.next_byte()?;
        }
        Ok(Some(word))
    }

    /// The next name of a table or column, without its quotes; of `schema.table`
    /// the last part.
    pub(super) fn next_name(&mut self) -> Result<String, UnpackError> {
        loop {
            let quote = match self.skip_blanks()? {
                Some(b'[') => Some(b']'),
                Some(quote @ (b'"' | b'`' | b'\'')) => Some(quote),
                _ => None,
            };
            let name = match quote {
                None => self.next_word()?.unwrap_or_default(),
                Some(quote) => {
                    self.source.next_byte()?;
                    let mut name = Vec::new();
                    while let Some(byte) = self.source.next_byte()? {
                        if byte == quote {
                            break;
                        }
                        if name.len() < MAX_NAME_BYTES {
                            name.push(byte);
                        }
                    }
                    String::from_utf8_lossy(&name).into_owned()
                }
            };
            if self.source.peek_byte()? != Some(b'.') {
                return Ok(name);
            }
            self.source.next_byte()?;
        }
    }

    /// A list of columns in brackets, if there is one.
    pub(super) fn column_names(&mut self) -> Result<Option<Vec<String>>, UnpackError> {
        if self.skip_blanks()? != Some(b'(') {
            return Ok(None);
        }
        self.source.next_byte()?;
        let mut names = Vec::new();
        loop {
            let name = self.next_name()?;
            if !name.is_empty() && names.len() < MAX_COLUMNS {
                names.push(name);
            }
            match self.skip_blanks()? {
                Some(b',') => drop(self.source.next_byte()?),
                Some(b')') => {
                    self.source.next_byte()?;
                    return Ok(Some(names));
                }
                // Not a list of names.
                _ => return Ok(Some(names)),
            }
        }
    }

    /// The columns of `CREATE TABLE`, up to the last bracket.
    pub(super) fn column_definitions(&mut self) -> Result<Vec<String>, UnpackError> {
        let mut columns = Vec::new();
        if self.skip_blanks()? != Some(b'(') {
            return Ok(columns);
        }
        self.source.next_byte()?;
        loop {
            let is_quoted = matches!(self.skip_blanks()?, Some(b'"' | b'`' | b'['));
            let name = self.next_name()?;
            let is_constraint = CONSTRAINTS.iter().any(|word| name.eq_ignore_ascii_case(word));
            if (is_quoted || !is_constraint) && !name.is_empty() && columns.len() < MAX_COLUMNS {
                columns.push(name);
            }
            let mut depth = 0_u32;
            loop {
                match self.skip_blanks()? {
                    None | Some(b';') => return Ok(columns),
                    Some(b'(') => depth += 1,
                    Some(b')') if depth == 0 => return Ok(columns),
                    Some(b')') => depth -= 1,
                    Some(b'\'' | b'"' | b'`') => {
                        self.read_string(&mut Vec::new())?;
                        continue;
                    }
                    Some(b',') if depth == 0 => {
                        self.source.next_byte()?;
                        break;
                    }
                    Some(_) => {}
                }
                self.source.next_byte()?;
            }
        }
    }

    /// Reads past the end of the statement.
    pub(super) fn skip_statement(&mut self) -> Result<(), UnpackError> {
        loop {
            match self.skip_blanks()? {
                None => return Ok(()),
                Some(b';') => {
                    self.source.next_byte()?;
                    return Ok(());
                }
                Some(b'\'' | b'"' | b'`') => drop(self.read_string(&mut Vec::new())?),
                Some(b'$') => self.skip_dollar_string()?,
                Some(_) => drop(self.source.next_byte()?),
            }
        }
    }

    /// Reads past a string of Postgres between two equal `$tag$`.
    fn skip_dollar_string(&mut self) -> Result<(), UnpackError> {
        let mut tag = vec![b'$'];
        self.source.next_byte()?;
        while let Some(byte) = self.source.peek_byte()? {
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')) || tag.len() > 100 {
                return Ok(());
            }
            self.source.next_byte()?;
            tag.push(byte);
            if byte == b'$' {
                break;
            }
        }
        let mut last: Vec<u8> = Vec::new();
        while let Some(byte) = self.source.next_byte()? {
            last.push(byte);
            if last.len() > tag.len() {
                last.remove(0);
            }
            if last == tag {
                break;
            }
        }
        Ok(())
    }

    /// Reads a string into `out`. Returns whether it is longer than a row may be;
    /// it is then read to its end but not kept.
    fn read_string(&mut self, out: &mut Vec<u8>) -> Result<bool, UnpackError> {
        let quote = self.source.next_byte()?.unwrap_or(b'\'');
        let mut is_too_large = false;
        while let Some(byte) = self.source.next_byte()? {
            let byte = match byte {
                b'\\' if self.has_escapes && quote != b'`' => match self.source.next_byte()? {
                    Some(b'n') => b'\n',
                    Some(b'r') => b'\r',
                    Some(b't') => b'\t',
                    Some(b'0') => 0,
                    Some(b'Z') => 0x1A,
                    Some(other) => other,
                    None => break,
                },
                byte if byte == quote => {
                    if self.source.peek_byte()? != Some(quote) {
                        break;
                    }
                    self.source.next_byte()?;
                    quote
                }
                byte => byte,
            };
            is_too_large |= out.len() as u64 >= self.largest;
            if !is_too_large {
                out.push(byte);
            }
        }
        Ok(is_too_large)
    }

    /// Reads the next row of `VALUES`.
    pub(super) fn read_tuple(&mut self, cells: &mut Vec<Vec<u8>>) -> Result<TupleEnd, UnpackError> {
        match self.skip_blanks()? {
            None => return Ok(TupleEnd::NoMore),
            Some(b',') => {
                self.source.next_byte()?;
                if self.skip_blanks()? != Some(b'(') {
                    return Ok(TupleEnd::Malformed);
                }
            }
            Some(b'(') => {}
            Some(_) => {
                // The end, or "ON CONFLICT …".
                self.skip_statement()?;
                return Ok(TupleEnd::NoMore);
            }
        }
        self.source.next_byte()?;
        let (mut bytes, mut is_too_large) = (0_u64, false);
        loop {
            let mut cell = Vec::new();
            is_too_large |= self.read_value(&mut cell)?;
            bytes += cell.len() as u64 + 1;
            is_too_large |= bytes > self.largest || cells.len() >= MAX_COLUMNS;
            if is_too_large {
                cells.clear();
            } else {
                cells.push(cell);
            }
            match self.source.next_byte()? {
                Some(b',') => {}
                Some(b')') if is_too_large => return Ok(TupleEnd::TooLarge),
                Some(b')') => return Ok(TupleEnd::Row),
                _ => return Ok(TupleEnd::Malformed),
            }
        }
    }

    /// Reads a value, up to the comma or bracket after it. Returns whether it is
    /// too large. `NULL` is empty; casts (`'x'::text`) are dropped.
    fn read_value(&mut self, out: &mut Vec<u8>) -> Result<bool, UnpackError> {
        let (mut is_too_large, mut has_string, mut depth) = (false, false, 0_u32);
        let mut word = Vec::new();
        loop {
            match self.skip_blanks()? {
                None => break,
                Some(b'\'' | b'"') => {
                    let escapes = self.has_escapes;
                    self.has_escapes |= matches!(word.as_slice(), b"E" | b"e");
                    let is_hex = matches!(word.as_slice(), b"X" | b"x");
                    is_too_large |= self.read_string(out)?;
                    self.has_escapes = escapes;
                    if is_hex && let Some(bytes) = decode_hex(out) {
                        *out = bytes;
                    }
                    has_string = true;
                }
                Some(b',' | b')') if depth == 0 => break,
                Some(b';') if depth == 0 => break,
                Some(byte) => {
                    match byte {
                        b'(' => depth += 1,
                        b')' => depth -= 1,
                        _ => {}
                    }
                    self.source.next_byte()?;
                    if word.len() < MAX_NAME_BYTES {
                        word.push(byte);
                    }
                }
            }
        }
        if !has_string && !word.eq_ignore_ascii_case(b"NULL") {
            *out = word;
        }
        Ok(is_too_large)
    }
}

fn decode_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.len().is_multiple_of(2).then(|| digits.chunks_exact(2).map(pair).collect())?
}
