//! The features of the CRF, as hashes.
//!
//! There are two sorts:
//!
//! - *Word features* depend only on one word, its distance from the word to be
//!   tagged, and the [`Context`]. Their weights can be summed once per word type.
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

use crate::evidence::Evidence;
use crate::form::Form;
use crate::hash;
use crate::tags::{TAGS, Tag};

/// Words of the window on each side of the token.
pub const REACH: i8 = 2;

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
pub struct Context {
    /// The kind of text.
    pub kind: TextKind,
    /// Whether the sentence is in capitals, so that case carries no information.
    pub capitals: bool,
}

impl Context {
    /// Number of different contexts.
    pub const COUNT: usize = 4;

    /// Returns `feature` for this context: text in capitals has separate features.
    fn own(self, feature: u64) -> u64 {
        if self.capitals { hash::pair(feature, 0x6361_7073) } else { feature }
    }

    /// The number of this context, below [`Context::COUNT`].
    pub fn index(self) -> usize {
        2 * usize::from(self.kind == TextKind::General) + usize::from(self.capitals)
    }
}

/// The type of a feature; part of its hash, so the order must not change.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Template {
    Always,
    Lower,
    Exact,
    Shape,
    Brief,
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
    BriefCluster,
    Class,
    Edge,
    LowerPair,
    BriefPair,
    BriefTriple,
    ClusterPair,
    Around,
    ClassBrief,
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
    Elsewhere,
    Given,
    Kind,
    Setting,
    ShapeBeside,
}

/// Returns the start of a feature's hash.
fn key(template: Template, offset: i8, part: u8) -> u64 {
    hash::pair(u64::from(template as u8), (u64::from(offset as u8) << 8) | u64::from(part))
}

/// Returns the variant of `feature` for one kind of text.
fn by_kind(feature: u64, kind: TextKind) -> u64 {
    hash::pair(feature, 0x6B69_6E64 + kind as u64)
}

/// Emits the word features of `form` for the token `offset` words away from it.
pub fn word(form: &Form, offset: i8, context: Context, mut emit: impl FnMut(u64)) {
    let mut emit = |feature| emit(context.own(feature));
    let strong = |feature: u64, emit: &mut dyn FnMut(u64)| {
        emit(feature);
        emit(by_kind(feature, context.kind));
    };
    strong(hash::pair(key(Template::Lower, offset, 0), form.lower), &mut emit);
    match form.clusters {
        None => strong(key(Template::NoCluster, offset, 0), &mut emit),
        Some(clusters) => {
            for (i, cluster) in clusters.into_iter().enumerate() {
                let feature = hash::pair(key(Template::Cluster, offset, i as u8), cluster.into());
                match i {
                    1 | 2 => strong(feature, &mut emit),
                    _ => emit(feature),
                }
            }
        }
    }
    for class in bits(form.classes) {
        strong(key(Template::Class, offset, class), &mut emit);
    }
    if offset.abs() <= 1 {
        word_parts(form, offset, context, &mut emit);
    }
    if !context.capitals {
        word_case(form, offset, context, &mut emit);
    }
}

/// Emits affixes, lists and character types of the word itself and of its direct
/// neighbours.
fn word_parts(form: &Form, offset: i8, context: Context, emit: &mut impl FnMut(u64)) {
    let affixes = [(Template::Prefix, form.prefixes), (Template::Suffix, form.suffixes)];
    for (template, hashes) in affixes {
        if offset != 0 && matches!(template, Template::Prefix) {
            continue;
        }
        for (n, &affix) in hashes.iter().enumerate().filter(|(_, affix)| **affix != 0) {
            emit(hash::pair(key(template, offset, n as u8), affix));
        }
    }
    if context.capitals || form.letters.initial {
        for list in bits(form.lists) {
            let feature = key(Template::List, offset, list);
            emit(feature);
            emit(by_kind(feature, context.kind));
        }
    }
    let letters = form.letters;
    for (set, template) in [
        (letters.digit, Template::Digit),
        (letters.hyphen, Template::Hyphen),
        (letters.initials, Template::Initials),
    ] {
        if set {
            emit(key(template, offset, 0));
        }
    }
}

