//! The nine tags of the BIO scheme over four labels, and the valid transitions.
//!
//! `O` is tag 0; label number `n` (in the order of [`Label::ALL`]) has
//! `B` = 1 + 2n and `I` = 2 + 2n. An `I` may only follow a `B` or `I` with the
//! same label (IOB2, Tjong Kim Sang and Veenstra 1999).

use chancery_model::Label;

/// Number of tags.
pub const TAGS: usize = 9;

/// A score, probability or weight for every tag.
pub type PerTag = [f32; TAGS];

/// A tag, `0..TAGS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct BioTag(pub u8);

impl BioTag {
    /// Outside every name.
    pub const O: Self = Self(0);

    /// The tag of the first word of a name with `label`.
    pub const fn begin_of(label: Label) -> Self {
        Self(1 + 2 * label as u8)
    }

    /// The tag of any further word of a name with `label`.
    pub const fn inside_of(label: Label) -> Self {
        Self(2 + 2 * label as u8)
    }

    /// The label, `None` for `O`.
    pub fn label(self) -> Option<Label> {
        (self.0 > 0).then(|| Label::ALL[(usize::from(self.0) - 1) / 2])
    }

    /// Whether this is an `I` tag.
    pub const fn is_inside(self) -> bool {
        self.0 > 0 && self.0.is_multiple_of(2)
    }

    /// Whether `self` may directly follow `before`; `None` is the start of the
    /// sentence.
    pub fn may_follow(self, before: Option<Self>) -> bool {
        !self.is_inside() || before.is_some_and(|tag| tag.label() == self.label())
    }
}

impl std::fmt::Display for BioTag {
    /// Writes the tag as in `CoNLL` columns: `O`, `B-PER`, `I-PER`…
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.label() {
            None => f.write_str("O"),
            Some(label) if self.is_inside() => write!(f, "I-{label}"),
            Some(label) => write!(f, "B-{label}"),
        }
    }
}

/// A set of tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TagSet(u16);

impl TagSet {
    /// Every tag: the tag of the word is unknown.
    pub const ALL: Self = Self((1 << TAGS) - 1);

    /// The set of one tag.
    pub const fn from_tag(tag: BioTag) -> Self {
        Self(1 << tag.0)
    }

    /// The set without `tag`.
    #[must_use]
    pub const fn without(self, tag: BioTag) -> Self {
        Self(self.0 & !(1 << tag.0))
    }

    /// Whether `tag` is in the set.
    pub const fn contains_tag(self, tag: usize) -> bool {
        self.0 & (1 << tag) != 0
    }

    /// The tag, if the set holds exactly one.
    pub fn only_tag(self) -> Option<BioTag> {
        self.0.is_power_of_two().then(|| BioTag(self.0.trailing_zeros() as u8))
    }
}

/// Encodes `mentions` as the tags of `words` words. The mentions are ranges of
/// word indices in ascending order, without overlap.
pub fn encode_tags(
    words: usize,
    mentions: impl IntoIterator<Item = (usize, usize, Label)>,
) -> Vec<BioTag> {
    let mut tags = vec![BioTag::O; words];
    for (start, end, label) in mentions {
        tags[start..end].fill(BioTag::inside_of(label));
        tags[start] = BioTag::begin_of(label);
    }
    tags
}

/// Decodes a valid tag sequence to mentions: first word, one past the last word,
/// label.
pub fn decode_tags(tags: &[BioTag]) -> Vec<(usize, usize, Label)> {
    let mut mentions: Vec<(usize, usize, Label)> = Vec::new();
    for (at, tag) in tags.iter().enumerate() {
        match tag.label() {
            Some(_) if tag.is_inside() => {
                if let Some(mention) = mentions.last_mut() {
                    mention.1 = at + 1;
                }
            }
            Some(label) => mentions.push((at, at + 1, label)),
            None => {}
        }
    }
    mentions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_and_decoding_agree() {
        let mentions = vec![(0, 2, Label::Per), (2, 3, Label::Per), (4, 5, Label::Misc)];
        assert_eq!(decode_tags(&encode_tags(6, mentions.clone())), mentions);
    }

    #[test]
    fn inside_follows_only_the_same_label() {
        let (begin, inside) = (BioTag::begin_of(Label::Org), BioTag::inside_of(Label::Org));
        assert!(inside.may_follow(Some(begin)) && inside.may_follow(Some(inside)));
        assert!(!inside.may_follow(Some(BioTag::begin_of(Label::Per))));
        assert!(!inside.may_follow(Some(BioTag::O)) && !inside.may_follow(None));
        assert!(begin.may_follow(None) && BioTag::O.may_follow(Some(inside)));
    }
}
