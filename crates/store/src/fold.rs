//! Words as the index knows them, of documents and of queries alike.
//!
//! Texts are cut by `segment`, as they were for the name finder; what has no
//! letter or digit is left out, case and accents are folded, and a word with
//! marks inside is also known without them: "U.S." is found by `us`. Parts
//! between hyphens are words that follow each other, so that the phrase
//! "cease fire" finds "cease-fire"; `ceasefire` finds it too. Alternative
//! forms share the word's position.

use chancery_model::{TextSpan, Token};
use chancery_segment::tokenize;
use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, TextAnalyzer, Token as Term, TokenStream, Tokenizer,
};

/// Longer words are no words.
const LONGEST: usize = 200;

/// Text of this size is cut at a time.
const CUT: usize = 1 << 16;

/// A word of a text, in one of its forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Folded.
    pub(crate) form: String,
    /// Where it stands.
    pub(crate) span: TextSpan,
    /// Its number in the text; forms of one word share it.
    pub(crate) place: usize,
}

/// The words of `text`; the first form of each is the word as it is written.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut analyzer = analyzer();
    let mut stream = analyzer.token_stream(text);
    while let Some(term) = stream.next() {
        let span = TextSpan::from_range(term.offset_from..term.offset_to);
        words.push(Word { form: term.text.clone(), span, place: term.position });
    }
    words
}

/// The one form under which `text` is written, word by word.
pub(crate) fn written(text: &str) -> Vec<String> {
    let mut words = words(text);
    words.dedup_by_key(|word| word.place);
    words.into_iter().map(|word| word.form).collect()
}

/// The whole of `text` in lower case, without accents and outer blanks.
pub(crate) fn whole(text: &str) -> String {
    let mut analyzer = TextAnalyzer::builder(tantivy::tokenizer::RawTokenizer::default())
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build();
    let mut stream = analyzer.token_stream(text.trim());
    stream.next().map(|term| term.text.clone()).unwrap_or_default()
}

/// A path as words: its folders, and the parts of its name.
pub(crate) fn path(path: &str) -> String {
    path.replace(['/', '\\', '.', '_', '-', '!'], " ")
}

/// What the index is told to cut texts with.
pub(crate) fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(Cutter::default()).filter(LowerCaser).filter(AsciiFoldingFilter).build()
}

/// `segment`'s words as the index takes them.
#[derive(Clone, Default)]
struct Cutter {
    tokens: Vec<Token>,
    term: Term,
}

impl Tokenizer for Cutter {
    type TokenStream<'a> = Cut<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Cut<'a> {
        self.tokens.clear();
        self.term.reset();
        Cut { text, cut: 0, next: 0, cutter: self, forms: Vec::new(), place: usize::MAX }
    }
}

/// A form of a word, and whether it stands at the next position.
struct Form {
    word: String,
    span: TextSpan,
    next: bool,
}

struct Cut<'a> {
    text: &'a str,
    /// Up to where tokens are known.
    cut: usize,
    next: usize,
    cutter: &'a mut Cutter,
    /// Forms of the last word that are still to come, last first.
    forms: Vec<Form>,
    place: usize,
}

impl Cut<'_> {
    /// The next token that is a word.
    fn word(&mut self) -> Option<TextSpan> {
        loop {
            while let Some(token) = self.cutter.tokens.get(self.next) {
                self.next += 1;
                if is_word(&self.text[token.span.range()]) {
                    return Some(token.span);
                }
            }
            if self.cut >= self.text.len() {
                return None;
            }
            let end = line_end(self.text, self.cut);
            self.cutter.tokens.clear();
            self.next = 0;
            tokenize(self.text, TextSpan::from_range(self.cut..end), &mut self.cutter.tokens);
            self.cut = end;
        }
    }

    fn show(&mut self, form: &str, span: TextSpan) {
        let term = &mut self.cutter.term;
        term.text.clear();
        term.text.push_str(form);
        (term.offset_from, term.offset_to) = (span.start as usize, span.end as usize);
        term.position = self.place;
    }
}

impl TokenStream for Cut<'_> {
    fn advance(&mut self) -> bool {
        if self.forms.is_empty() {
            let Some(span) = self.word() else { return false };
            let text = self.text;
            let word = &text[span.range()];
            if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                self.place = self.place.wrapping_add(1);
                self.show(word, span);
                return true;
            }
            forms(word, span, &mut self.forms);
            self.forms.reverse();
        }
        // A word that has a letter or digit has at least one form.
        let Some(form) = self.forms.pop() else { return false };
        self.place = self.place.wrapping_add(usize::from(form.next));
        self.show(&form.word, form.span);
        true
    }

    fn token(&self) -> &Term {
        &self.cutter.term
    }

    fn token_mut(&mut self) -> &mut Term {
        &mut self.cutter.term
    }
}

/// The end of a stretch of lines from `at` on that is cut in one go.
fn line_end(text: &str, at: usize) -> usize {
    let least = at.saturating_add(CUT).min(text.len());
    let rest = &text.as_bytes()[least..];
    memchr::memchr(b'\n', rest).map_or(text.len(), |end| least + end + 1)
}

/// Whether a token is looked for: it has a letter or digit, and is neither
/// overlong nor the "'s" that was cut from a word.
fn is_word(token: &str) -> bool {
    token.len() <= LONGEST
        && token.chars().any(char::is_alphanumeric)
        && !token.starts_with(['\'', '\u{2019}'])
}

/// The forms of a word with marks inside: its parts, each with and without
/// marks, and the whole without any beside the first part.
fn forms(word: &str, span: TextSpan, forms: &mut Vec<Form>) {
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
        forms.push(Form { word: part.to_owned(), span: own, next: true });
        forms.extend(other.map(|word| Form { word, span: own, next: false }));
        if first && plain(word).len() > bare.len() {
            forms.push(Form { word: plain(word), span, next: false });
        }
        first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_forms_they_are_looked_for_by() {
        let cases = [
            ("U.S. aims", vec!["u.s.", "us", "aims"]),
            ("Médecins", vec!["medecins"]),
            ("Algeria\u{2019}s aims", vec!["algeria", "aims"]),
            ("al-Qa'ida", vec!["al", "alqaida", "qa'ida", "qaida"]),
            ("a cease-fire, ceasefire", vec!["a", "cease", "ceasefire", "fire", "ceasefire"]),
            ("(C/NF) --", vec!["c", "cnf", "nf"]),
        ];
        for (text, expected) in cases {
            let forms: Vec<String> = words(text).into_iter().map(|word| word.form).collect();
            assert_eq!(forms, expected, "{text}");
        }
    }
}