/// Emits features of case and shape; not called for text in capitals.
fn word_case(form: &Form, offset: i8, context: Context, emit: &mut impl FnMut(u64)) {
    let brief = hash::pair(key(Template::Brief, offset, 0), form.brief);
    emit(brief);
    emit(by_kind(brief, context.kind));
    emit(hash::pair(key(Template::Shape, offset, 0), form.shape));
    if offset.abs() > 1 {
        return;
    }
    if form.letters.upper {
        emit(key(Template::Upper, offset, 0));
    }
    if form.letters.initial {
        emit(key(Template::Initial, offset, 0));
    }
    if offset == 0 {
        emit(hash::pair(key(Template::Exact, 0, 0), form.exact));
        if let Some(clusters) = form.clusters {
            for i in [1, 2] {
                let cluster = u64::from(clusters[i]);
                let feature = hash::pair(key(Template::BriefCluster, 0, i as u8), cluster);
                emit(hash::pair(feature, form.brief));
            }
        }
    }
}

/// A word of a sentence with its context in the document.
#[derive(Clone, Copy)]
pub struct Word<'a> {
    /// The word.
    pub form: &'a Form,
    /// Its other occurrences in the document, if any.
    pub evidence: Option<&'a Evidence>,
    /// Lists that contain a longer phrase starting here, as a bit set.
    pub phrase_first: u16,
    /// Lists that contain a longer phrase continuing here, as a bit set.
    pub phrase_next: u16,
}

