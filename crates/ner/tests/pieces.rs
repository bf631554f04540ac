//! Checks that words are split into pieces as by the library that was used in
//! training.
//!
//! `pieces.tsv` is written by `training/accurate/pieces_table.py`. Its columns are
//! the word, the numbers of its pieces, and their spans in code points.

use chancery_ner::encoder::{Encoder, Kernel};
use chancery_ner::neural;
use chancery_ner::wordpiece::WordPieceVocabulary;

#[test]
fn splits_match_training() {
    let encoder = Encoder::from_bytes(neural::SHIPPED, Kernel::fastest_available())
        .expect("the shipped model");
    let vocabulary = WordPieceVocabulary::new(encoder.piece_texts());
    let mut lines = 0;
    let mut elsewhere = Vec::new();
    for line in include_str!("pieces.tsv").lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [word, numbers, offsets] = cells[..] else { panic!("three cells: {line:?}") };
        let cut = vocabulary.split_word(word);
        let found: Vec<String> = cut.iter().map(|piece| piece.id.to_string()).collect();
        assert_eq!(found.join(" "), numbers, "{word:?}");
        let code_point_offset = |byte: usize| word[..byte].chars().count();
        let found: Vec<String> = cut
            .iter()
            .map(|piece| {
                let (start, end) = (piece.span.start, piece.span.end);
                format!("{}-{}", code_point_offset(start), code_point_offset(end))
            })
            .collect();
        if found.join(" ") != offsets {
            elsewhere.push((word, found.join(" "), offsets));
        }
        lines += 1;
    }
    assert!(lines > 600);
    // The library's spans are wrong after decomposed letters.
    assert!(elsewhere.iter().all(|(word, ..)| !word.is_ascii()), "{elsewhere:?}");
}
