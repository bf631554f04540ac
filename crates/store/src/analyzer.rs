//! Text analyzer: splits documents and queries into index terms.
//!
//! A word is a run of letters and digits. Case, accents, apostrophes, kinds of
//! hyphens and invisible characters do not matter ([`chancery_model::fold_word`]
//! and its tables), and neither do the rules by which `segment` splits text for
//! the taggers: these look at case. So every ordinary spelling of a word finds
//! it.
//!
//! Words that marks join are consecutive, so the phrase "cease fire" finds
//! "cease-fire". They are also indexed as one word at the first position, so
//! that `ceasefire` finds it too. "U.S." is one word, `u.s` and `us`. "O’Neill"
//! is `oneill`, and `neill` finds it. Alternative forms share one position.

use std::collections::VecDeque;

use chancery_model::{
    TextSpan, fold_char, fold_word, is_apostrophe, is_clause_dash, is_hyphen, is_word_char,
};
use tantivy::tokenizer::{TextAnalyzer, Token as Term, TokenStream, Tokenizer};

/// Maximum length of a word in bytes; longer words are dropped.
const MAX_WORD_BYTES: usize = 200;

/// Maximum length of words that are also indexed as one, in bytes.
const MAX_JOINED_BYTES: usize = 64;

/// Minimum length of a part between apostrophes that is indexed by itself.
const MIN_PART_CHARS: usize = 3;

/// One form of a word in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IndexedWord {
    /// The folded form.
    pub(crate) form: String,
    /// Span of the word.
    pub(crate) span: TextSpan,
    /// Position in the text, in words; the forms of one word share it.
    pub(crate) position: usize,
}

/// Returns the words of `text`. The first form of each is the word as written.
pub(crate) fn split_words(text: &str) -> Vec<IndexedWord> {
    words_with_forms(text, &|_| true)
}

/// Returns the words of `text` whose form is asked for. Those of a long text would need
/// ten times its memory.
pub(crate) fn words_with_forms(
    text: &str,
    is_asked_for: &dyn Fn(&str) -> bool,
) -> Vec<IndexedWord> {
    let mut words = Vec::new();
    visit_words(text, &mut |word| {
        if is_asked_for(&word.form) {
            words.push(word.clone());
        }
    });
    words
}

/// Calls `visit` with each word of `text`, in order.
pub(crate) fn visit_words(text: &str, visit: &mut dyn FnMut(&IndexedWord)) {
    let mut analyzer = text_analyzer();
    let mut stream = analyzer.token_stream(text);
    let mut word = IndexedWord { form: String::new(), span: TextSpan::new(0, 0), position: 0 };
    while let Some(term) = stream.next() {
        word.form.clone_from(&term.text);
        word.span = TextSpan::from_range(term.offset_from..term.offset_to);
        word.position = term.position;
        visit(&word);
    }
}

/// Returns the words of `text`, each only in the form as written.
pub(crate) fn written_forms(text: &str) -> Vec<String> {
    let mut words = split_words(text);
    words.dedup_by_key(|word| word.position);
    words.into_iter().map(|word| word.form).collect()
}

/// Folds all of `text` into one term: lower case, no accents, trimmed.
pub(crate) fn fold_whole(text: &str) -> String {
    fold_word(text.trim())
}

/// Returns the letters and digits of `text` as one folded word.
pub(crate) fn fold_to_one_word(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let in_word = |c: &char| is_word_char(*c) && !is_apostrophe(*c);
    text.chars().filter(in_word).for_each(|c| fold_char(c, &mut folded));
    folded
}

/// Separates a path into words: its folders and the parts of the file name.
pub(crate) fn path_to_words(path: &str) -> String {
    path.replace(['/', '\\', '.', '_', '-', '!'], " ")
}

/// Returns the analyzer to register with the index.
pub(crate) fn text_analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(WordTokenizer::default()).build()
}

/// Splits texts for tantivy.
#[derive(Clone, Default)]
struct WordTokenizer {
    term: Term,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.term.reset();
        WordStream {
            scanner: CompoundScanner { text, at: 0 },
            term: &mut self.term,
            pending: VecDeque::new(),
            position: usize::MAX,
        }
    }
}

/// A form of a word, and whether it takes the next position.
struct IndexedForm {
    word: String,
    span: TextSpan,
    takes_next_position: bool,
}

