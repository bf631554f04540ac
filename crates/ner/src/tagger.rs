//! The engines that find names.
//!
//! [`Tagger`] takes a document that was cut into words and gives its names.
//! The engine `fast` is the linear-chain model alone ([`crate::chain`]);
//! `accurate` mixes its probabilities with those of an encoder
//! ([`crate::neural`]) and finds the best names under both.

use chancery_model::{Mention, Source, TextSpan, Token, TokenKind, Words};

use crate::chain::Chain;
use crate::encoder;
use crate::lattice::Name;
use crate::model::VERSION;
use crate::neural::Neural;

/// Tokens of a line. A sentence of more is no sentence: it is cut, so that
/// neither time nor memory grow with more than the length of the text.
const LONGEST: usize = 4096;

/// Tokens after which a part of a document ends. A document of more, some 200
/// pages, is marked in parts that do not see each other, so that memory does
/// not grow with it beyond its own words.
const PART: usize = 1 << 16;

/// Finds names. Cloning is cheap: a clone begins with an empty memory.
/// One tagger serves one thread; taggers of one model agree.
#[derive(Clone)]
pub struct Tagger<'a> {
    chain: Chain<'a>,
    neural: Option<Neural<'a>>,
}

impl Tagger<'static> {
    /// The engine `fast` with the model that is built into the program.
    pub fn shipped() -> Self {
        Self::fast(Chain::shipped())
    }
}

impl<'a> Tagger<'a> {
    /// The engine `fast`.
    pub fn fast(chain: Chain<'a>) -> Self {
        Self { chain, neural: None }
    }

    /// The engine `accurate`.
    pub fn accurate(chain: Chain<'a>, neural: Neural<'a>) -> Self {
        Self { chain, neural: Some(neural) }
    }

    /// The names of one document, in order and without overlap. `text` is
    /// what the spans of `words` point into; tokens of kind
    /// [`TokenKind::Marking`] are passed over as if they were not there.
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

    /// The names in some of a document's lines.
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

    /// The names in each of the lines of one document.
    pub fn tag(&mut self, lines: &[Vec<&str>]) -> Vec<Vec<Name>> {
        match &mut self.neural {
            None => self.chain.names(lines),
            Some(neural) => neural.names(lines, &mut self.chain),
        }
    }
}

/// The tokens that are no markings.
fn prose(tokens: &[Token]) -> Vec<TextSpan> {
    tokens.iter().filter(|token| token.kind != TokenKind::Marking).map(|token| token.span).collect()
}
