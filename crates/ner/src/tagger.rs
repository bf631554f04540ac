//! The tagger: one interface to both engines.
//!
//! [`Tagger`] finds the names in a tokenized document. The engine `fast` is the
//! linear-chain CRF alone ([`crate::crf`]). The engine `accurate` mixes the
//! CRF's probabilities with those of an encoder ([`crate::neural`]).

use chancery_model::{Mention, MentionSource, TextSpan, Token, TokenKind, Words};

use crate::crf::Crf;
use crate::encoder;
use crate::lattice::MentionSpan;
use crate::model::VERSION;
use crate::neural::NeuralTagger;
use crate::rules;

/// Maximum number of tokens in a line. Longer sentences are split, so that time
/// and memory stay linear in the length of the text.
const MAX_LINE_TOKENS: usize = 4096;

/// Number of tokens after which a part of a document ends. A longer document
/// (about 200 pages) is tagged in independent parts, which bounds memory.
const PART_TOKENS: usize = 1 << 16;

/// Finds the names in documents.
///
/// A tagger serves one thread. Cloning is cheap: a clone starts with empty
/// caches. Taggers with the same model give the same results.
#[derive(Clone)]
pub struct Tagger<'a> {
    crf: Crf<'a>,
    neural: Option<NeuralTagger<'a>>,
}

impl Tagger<'static> {
    /// Creates the engine `fast` with the model that is built into the program.
    pub fn with_shipped_model() -> Self {
        Self::fast_engine(Crf::with_shipped_model())
    }
}

impl<'a> Tagger<'a> {
    /// Creates the engine `fast`.
    pub fn fast_engine(crf: Crf<'a>) -> Self {
        Self { crf, neural: None }
    }

    /// Creates the engine `accurate`.
    pub fn accurate_engine(crf: Crf<'a>, neural: NeuralTagger<'a>) -> Self {
        Self { crf, neural: Some(neural) }
    }

    /// Finds the names of one document, in order and without overlap.
    ///
    /// The spans of `words` point into `text`. Portion markings (tokens of kind
    /// [`TokenKind::Marking`]) are skipped.
    pub fn find_mentions(&mut self, text: &str, words: &Words) -> Vec<Mention> {
        let lines = words
            .sentences
            .iter()
            .flat_map(|sentence| words.tokens[sentence.token_range()].chunks(MAX_LINE_TOKENS))
            .map(prose_spans);
        let (mut mentions, mut part, mut size) = (Vec::new(), Vec::new(), 0);
        for line in lines {
            size += line.len();
            part.push(line);
            if size >= PART_TOKENS {
                mentions.extend(self.mentions_in_part(text, &part));
                part.clear();
                size = 0;
            }
        }
        mentions.extend(self.mentions_in_part(text, &part));
        rules::apply_rules(text, words, &mut mentions);
        mentions
    }

    /// Finds the names in one part of a document, given as lines of tokens.
    fn mentions_in_part(&mut self, text: &str, spans: &[Vec<TextSpan>]) -> Vec<Mention> {
        let lines: Vec<Vec<&str>> = spans
            .iter()
            .map(|line| line.iter().map(|span| &text[span.byte_range()]).collect())
            .collect();
        let source = match &self.neural {
            None => MentionSource::Fast(VERSION),
            Some(_) => MentionSource::Accurate(encoder::VERSION),
        };
        let mention = |line: &[TextSpan], name: MentionSpan| Mention {
            span: TextSpan::new(line[name.start].start, line[name.end - 1].end),
            label: name.label,
            score: name.score,
            source,
        };
        let found = self.tag_lines(&lines).into_iter().zip(spans);
        found.flat_map(|(spans, line)| spans.into_iter().map(|span| mention(line, span))).collect()
    }

    /// Finds the names in each line of one document.
    pub fn tag_lines(&mut self, lines: &[Vec<&str>]) -> Vec<Vec<MentionSpan>> {
        match &mut self.neural {
            None => self.crf.find_mentions(lines),
            Some(neural) => neural.find_mentions(lines, &mut self.crf),
        }
    }
}

/// The spans of the tokens that are not portion markings.
fn prose_spans(tokens: &[Token]) -> Vec<TextSpan> {
    tokens.iter().filter(|token| token.kind != TokenKind::Marking).map(|token| token.span).collect()
}