struct WordStream<'a> {
    scanner: CompoundScanner<'a>,
    term: &'a mut Term,
    /// Forms of the last compound that are not yet returned.
    pending: VecDeque<IndexedForm>,
    position: usize,
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        if self.pending.is_empty()
            && let Some(span) = self.scanner.next_plain_word()
        {
            self.position = self.position.wrapping_add(1);
            self.term.text.clear();
            self.term.text.push_str(&self.scanner.text[span.byte_range()]);
            self.term.text.make_ascii_lowercase();
            (self.term.offset_from, self.term.offset_to) = (span.start as usize, span.end as usize);
            self.term.position = self.position;
            return true;
        }
        while self.pending.is_empty() {
            let Some(parts) = self.scanner.next_compound() else { return false };
            collect_forms(self.scanner.text, &parts, &mut self.pending);
        }
        let Some(form) = self.pending.pop_front() else { return false };
        self.position = self.position.wrapping_add(usize::from(form.takes_next_position));
        self.term.text = form.word;
        (self.term.offset_from, self.term.offset_to) =
            (form.span.start as usize, form.span.end as usize);
        self.term.position = self.position;
        true
    }

    fn token(&self) -> &Term {
        self.term
    }

    fn token_mut(&mut self) -> &mut Term {
        self.term
    }
}

/// A run of word characters, apostrophes included, and the mark that joins the
/// next part of the compound to it.
#[derive(Clone, Copy)]
struct CompoundPart {
    span: TextSpan,
    joined_by: Option<char>,
}

/// Finds the compounds of a text: words with single marks between them.
struct CompoundScanner<'a> {
    text: &'a str,
    at: usize,
}

impl CompoundScanner<'_> {
    /// The next word, if it has only letters and digits of ASCII and no mark can
    /// join it to another word, as is true of most. Otherwise nothing changes.
    fn next_plain_word(&mut self) -> Option<TextSpan> {
        let bytes = self.text.as_bytes();
        let rest = &bytes[self.at..];
        let start =
            self.at + rest.iter().position(|b| b.is_ascii_alphanumeric() || !b.is_ascii())?;
        let length = bytes[start..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        let end = start + length;
        let ends = match bytes[end..] {
            [] => true,
            [b' ' | b'\n' | b'\t' | b'\r' | b';' | b'!' | b'?' | b'"' | b'(' | b')' | b']', ..] => {
                true
            }
            [b'.' | b',' | b':', next, ..] => next.is_ascii() && !next.is_ascii_alphanumeric(),
            _ => false,
        };
        let plain = ends && (1..=MAX_WORD_BYTES).contains(&length);
        plain.then(|| {
            self.at = end;
            TextSpan::from_range(start..end)
        })
    }

    fn next_compound(&mut self) -> Option<Vec<CompoundPart>> {
        let rest = &self.text[self.at..];
        let gap = rest.find(char::is_alphanumeric)?;
        self.at += gap;
        let mut parts = Vec::with_capacity(1);
        loop {
            let start = self.at;
            self.skip_word();
            let span = TextSpan::from_range(start..self.at);
            let joined_by = self.joining_mark();
            parts.push(CompoundPart { span, joined_by });
            match joined_by {
                Some(mark) => self.at += mark.len_utf8(),
                None => return Some(parts),
            }
        }
    }

    /// Moves to the end of the word at the current place. An apostrophe before
    /// a letter is part of it.
    fn skip_word(&mut self) {
        let mut chars = self.text[self.at..].chars().peekable();
        while let Some(c) = chars.next() {
            let inner = is_word_char(c)
                || (is_apostrophe(c) && chars.peek().is_some_and(|next| next.is_alphanumeric()));
            if !inner {
                break;
            }
            self.at += c.len_utf8();
        }
    }

    /// The mark at the current place, if a word follows it at once.
    fn joining_mark(&self) -> Option<char> {
        let mut chars = self.text[self.at..].chars();
        let mark = chars.next()?;
        let joins =
            is_hyphen(mark) || matches!(mark, '/' | '&' | '.' | ',' | '_' | '@' | ':' | '+');
        (joins && chars.next().is_some_and(char::is_alphanumeric)).then_some(mark)
    }
}

/// Appends the forms of a compound's words, and of the whole at the position of
/// its first word.
fn collect_forms(text: &str, parts: &[CompoundPart], forms: &mut VecDeque<IndexedForm>) {
    let first = forms.len();
    let mut words = 0;
    let mut rest = parts;
    while !rest.is_empty() {
        let one_word = parts_of_one_word(text, rest);
        let (taken, after) = rest.split_at(one_word);
        let span = TextSpan::new(taken[0].span.start, taken[taken.len() - 1].span.end);
        push_word_forms(text, span, taken.len() > 1, forms);
        rest = after;
        words += 1;
    }
    let whole = TextSpan::new(parts[0].span.start, parts[parts.len() - 1].span.end);
    let long_dash = parts.iter().filter_map(|part| part.joined_by).any(is_clause_dash);
    if words > 1 && !long_dash && whole.len() as usize <= MAX_JOINED_BYTES {
        let word = fold_to_one_word(&text[whole.byte_range()]);
        let at = (first + 1..forms.len()).find(|&at| forms[at].takes_next_position);
        let form = IndexedForm { word, span: whole, takes_next_position: false };
        forms.insert(at.unwrap_or(forms.len()), form);
    }
}

