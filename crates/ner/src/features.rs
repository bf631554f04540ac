//! The features of the CRF, as hashes.
//!
//! There are two sorts:
//!
//! - *Word features* depend only on one word, its distance from the word to be
//!   tagged, and the [`FeatureContext`]. Their weights can be summed once per
//!   word type.
//! - *Local features* depend on several words or on the rest of the document.
//!   They are computed for every token.
//!
//! Every feature exists once for all kinds of text. The strongest ones exist
//! again for each kind, so that the two kinds can differ (Daumé 2007). All
//! features of text in capitals are separate: the same words have other weights
//! there, because case carries no information.
//!
//! The features follow Zhang and Johnson (2003), for document context Ratinov
//! and Roth (2009), and for clusters Turian et al. (2010).

use crate::bio_tags::{BioTag, TAGS};
use crate::document_context::DocumentContext;
use crate::hash;
use crate::word_type::WordType;

/// Words of the window on each side of the token.
pub const WINDOW_REACH: i8 = 2;

/// The kind of a text. The kinds differ in what counts as a name and in how
/// names are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// Telegrams and other documents of foreign services.
    Diplomatic,
    /// News and everything else.
    General,
}

/// Properties shared by all words of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FeatureContext {
    /// The kind of text.
    pub kind: TextKind,
    /// Whether the sentence is in capitals, so that case carries no information.
    pub capitals: bool,
}

impl FeatureContext {
    /// Number of different contexts.
    pub const COUNT: usize = 4;

    /// Returns `feature` for this context: text in capitals has separate features.
    fn for_context(self, feature: u64) -> u64 {
        if self.capitals { hash::combine_hashes(feature, 0x6361_7073) } else { feature }
    }

    /// The number of this context, below [`FeatureContext::COUNT`].
    pub fn index(self) -> usize {
        2 * usize::from(self.kind == TextKind::General) + usize::from(self.capitals)
    }
}

/// The type of a feature; part of its hash, so the order must not change.
#[derive(Clone, Copy)]
#[repr(u8)]
enum FeatureTemplate {
    Always,
    Lower,
    Exact,
    Shape,
    CollapsedShape,
    Prefix,
    Suffix,
    Upper,
    Initial,
    Digit,
    Hyphen,
    Initials,
    Cluster,
    NoCluster,
    List,
    CollapsedShapeCluster,
    Class,
    Edge,
    LowerPair,
    CollapsedShapePair,
    CollapsedShapeTriple,
    ClusterPair,
    Around,
    ClassCollapsedShape,
    PhraseFirst,
    PhraseNext,
    SeenSmall,
    SeenCapital,
    OnlyCapital,
    SeenUpper,
    BeforeElsewhere,
    AfterElsewhere,
    PartnerBefore,
    PartnerAfter,
    ShortFor,
    TagElsewhere,
    FirstPassTag,
    Kind,
    Sentence,
    ShapeBeside,
    RunStart,
    RunEnd,
}

/// Returns the start of a feature's hash.
fn template_key(template: FeatureTemplate, offset: i8, part: u8) -> u64 {
    hash::combine_hashes(
        u64::from(template as u8),
        (u64::from(offset as u8) << 8) | u64::from(part),
    )
}

/// Returns the variant of `feature` for one kind of text.
fn for_text_kind(feature: u64, kind: TextKind) -> u64 {
    hash::combine_hashes(feature, 0x6B69_6E64 + kind as u64)
}

/// Emits the word features of `form` for the token `offset` words away from it.
pub fn emit_word_features(
    form: &WordType,
    offset: i8,
    context: FeatureContext,
    mut emit: impl FnMut(u64),
) {
    let mut emit = |feature| emit(context.for_context(feature));
    let strong = |feature: u64, emit: &mut dyn FnMut(u64)| {
        emit(feature);
        emit(for_text_kind(feature, context.kind));
    };
    strong(
        hash::combine_hashes(template_key(FeatureTemplate::Lower, offset, 0), form.lower),
        &mut emit,
    );
    match form.clusters {
        None => strong(template_key(FeatureTemplate::NoCluster, offset, 0), &mut emit),
        Some(clusters) => {
            for (i, cluster) in clusters.into_iter().enumerate() {
                let feature = hash::combine_hashes(
                    template_key(FeatureTemplate::Cluster, offset, i as u8),
                    cluster.into(),
                );
                match i {
                    1 | 2 => strong(feature, &mut emit),
                    _ => emit(feature),
                }
            }
        }
    }
    for class in set_bits(form.word_classes) {
        strong(template_key(FeatureTemplate::Class, offset, class), &mut emit);
    }
    if offset.abs() <= 1 {
        emit_affixes_and_lists(form, offset, context, &mut emit);
    }
    if !context.capitals {
        emit_case_features(form, offset, context, &mut emit);
    }
}

