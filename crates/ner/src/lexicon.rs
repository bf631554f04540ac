//! Word knowledge that is not learnt from annotated text: clusters of word
//! vectors and a few closed word classes.
//!
//! The clusters come from k-means over the public GloVe vectors (6B tokens, 50
//! dimensions; Pennington, Socher and Manning 2014) and are made by
//! `training/clusters.py`. Only the cluster numbers are shipped. Several
//! granularities together work better than one (Turian, Ratinov and Bengio
//! 2010; Guo et al. 2014).
//!
//! The word classes are written by hand in `data/classes.tsv`: one class per
//! line, its name first, then its words.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::hash;
use crate::hash_table::HashTable;

/// Number of clusterings.
pub const CLUSTERINGS: usize = 4;

/// Length of a row of cluster numbers, in bytes.
const ROW_BYTES: usize = 2 * CLUSTERINGS;

/// The clusters of a word's vector, coarsest first.
pub type ClusterNumbers = [u16; CLUSTERINGS];

static CLUSTERS: &[u8] = chancery_models::WORD_CLUSTERS;
static CLASSES: &str = include_str!("../data/classes.tsv");

static SHIPPED: LazyLock<Lexicon> = LazyLock::new(|| {
    let (clusters, _) =
        HashTable::parse_prefix(CLUSTERS).expect("clusters.bin is checked by a test");
    let mut classes = HashMap::new();
    for (number, line) in CLASSES.lines().enumerate() {
        for word in line.split_whitespace().skip(1) {
            *classes.entry(hash::hash_bytes(word.as_bytes())).or_default() |= 1 << number;
        }
    }
    Lexicon { clusters, classes }
});

/// Whether `word` is a title, a rank or an office, and so not part of a name.
pub fn is_title_or_rank(word: &str) -> bool {
    let lower = hash::hash_bytes(crate::word_type::normalise_word(word).as_bytes());
    let classes = CLASSES.lines().take_while(|line| !line.starts_with("speech"));
    SHIPPED.classes_of_word(lower) & ((1 << classes.count()) - 1) != 0
}

/// The clusters and classes of words.
pub struct Lexicon {
    clusters: HashTable<'static, ROW_BYTES>,
    classes: HashMap<u64, u16>,
}

impl Lexicon {
    /// The lexicon that is built into the program.
    pub fn shipped_lexicon() -> &'static Self {
        &SHIPPED
    }

    /// Returns the clusters of a word in normal form
    /// ([`crate::word_type::normalise_word`]). A hyphenated word without a vector
    /// gets those of its last part.
    pub fn clusters_of_word(&self, word: &str) -> Option<ClusterNumbers> {
        let row = self.cluster_row(word).or_else(|| {
            let (_, last) = word.rsplit_once('-')?;
            self.cluster_row(last)
        })?;
        Some(std::array::from_fn(|i| u16::from_le_bytes([row[2 * i], row[2 * i + 1]])))
    }

    fn cluster_row(&self, word: &str) -> Option<&'static [u8; ROW_BYTES]> {
        self.clusters.find_row(hash::hash_bytes(word.as_bytes()))
    }

    /// Returns the classes of the word with the hash `lower`, as a bit set.
    pub fn classes_of_word(&self, lower: u64) -> u16 {
        self.classes.get(&lower).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_common_words() {
        let lexicon = Lexicon::shipped_lexicon();
        assert!(lexicon.clusters_of_word("algeria").is_some());
        assert_eq!(lexicon.clusters_of_word("qzxv-algeria"), lexicon.clusters_of_word("algeria"));
        assert_eq!(lexicon.clusters_of_word("guenaiziaxyz"), None);
        let class = |word: &str| lexicon.classes_of_word(hash::hash_bytes(word.as_bytes()));
        assert_ne!(class("general"), 0);
        assert_ne!(class("general"), class("said"));
        assert_eq!(class("camel"), 0);
        assert!(is_title_or_rank("Ambassador") && is_title_or_rank("GENERAL"));
        assert!(!is_title_or_rank("said") && !is_title_or_rank("Ministry"));
    }
}