/// How many parts at the start of `parts` are one word: the letters of "U.S.",
/// the digits of "1,000".
fn parts_of_one_word(text: &str, parts: &[CompoundPart]) -> usize {
    let word = |part: &CompoundPart| &text[part.span.byte_range()];
    let joined =
        |mark: char| 1 + parts.iter().take_while(|part| part.joined_by == Some(mark)).count();
    let initials = joined('.');
    let is_initials = |part: &CompoundPart| {
        let mut letters = word(part).chars().filter(|c| c.is_alphanumeric());
        letters.clone().count() <= 2 && letters.all(char::is_alphabetic)
    };
    if initials > 1 && parts[..initials].iter().all(is_initials) {
        return initials;
    }
    let is_digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let thousands = joined(',');
    let grouped = |part: &CompoundPart| word(part).len() == 3 && is_digits(word(part));
    if thousands > 1 && is_digits(word(&parts[0])) && parts[1..thousands].iter().all(grouped) {
        return thousands;
    }
    1
}

/// Appends the forms of one word: without apostrophes, with its periods if it
/// is an abbreviation, and its parts between apostrophes.
fn push_word_forms(text: &str, span: TextSpan, marked: bool, forms: &mut VecDeque<IndexedForm>) {
    let word = without_possessive(&text[span.byte_range()]);
    let span = TextSpan::new(span.start, span.start + word.len() as u32);
    let bare = fold_to_one_word(word);
    if bare.is_empty() || bare.len() > MAX_WORD_BYTES {
        return;
    }
    let alternative = |word| IndexedForm { word, span, takes_next_position: false };
    if marked && word.contains('.') {
        forms.push_back(IndexedForm { word: fold_word(word), span, takes_next_position: true });
        forms.push_back(alternative(bare));
        return;
    }
    let mut parts: Vec<String> = Vec::new();
    if word.contains(is_apostrophe) {
        let long = |part: &String| part.chars().count() >= MIN_PART_CHARS && *part != bare;
        parts.extend(word.split(is_apostrophe).map(fold_to_one_word).filter(long));
    }
    forms.push_back(IndexedForm { word: bare, span, takes_next_position: true });
    forms.extend(parts.into_iter().map(alternative));
}

/// `word` without a possessive "’s".
fn without_possessive(word: &str) -> &str {
    let stem = word.strip_suffix(['s', 'S']).unwrap_or(word);
    match stem.chars().next_back() {
        Some(c) if stem.len() < word.len() && is_apostrophe(c) => {
            &stem[..stem.len() - c.len_utf8()]
        }
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_all_searchable_forms() {
        let cases: [(&str, &[&str]); 20] = [
            ("U.S. aims", &["u.s", "us", "aims"]),
            ("Médecins", &["medecins"]),
            ("Algeria\u{2019}s aims", &["algeria", "aims"]),
            ("al-Qa'ida", &["al", "alqaida", "qaida", "ida"]),
            ("a cease-fire, ceasefire", &["a", "cease", "ceasefire", "fire", "ceasefire"]),
            ("(C/NF) --", &["c", "cnf", "nf"]),
            ("M\u{2013}48s", &["m", "m48s", "48s"]),
            ("1969\u{2013}1976", &["1969", "19691976", "1976"]),
            ("974.7301/5\u{2013}1357", &["974", "974730151357", "7301", "5", "1357"]),
            ("AT&T", &["at", "att", "t"]),
            ("l\u{2019}Observateur", &["lobservateur", "observateur"]),
            ("coup d\u{2BC}état", &["coup", "detat", "etat"]),
            ("O\u{2018}Neill\u{2019}s", &["oneill", "neill"]),
            ("1,000,000 men", &["1000000", "men"]),
            ("Paris,London", &["paris", "parislondon", "london"]),
            ("the Embassy\u{2014}which", &["the", "embassy", "which"]),
            ("Velou\u{ad}tier", &["veloutier"]),
            ("Me\u{301}decins", &["medecins"]),
            ("U.S.-Soviet", &["u.s", "us", "soviet"]),
            ("'' \u{301} --", &[]),
        ];
        for (text, expected) in cases {
            let forms: Vec<String> = split_words(text).into_iter().map(|word| word.form).collect();
            assert_eq!(forms, expected, "{text}");
        }
    }

    #[test]
    fn spans_cover_the_words() {
        let text = "The O\u{2019}Neill\u{2019}s M\u{2013}48.";
        let words = split_words(text);
        let spans: Vec<&str> = words.iter().map(|word| &text[word.span.byte_range()]).collect();
        assert_eq!(spans, ["The", "O\u{2019}Neill", "O\u{2019}Neill", "M", "M\u{2013}48", "48"]);
        let positions: Vec<usize> = words.iter().map(|word| word.position).collect();
        assert_eq!(positions, [0, 1, 1, 2, 2, 3]);
    }
}
