//! Text analyzer: splits documents and queries into index terms.
//!
//! `segment` splits the text, as it does for name recognition. Tokens without
//! a letter or digit are dropped. Case and accents are folded. A word with
//! punctuation inside is also indexed without it: `us` finds "U.S.". The parts
//! of a hyphenated word are consecutive terms, so the phrase "cease fire" finds
//! "cease-fire"; so does `ceasefire`. Alternative forms share one position.

use chancery_model::{TextSpan, Token};
use chancery_segment::tokenize_span;
use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, TextAnalyzer, Token as Term, TokenStream, Tokenizer,
};

/// Maximum length of a word in bytes; longer tokens are dropped.
const MAX_WORD_BYTES: usize = 200;

/// Bytes of text that are tokenized at a time.
const CHUNK_BYTES: usize = 1 << 16;

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
    let mut words = Vec::new();
    let mut analyzer = text_analyzer();
    let mut stream = analyzer.token_stream(text);
    while let Some(term) = stream.next() {
        let span = TextSpan::from_range(term.offset_from..term.offset_to);
        words.push(IndexedWord { form: term.text.clone(), span, position: term.position });
    }
    words
}

/// Returns the words of `text`, each only in the form as written.
pub(crate) fn written_forms(text: &str) -> Vec<String> {
    let mut words = split_words(text);
    words.dedup_by_key(|word| word.position);
    words.into_iter().map(|word| word.form).collect()
}

/// Folds all of `text` into one term: lower case, no accents, trimmed.
pub(crate) fn fold_whole(text: &str) -> String {
    let mut analyzer = TextAnalyzer::builder(tantivy::tokenizer::RawTokenizer::default())
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build();
    let mut stream = analyzer.token_stream(text.trim());
    stream.next().map(|term| term.text.clone()).unwrap_or_default()
}

/// Separates a path into words: its folders and the parts of the file name.
pub(crate) fn path_to_words(path: &str) -> String {
    path.replace(['/', '\\', '.', '_', '-', '!'], " ")
}

/// Returns the analyzer to register with the index.
pub(crate) fn text_analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SegmentTokenizer::default())
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// Adapter from `segment`'s tokens to tantivy's tokenizer.
#[derive(Clone, Default)]
struct SegmentTokenizer {
    tokens: Vec<Token>,
    term: Term,
}

impl Tokenizer for SegmentTokenizer {
    type TokenStream<'a> = SegmentTokenStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> SegmentTokenStream<'a> {
        self.tokens.clear();
        self.term.reset();
        SegmentTokenStream {
            text,
            tokenized_end: 0,
            next: 0,
            cutter: self,
            forms: Vec::new(),
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

struct SegmentTokenStream<'a> {
    text: &'a str,
    /// End of the text that is already tokenized.
    tokenized_end: usize,
    next: usize,
    cutter: &'a mut SegmentTokenizer,
    /// Pending forms of the last word, in reverse order.
    forms: Vec<IndexedForm>,
    position: usize,
}

impl SegmentTokenStream<'_> {
    /// Returns the span of the next token that is a word.
    fn next_word(&mut self) -> Option<TextSpan> {
        loop {
            while let Some(token) = self.cutter.tokens.get(self.next) {
                self.next += 1;
                if is_indexable(&self.text[token.span.byte_range()]) {
                    return Some(token.span);
                }
            }
            if self.tokenized_end >= self.text.len() {
                return None;
            }
            let end = chunk_end(self.text, self.tokenized_end);
            self.cutter.tokens.clear();
            self.next = 0;
            tokenize_span(
                self.text,
                TextSpan::from_range(self.tokenized_end..end),
                &mut self.cutter.tokens,
            );
            self.tokenized_end = end;
        }
    }

    fn set_term(&mut self, form: &str, span: TextSpan) {
        let term = &mut self.cutter.term;
        term.text.clear();
        term.text.push_str(form);
        (term.offset_from, term.offset_to) = (span.start as usize, span.end as usize);
        term.position = self.position;
    }
}

impl TokenStream for SegmentTokenStream<'_> {
    fn advance(&mut self) -> bool {
        if self.forms.is_empty() {
            let Some(span) = self.next_word() else { return false };
            let text = self.text;
            let word = &text[span.byte_range()];
            if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                self.position = self.position.wrapping_add(1);
                self.set_term(word, span);
                return true;
            }
            collect_forms(word, span, &mut self.forms);
            self.forms.reverse();
        }
        // A word that has a letter or digit has at least one form.
        let Some(form) = self.forms.pop() else { return false };
        self.position = self.position.wrapping_add(usize::from(form.takes_next_position));
        self.set_term(&form.word, form.span);
        true
    }

    fn token(&self) -> &Term {
        &self.cutter.term
    }

    fn token_mut(&mut self) -> &mut Term {
        &mut self.cutter.term
    }
}

/// Returns the end of the chunk of lines, starting at `at`, to tokenize.
fn chunk_end(text: &str, at: usize) -> usize {
    let least = at.saturating_add(CHUNK_BYTES).min(text.len());
    let rest = &text.as_bytes()[least..];
    memchr::memchr(b'\n', rest).map_or(text.len(), |end| least + end + 1)
}

/// Returns whether a token is indexed: it has a letter or digit, is not too
/// long, and is not a split-off "'s".
fn is_indexable(token: &str) -> bool {
    token.len() <= MAX_WORD_BYTES
        && token.chars().any(char::is_alphanumeric)
        && !token.starts_with(['\'', '\u{2019}'])
}

/// Collects the forms of a word with punctuation inside: each part with and
/// without punctuation, and the whole word without it at the position of the
/// first part.
fn collect_forms(word: &str, span: TextSpan, forms: &mut Vec<IndexedForm>) {
    let plain = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let mut start = span.start;
    let mut first = true;
    for part in word.split(['-', '/']) {
        let own = TextSpan::new(start, start + part.len() as u32);
        start = own.end + 1;
        let bare = plain(part);
        if bare.is_empty() {
            continue;
        }
        let other = (bare.len() < part.len()).then(|| bare.clone());
        forms.push(IndexedForm { word: part.to_owned(), span: own, takes_next_position: true });
        forms.extend(other.map(|word| IndexedForm { word, span: own, takes_next_position: false }));
        if first && plain(word).len() > bare.len() {
            forms.push(IndexedForm { word: plain(word), span, takes_next_position: false });
        }
        first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_all_searchable_forms() {
        let cases = [
            ("U.S. aims", vec!["u.s.", "us", "aims"]),
            ("Médecins", vec!["medecins"]),
            ("Algeria\u{2019}s aims", vec!["algeria", "aims"]),
            ("al-Qa'ida", vec!["al", "alqaida", "qa'ida", "qaida"]),
            ("a cease-fire, ceasefire", vec!["a", "cease", "ceasefire", "fire", "ceasefire"]),
            ("(C/NF) --", vec!["c", "cnf", "nf"]),
        ];
        for (text, expected) in cases {
            let forms: Vec<String> = split_words(text).into_iter().map(|word| word.form).collect();
            assert_eq!(forms, expected, "{text}");
        }
    }
}
