//! How certain something is, in words for people.
//!
//! A score is a number for programs. People read one of three words. Their limits
//! come from FRUS volumes, whose editors marked who is meant: docs/QUALITY.md has the
//! table, and `chancery eval --entities` prints it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Lowest score that is called sure.
const SURE: f32 = 0.9;

/// Lowest score that is called likely.
const LIKELY: f32 = 0.8;

/// How certain something is. No word says that it cannot be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// To be checked.
    Possible,
    /// Mostly right.
    Likely,
    /// Seldom wrong.
    Sure,
}

impl Certainty {
    /// All words, the surest first.
    pub const ALL: [Self; 3] = [Self::Sure, Self::Likely, Self::Possible];

    /// Returns the word for a score, 0 to 1.
    pub fn from_score(score: f32) -> Self {
        match score {
            _ if score >= SURE => Self::Sure,
            _ if score >= LIKELY => Self::Likely,
            _ => Self::Possible,
        }
    }

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Certainty::{Likely, Possible, Sure};
    use super::*;

    #[test]
    fn words_follow_the_score() {
        let words = [f32::NAN, 0.0, 0.79, 0.8, 0.89, 0.9, 1.0].map(Certainty::from_score);
        assert_eq!(words, [Possible, Possible, Possible, Likely, Likely, Sure, Sure]);
        assert!(Certainty::ALL.is_sorted_by(|one, other| one > other));
    }
}