/// Emits affixes, lists and character types of the word itself and of its direct
/// neighbours.
fn emit_affixes_and_lists(
    form: &WordType,
    offset: i8,
    context: FeatureContext,
    emit: &mut impl FnMut(u64),
) {
    let affixes =
        [(FeatureTemplate::Prefix, form.prefixes), (FeatureTemplate::Suffix, form.suffixes)];
    for (template, hashes) in affixes {
        if offset != 0 && matches!(template, FeatureTemplate::Prefix) {
            continue;
        }
        for (n, &affix) in hashes.iter().enumerate().filter(|(_, affix)| **affix != 0) {
            emit(hash::combine_hashes(template_key(template, offset, n as u8), affix));
        }
    }
    if context.capitals || form.orthography.initial {
        for list in set_bits(form.lists) {
            let feature = template_key(FeatureTemplate::List, offset, list);
            emit(feature);
            emit(for_text_kind(feature, context.kind));
        }
    }
    let letters = form.orthography;
    for (set, template) in [
        (letters.digit, FeatureTemplate::Digit),
        (letters.hyphen, FeatureTemplate::Hyphen),
        (letters.initials, FeatureTemplate::Initials),
    ] {
        if set {
            emit(template_key(template, offset, 0));
        }
    }
}

/// Emits features of case and shape; not called for text in capitals.
fn emit_case_features(
    form: &WordType,
    offset: i8,
    context: FeatureContext,
    emit: &mut impl FnMut(u64),
) {
    let brief = hash::combine_hashes(
        template_key(FeatureTemplate::CollapsedShape, offset, 0),
        form.collapsed_shape,
    );
    emit(brief);
    emit(for_text_kind(brief, context.kind));
    emit(hash::combine_hashes(template_key(FeatureTemplate::Shape, offset, 0), form.shape));
    if offset.abs() > 1 {
        return;
    }
    if form.orthography.upper {
        emit(template_key(FeatureTemplate::Upper, offset, 0));
    }
    if form.orthography.initial {
        emit(template_key(FeatureTemplate::Initial, offset, 0));
    }
    if offset == 0 {
        emit(hash::combine_hashes(template_key(FeatureTemplate::Exact, 0, 0), form.exact));
        if let Some(clusters) = form.clusters {
            for i in [1, 2] {
                let cluster = u64::from(clusters[i]);
                let feature = hash::combine_hashes(
                    template_key(FeatureTemplate::CollapsedShapeCluster, 0, i as u8),
                    cluster,
                );
                emit(hash::combine_hashes(feature, form.collapsed_shape));
            }
        }
    }
}

/// A word of a sentence with its context in the document.
#[derive(Clone, Copy)]
pub struct WordInContext<'a> {
    /// The word.
    pub word_type: &'a WordType,
    /// Its other occurrences in the document, if any.
    pub document_context: Option<&'a DocumentContext>,
    /// Lists that contain a longer phrase starting here, as a bit set.
    pub phrase_first: u16,
    /// Lists that contain a longer phrase continuing here, as a bit set.
    pub phrase_next: u16,
}

/// Features of a whole sentence. They distinguish a table row from prose and a
/// title with capitals everywhere; in a report on sport, a city name stands for
/// the team.
#[derive(Clone, Copy, Debug, Default)]
pub struct SentenceFeatures {
    /// Length, in bins: 0, 1, 2, 3–5, 6–12, more.
    pub length: u8,
    /// Its last word.
    pub end: u64,
    /// Share of its words with letters that start with a capital, in fifths.
    pub capitals: u8,
    /// The first word with letters in the document, and its cluster.
    pub topic: [u64; 2],
}

