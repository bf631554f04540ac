//! The tagger: one interface to both engines.
//!
//! [`Tagger`] finds the names in a tokenized document. The engine `fast` is the
//! linear-chain CRF alone ([`crate::chain`]). The engine `accurate` mixes the
//! CRF's probabilities with those of an encoder ([`crate::neural`]).

use chancery_model::{Mention, Source, TextSpan, Token, TokenKind, Words};

use crate::chain::Chain;
use crate::encoder;
use crate::lattice::Name;
use crate::model::VERSION;
use crate::neural::Neural;

/// Maximum number of tokens in a line. Longer sentences are split, so that time
/// and memory stay linear in the length of the text.
const LONGEST: usize = 4096;

/// Number of tokens after which a part of a document ends. A longer document
/// (about 200 pages) is tagged in independent parts, which bounds memory.
const PART: usize = 1 << 16;

/// Finds the names in documents.
///
/// A tagger serves one thread. Cloning is cheap: a clone starts with empty
/// caches. Taggers with the same model give the same results.
#[derive(Clone)]
pub struct Tagger<'a> {
    chain: Chain<'a>,
    neural: Option<Neural<'a>>,
}

impl Tagger<'static> {
    /// Creates the engine `fast` with the model that is built into the program.
    pub fn shipped() -> Self {
        Self::fast(Chain::shipped())
    }
}

impl<'a> Tagger<'a> {
    /// Creates the engine `fast`.
    pub fn fast(chain: Chain<'a>) -> Self {
        Self { chain, neural: None }
    }

    /// Creates the engine `accurate`.
    pub fn accurate(chain: Chain<'a>, neural: Neural<'a>) -> Self {
        Self { chain, neural: Some(neural) }
    }

    /// Finds the names of one document, in order and without overlap.
    ///
    /// The spans of `words` point into `text`. Portion markings (tokens of kind
    /// [`TokenKind::Marking`]) are skipped.
    pub fn mentions(&mut self, text: &str, words: &Words) -> Vec<Mention> {
        let lines = words
            .sentences
            .iter()
            .flat_map(|sentence| words.tokens[sentence.tokens()].chunks(LONGEST))
            .map(prose);
        let (mut mentions, mut part, mut size) = (Vec::new(), Vec::new(), 0);
        for line in lines {
            size += line.len();
            part.push(line);
            if size >= PART {
                mentions.extend(self.part(text, &part));
                part.clear();
                size = 0;
            }
        }
        mentions.extend(self.part(text, &part));
        mentions
    }

    /// Finds the names in one part of a document, given as lines of tokens.
    fn part(&mut self, text: &str, spans: &[Vec<TextSpan>]) -> Vec<Mention> {
        let lines: Vec<Vec<&str>> = spans
            .iter()
            .map(|line| line.iter().map(|span| &text[span.range()]).collect())
            .collect();
        let source = match &self.neural {
            None => Source::Fast(VERSION),
            Some(_) => Source::Accurate(encoder::VERSION),
        };
        let mention = |line: &[TextSpan], name: Name| Mention {
            span: TextSpan::new(line[name.start].start, line[name.end - 1].end),
            label: name.label,
            score: name.score,
            source,
        };
        let found = self.tag(&lines).into_iter().zip(spans);
        found.flat_map(|(names, line)| names.into_iter().map(|name| mention(line, name))).collect()
    }

    /// Finds the names in each line of one document.
    pub fn tag(&mut self, lines: &[Vec<&str>]) -> Vec<Vec<Name>> {
        match &mut self.neural {
            None => self.chain.names(lines),
            Some(neural) => neural.names(lines, &mut self.chain),
        }
    }
}

/// The spans of the tokens that are not portion markings.
fn prose(tokens: &[Token]) -> Vec<TextSpan> {
    tokens.iter().filter(|token| token.kind != TokenKind::Marking).map(|token| token.span).collect()
}
