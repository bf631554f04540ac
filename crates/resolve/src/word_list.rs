//! Lists of words and names in the folder of data, one per line.

use std::collections::HashSet;

/// Returns the lines of a list, to be looked up.
pub(crate) fn read_word_list(lines: &'static str) -> HashSet<&'static str> {
    lines.lines().collect()
}