/// Emits the local features of word `at`.
pub fn emit_local_features(
    words: &[WordInContext<'_>],
    at: usize,
    context: FeatureContext,
    sentence_features: &SentenceFeatures,
    mut emit: impl FnMut(u64),
) {
    let mut emit = |feature| emit(context.for_context(feature));
    emit_sentence_features(words[at].word_type, context, sentence_features, &mut emit);
    let always = template_key(FeatureTemplate::Always, 0, 0);
    emit(always);
    emit(for_text_kind(always, context.kind));
    let before = at.checked_sub(1).map(|i| words[i].word_type);
    let here = words[at].word_type;
    let after = words.get(at + 1).map(|word| word.word_type);
    for offset in [-2i8, -1, 1, 2] {
        if at.checked_add_signed(offset.into()).is_none_or(|i| i >= words.len()) {
            emit(template_key(FeatureTemplate::Edge, offset, 0));
        }
    }
    if let Some(before) = before {
        emit_neighbour_features(before, here, -1, context, &mut emit);
    }
    if let Some(after) = after {
        emit_neighbour_features(here, after, 1, context, &mut emit);
    }
    if let (Some(before), Some(after)) = (before, after) {
        let around =
            hash::combine_hashes(template_key(FeatureTemplate::Around, 0, 0), before.lower);
        emit(hash::combine_hashes(around, after.lower));
        if !context.capitals {
            let triple = hash::combine_hashes(
                template_key(FeatureTemplate::CollapsedShapeTriple, 0, 0),
                before.collapsed_shape,
            );
            emit(hash::combine_hashes(
                hash::combine_hashes(triple, here.collapsed_shape),
                after.collapsed_shape,
            ));
        }
    }
    if !context.capitals {
        emit_run_features(words, at, context.kind, &mut emit);
    }
    for list in set_bits(words[at].phrase_first) {
        emit_phrase_feature(
            template_key(FeatureTemplate::PhraseFirst, 0, list),
            context,
            &mut emit,
        );
    }
    for list in set_bits(words[at].phrase_next) {
        emit_phrase_feature(template_key(FeatureTemplate::PhraseNext, 0, list), context, &mut emit);
    }
    if let Some(document_context) = words[at].document_context {
        emit_document_features(document_context, &mut emit);
    }
}

/// Words on each side that a run of capitalised words may have.
const MAX_RUN_REACH: usize = 7;

/// Emits features of the first and the last word of the capitalised words around
/// `at`. In English the head of a long name is its last word ("Rodrigues Fishery
/// Board"), or its first before "of" ("Ministry of Nets").
fn emit_run_features(
    words: &[WordInContext<'_>],
    at: usize,
    kind: TextKind,
    emit: &mut impl FnMut(u64),
) {
    let is_capital = |index: usize| words[index].word_type.orthography.initial;
    let is_inner = |index: usize| words[index].word_type.joins_long_name;
    if !is_capital(at) && !is_inner(at) {
        return;
    }
    let (mut first, mut last) = (at, at);
    for index in (at.saturating_sub(MAX_RUN_REACH)..at).rev() {
        match () {
            () if is_capital(index) => first = index,
            () if !is_inner(index) => break,
            () => {}
        }
    }
    for index in at + 1..words.len().min(at + 1 + MAX_RUN_REACH) {
        match () {
            () if is_capital(index) => last = index,
            () if !is_inner(index) => break,
            () => {}
        }
    }
    // A small word belongs to a run only if the run goes on behind it.
    if !is_capital(at) && (first == at || last == at) {
        return;
    }
    for (template, head) in [(FeatureTemplate::RunStart, first), (FeatureTemplate::RunEnd, last)] {
        if head == at {
            continue;
        }
        let form = words[head].word_type;
        let word = hash::combine_hashes(template_key(template, 0, 0), form.lower);
        emit(word);
        emit(for_text_kind(word, kind));
        emit(hash::combine_hashes(template_key(template, 0, 1), form.coarse_cluster()));
        for class in set_bits(form.word_classes) {
            emit(hash::combine_hashes(template_key(template, 0, 2), class.into()));
        }
    }
}

/// Emits features of the sentence and of the document's first word, combined with
/// the word.
fn emit_sentence_features(
    form: &WordType,
    context: FeatureContext,
    sentence_features: &SentenceFeatures,
    emit: &mut impl FnMut(u64),
) {
    let shape = if context.capitals { 0 } else { form.collapsed_shape };
    let cluster = form.coarse_cluster();
    let line = u64::from(sentence_features.length) << 8 | u64::from(sentence_features.capitals);
    for (part, of) in [
        (0, line),
        (1, sentence_features.end),
        (2, sentence_features.topic[0]),
        (3, sentence_features.topic[1]),
    ] {
        let feature = hash::combine_hashes(template_key(FeatureTemplate::Sentence, 0, part), of);
        emit(hash::combine_hashes(feature, shape));
        if part > 1 {
            emit(hash::combine_hashes(feature, cluster | 1 << 32));
            emit(hash::combine_hashes(feature, u64::from(form.lists) | 1 << 33));
        }
    }
}

fn emit_phrase_feature(feature: u64, context: FeatureContext, emit: &mut impl FnMut(u64)) {
    emit(feature);
    emit(for_text_kind(feature, context.kind));
}

/// Emits features of two adjacent words.
fn emit_neighbour_features(
    left: &WordType,
    right: &WordType,
    side: i8,
    context: FeatureContext,
    emit: &mut impl FnMut(u64),
) {
    emit(hash::combine_hashes(
        hash::combine_hashes(template_key(FeatureTemplate::LowerPair, side, 0), left.lower),
        right.lower,
    ));
    if let (Some(l), Some(r)) = (left.clusters, right.clusters) {
        for (part, length) in [(0, 1), (1, 2)] {
            let pair = hash::combine_hashes(
                template_key(FeatureTemplate::ClusterPair, side, part),
                l[length].into(),
            );
            emit(hash::combine_hashes(pair, r[length].into()));
        }
    }
    if context.capitals {
        return;
    }
    let (word, other) = if side < 0 { (right, left) } else { (left, right) };
    emit(hash::combine_hashes(
        hash::combine_hashes(
            template_key(FeatureTemplate::ShapeBeside, side, 0),
            word.collapsed_shape,
        ),
        other.lower,
    ));
    let pair = hash::combine_hashes(
        hash::combine_hashes(
            template_key(FeatureTemplate::CollapsedShapePair, side, 0),
            left.collapsed_shape,
        ),
        right.collapsed_shape,
    );
    emit(pair);
    emit(for_text_kind(pair, context.kind));
    for class in set_bits(other.word_classes) {
        emit(hash::combine_hashes(
            template_key(FeatureTemplate::ClassCollapsedShape, side, class),
            word.collapsed_shape,
        ));
    }
}

/// Emits features of the word's other occurrences in the document.
fn emit_document_features(document_context: &DocumentContext, emit: &mut impl FnMut(u64)) {
    let seen = [
        (document_context.small > 0, FeatureTemplate::SeenSmall),
        (document_context.capital > 0, FeatureTemplate::SeenCapital),
        (document_context.capital > 0 && document_context.small == 0, FeatureTemplate::OnlyCapital),
        (document_context.upper > 0, FeatureTemplate::SeenUpper),
    ];
    for (_, template) in seen.into_iter().filter(|(set, _)| *set) {
        emit(template_key(template, 0, 0));
    }
    let positions = [
        (&document_context.before, FeatureTemplate::BeforeElsewhere),
        (&document_context.after, FeatureTemplate::AfterElsewhere),
        (&document_context.partner_before, FeatureTemplate::PartnerBefore),
        (&document_context.partner_after, FeatureTemplate::PartnerAfter),
    ];
    for (neighbours, template) in positions {
        for neighbour in neighbours.most_frequent() {
            emit(hash::combine_hashes(template_key(template, 0, 0), neighbour));
        }
    }
    if let Some(long) = document_context.short_for {
        emit(hash::combine_hashes(template_key(FeatureTemplate::ShortFor, 0, 0), long));
    }
}

/// The first pass's tags of a word and of its other occurrences.
pub struct FirstPassTags {
    /// Tags of the previous word, the word itself and the next word.
    pub around_word: [Option<BioTag>; 3],
    /// Counts of the tags of the other occurrences.
    pub counts: [u32; TAGS],
}

impl FirstPassTags {
    /// Emits the features.
    pub fn emit_features(&self, context: FeatureContext, mut emit: impl FnMut(u64)) {
        for (offset, tag) in (-1i8..).zip(self.around_word) {
            if let Some(tag) = tag {
                emit(hash::combine_hashes(
                    template_key(FeatureTemplate::FirstPassTag, offset, 0),
                    tag.0.into(),
                ));
            }
        }
        let most = self.counts.iter().copied().max().unwrap_or(0);
        if most == 0 {
            return;
        }
        for (tag, _) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let some =
                hash::combine_hashes(template_key(FeatureTemplate::TagElsewhere, 0, 0), tag as u64);
            emit(some);
            emit(for_text_kind(some, context.kind));
        }
        let top = self.counts.iter().position(|&count| count == most).unwrap_or(0);
        let majority =
            hash::combine_hashes(template_key(FeatureTemplate::TagElsewhere, 0, 1), top as u64);
        emit(majority);
        emit(for_text_kind(majority, context.kind));
        if let Some(tag) = self.around_word[1] {
            emit(hash::combine_hashes(majority, tag.0.into()));
        }
    }
}

/// Returns the feature for a word that would have this tag as part of a name that
/// was found elsewhere in the document.
pub fn repeated_mention_feature(tag: u8, context: FeatureContext) -> u64 {
    for_text_kind(
        hash::combine_hashes(template_key(FeatureTemplate::TagElsewhere, 0, 2), tag.into()),
        context.kind,
    )
}

/// Returns the feature whose weight tells the kind of text from the word.
pub fn text_kind_feature(form: &WordType) -> u64 {
    hash::combine_hashes(template_key(FeatureTemplate::Kind, 0, 0), form.lower)
}

/// Returns the numbers of the set bits.
fn set_bits(set: u16) -> impl Iterator<Item = u8> {
    (0..16).filter(move |bit| set & (1 << bit) != 0)
}