/// Features of a whole sentence. They distinguish a table row from prose and a
/// title with capitals everywhere; in a report on sport, a city name stands for
/// the team.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting {
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
pub fn local(
    words: &[Word<'_>],
    at: usize,
    context: Context,
    setting: &Setting,
    mut emit: impl FnMut(u64),
) {
    let mut emit = |feature| emit(context.own(feature));
    in_setting(words[at].form, context, setting, &mut emit);
    let always = key(Template::Always, 0, 0);
    emit(always);
    emit(by_kind(always, context.kind));
    let before = at.checked_sub(1).map(|i| words[i].form);
    let here = words[at].form;
    let after = words.get(at + 1).map(|word| word.form);
    for offset in [-2i8, -1, 1, 2] {
        if at.checked_add_signed(offset.into()).is_none_or(|i| i >= words.len()) {
            emit(key(Template::Edge, offset, 0));
        }
    }
    if let Some(before) = before {
        neighbours(before, here, -1, context, &mut emit);
    }
    if let Some(after) = after {
        neighbours(here, after, 1, context, &mut emit);
    }
    if let (Some(before), Some(after)) = (before, after) {
        let around = hash::pair(key(Template::Around, 0, 0), before.lower);
        emit(hash::pair(around, after.lower));
        if !context.capitals {
            let triple = hash::pair(key(Template::BriefTriple, 0, 0), before.brief);
            emit(hash::pair(hash::pair(triple, here.brief), after.brief));
        }
    }
    for list in bits(words[at].phrase_first) {
        phrase(key(Template::PhraseFirst, 0, list), context, &mut emit);
    }
    for list in bits(words[at].phrase_next) {
        phrase(key(Template::PhraseNext, 0, list), context, &mut emit);
    }
    if let Some(evidence) = words[at].evidence {
        elsewhere(evidence, &mut emit);
    }
}

/// Emits features of the sentence and of the document's first word, combined with
/// the word.
fn in_setting(form: &Form, context: Context, setting: &Setting, emit: &mut impl FnMut(u64)) {
    let shape = if context.capitals { 0 } else { form.brief };
    let cluster = form.cluster();
    let line = u64::from(setting.length) << 8 | u64::from(setting.capitals);
    for (part, of) in [(0, line), (1, setting.end), (2, setting.topic[0]), (3, setting.topic[1])] {
        let feature = hash::pair(key(Template::Setting, 0, part), of);
        emit(hash::pair(feature, shape));
        if part > 1 {
            emit(hash::pair(feature, cluster | 1 << 32));
            emit(hash::pair(feature, u64::from(form.lists) | 1 << 33));
        }
    }
}

fn phrase(feature: u64, context: Context, emit: &mut impl FnMut(u64)) {
    emit(feature);
    emit(by_kind(feature, context.kind));
}

/// Emits features of two adjacent words.
fn neighbours(left: &Form, right: &Form, side: i8, context: Context, emit: &mut impl FnMut(u64)) {
    emit(hash::pair(hash::pair(key(Template::LowerPair, side, 0), left.lower), right.lower));
    if let (Some(l), Some(r)) = (left.clusters, right.clusters) {
        for (part, length) in [(0, 1), (1, 2)] {
            let pair = hash::pair(key(Template::ClusterPair, side, part), l[length].into());
            emit(hash::pair(pair, r[length].into()));
        }
    }
    if context.capitals {
        return;
    }
    let (word, other) = if side < 0 { (right, left) } else { (left, right) };
    emit(hash::pair(hash::pair(key(Template::ShapeBeside, side, 0), word.brief), other.lower));
    let pair = hash::pair(hash::pair(key(Template::BriefPair, side, 0), left.brief), right.brief);
    emit(pair);
    emit(by_kind(pair, context.kind));
    for class in bits(other.classes) {
        emit(hash::pair(key(Template::ClassBrief, side, class), word.brief));
    }
}

/// Emits features of the word's other occurrences in the document.
fn elsewhere(evidence: &Evidence, emit: &mut impl FnMut(u64)) {
    let seen = [
        (evidence.small > 0, Template::SeenSmall),
        (evidence.capital > 0, Template::SeenCapital),
        (evidence.capital > 0 && evidence.small == 0, Template::OnlyCapital),
        (evidence.upper > 0, Template::SeenUpper),
    ];
    for (_, template) in seen.into_iter().filter(|(set, _)| *set) {
        emit(key(template, 0, 0));
    }
    let places = [
        (&evidence.before, Template::BeforeElsewhere),
        (&evidence.after, Template::AfterElsewhere),
        (&evidence.partner_before, Template::PartnerBefore),
        (&evidence.partner_after, Template::PartnerAfter),
    ];
    for (neighbours, template) in places {
        for neighbour in neighbours.top() {
            emit(hash::pair(key(template, 0, 0), neighbour));
        }
    }
    if let Some(long) = evidence.short_for {
        emit(hash::pair(key(Template::ShortFor, 0, 0), long));
    }
}

/// The first pass's tags of a word and of its other occurrences.
pub struct Elsewhere {
    /// Tags of the previous word, the word itself and the next word.
    pub own: [Option<Tag>; 3],
    /// Counts of the tags of the other occurrences.
    pub counts: [u32; TAGS],
}

impl Elsewhere {
    /// Emits the features.
    pub fn emit(&self, context: Context, mut emit: impl FnMut(u64)) {
        for (offset, tag) in (-1i8..).zip(self.own) {
            if let Some(tag) = tag {
                emit(hash::pair(key(Template::Given, offset, 0), tag.0.into()));
            }
        }
        let most = self.counts.iter().copied().max().unwrap_or(0);
        if most == 0 {
            return;
        }
        for (tag, _) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let some = hash::pair(key(Template::Elsewhere, 0, 0), tag as u64);
            emit(some);
            emit(by_kind(some, context.kind));
        }
        let top = self.counts.iter().position(|&count| count == most).unwrap_or(0);
        let majority = hash::pair(key(Template::Elsewhere, 0, 1), top as u64);
        emit(majority);
        emit(by_kind(majority, context.kind));
        if let Some(own) = self.own[1] {
            emit(hash::pair(majority, own.0.into()));
        }
    }
}

/// Returns the feature for a word that would have this tag as part of a name that
/// was found elsewhere in the document.
pub fn whole_name_elsewhere(tag: u8, context: Context) -> u64 {
    by_kind(hash::pair(key(Template::Elsewhere, 0, 2), tag.into()), context.kind)
}

/// Returns the feature whose weight tells the kind of text from the word.
pub fn kind(form: &Form) -> u64 {
    hash::pair(key(Template::Kind, 0, 0), form.lower)
}

/// Returns the numbers of the set bits.
fn bits(set: u16) -> impl Iterator<Item = u8> {
    (0..16).filter(move |bit| set & (1 << bit) != 0)
}
