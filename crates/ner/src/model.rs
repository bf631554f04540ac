//! The model file of the engine `fast`.
//!
//! The file is used in place, so the program can embed it and start without
//! building anything. All numbers are little-endian.
//!
//! | part | content |
//! |---|---|
//! | 8 bytes | `CHNERFST` |
//! | `u32` | version of the format |
//! | `f32` | value of one unit of a feature weight |
//! | `f32` | least sum of word weights for which a text counts as diplomatic |
//! | table of `u16` | the gazetteer: the lists that contain each phrase |
//! | for each pass: 2 × 81 `f32` | weights of tag pairs, for each kind of text |
//! | for each pass: table of 9 `i8` | weights of each feature, one per tag |

use std::fmt;

use crate::bio_tags::{PerTag, TAGS};
use crate::features::TextKind;
use crate::gazetteer::NameGazetteer;
use crate::hash_table::{self, HashTable};
use crate::lattice::TransitionScores;

const MAGIC: &[u8; 8] = b"CHNERFST";

/// Version of the file format and of its features.
pub const VERSION: u16 = 1;

/// A checked model file.
#[derive(Clone)]
pub struct CrfModel<'a> {
    /// Value of one unit of weight.
    pub unit: f32,
    /// Least sum of word weights for which a text counts as diplomatic.
    pub threshold: f32,
    /// The name lists.
    pub gazetteer: NameGazetteer<'a>,
    /// The first pass uses the words; the second also uses the tags of the first.
    pub passes: [ModelPass<'a>; 2],
}

/// The weights of one pass.
#[derive(Clone)]
pub struct ModelPass<'a> {
    transitions: [TransitionScores; 2],
    weights: HashTable<'a, TAGS>,
}

/// Why a model file could not be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelLoadError {
    /// The bytes do not start with the magic number.
    NotAModel,
    /// The file has another version of the format.
    Version {
        /// The version found.
        found: u32,
    },
    /// The named part is truncated or inconsistent.
    Damaged {
        /// Which part.
        part: &'static str,
    },
}

impl fmt::Display for ModelLoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModel => f.write_str("not a model file of the engine `fast`"),
            Self::Version { found } => write!(
                f,
                "the model file has version {found}, this program reads version {VERSION}: \
                 build it again with `chancery-train names`"
            ),
            Self::Damaged { part } => write!(f, "the model file is damaged in its {part}"),
        }
    }
}

impl std::error::Error for ModelLoadError {}

impl<'a> CrfModel<'a> {
    /// Checks `bytes` and borrows them.
    ///
    /// # Errors
    /// If they are not a model file of this version, or are damaged.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, ModelLoadError> {
        let bytes = bytes.strip_prefix(MAGIC).ok_or(ModelLoadError::NotAModel)?;
        let damaged = |part| ModelLoadError::Damaged { part };
        let (found, bytes) = hash_table::split_u32(bytes).ok_or(damaged("version"))?;
        if found != u32::from(VERSION) {
            return Err(ModelLoadError::Version { found });
        }
        let (unit, bytes) = split_finite_f32(bytes).ok_or(damaged("unit of weight"))?;
        let (threshold, bytes) = split_finite_f32(bytes).ok_or(damaged("threshold"))?;
        let (phrases, bytes) = HashTable::parse_prefix(bytes).ok_or(damaged("gazetteer"))?;
        let (first, bytes) = ModelPass::parse_prefix(bytes)?;
        let (second, bytes) = ModelPass::parse_prefix(bytes)?;
        if !bytes.is_empty() {
            return Err(damaged("end"));
        }
        let gazetteer = NameGazetteer::new(phrases);
        Ok(Self { unit, threshold, gazetteer, passes: [first, second] })
    }

    /// Converts a sum in units to scores.
    pub fn dequantise_sum(&self, sum: &[i32; TAGS]) -> PerTag {
        sum.map(|units| units as f32 * self.unit)
    }
}

impl<'a> ModelPass<'a> {
    fn parse_prefix(mut bytes: &'a [u8]) -> Result<(Self, &'a [u8]), ModelLoadError> {
        let damaged = |part| ModelLoadError::Damaged { part };
        let mut pairs = [[[0f32; TAGS]; TAGS]; 2];
        for weight in pairs.as_flattened_mut().as_flattened_mut() {
            (*weight, bytes) = split_finite_f32(bytes).ok_or(damaged("tag pairs"))?;
        }
        let (weights, bytes) = HashTable::parse_prefix(bytes).ok_or(damaged("feature weights"))?;
        Ok((Self { transitions: pairs.map(TransitionScores::from_weights), weights }, bytes))
    }

    /// Adds the weights of `feature` to `sum`, in units.
    pub fn add_feature_weights(&self, feature: u64, sum: &mut [i32; TAGS]) {
        if let Some(row) = self.weights.find_row(feature) {
            for (sum, weight) in sum.iter_mut().zip(row) {
                *sum += i32::from(*weight as i8);
            }
        }
    }

    /// The scores of tag pairs for a kind of text.
    pub fn transition_scores(&self, kind: TextKind) -> &TransitionScores {
        &self.transitions[kind as usize]
    }
}

/// Splits a finite number from the start of `bytes`.
fn split_finite_f32(bytes: &[u8]) -> Option<(f32, &[u8])> {
    let (bits, rest) = hash_table::split_u32(bytes)?;
    Some((f32::from_bits(bits), rest)).filter(|(number, _)| number.is_finite())
}

/// The content of a model file to be written.
pub struct ModelParts {
    /// See [`CrfModel::threshold`].
    pub threshold: f32,
    /// The bytes of the gazetteer's table.
    pub gazetteer: Vec<u8>,
    /// The two passes.
    pub passes: [PassParts; 2],
}

/// The unrounded weights of one pass.
#[derive(Clone, Default)]
pub struct PassParts {
    /// Weights of each feature.
    pub weights: Vec<(u64, PerTag)>,
    /// Weights of tag pairs for each kind of text. Those of pairs that BIO forbids
    /// are ignored.
    pub pairs: [[PerTag; TAGS]; 2],
}

/// Largest weight that a file can hold; larger ones are clamped.
const MAX_WEIGHT: f32 = 6.35;

impl ModelParts {
    /// Returns the bytes of the file. Weights are rounded to whole units; features
    /// whose weights all round to zero are left out.
    pub fn encode_model(self) -> Vec<u8> {
        let unit = MAX_WEIGHT / 127.0;
        let mut bytes = MAGIC.to_vec();
        bytes.extend(u32::from(VERSION).to_le_bytes());
        bytes.extend(unit.to_le_bytes());
        bytes.extend(self.threshold.to_le_bytes());
        bytes.extend(self.gazetteer);
        for pass in self.passes {
            for weight in pass.pairs.as_flattened().as_flattened() {
                bytes.extend(weight.to_le_bytes());
            }
            bytes.extend(hash_table::encode_table::<TAGS>(quantise_rows(pass.weights, unit)));
        }
        bytes
    }
}

fn quantise_rows(weights: Vec<(u64, PerTag)>, unit: f32) -> Vec<(u64, [u8; TAGS])> {
    let round = |weight: f32| (weight / unit).round().clamp(-127.0, 127.0) as i8 as u8;
    let rows = weights.into_iter().map(|(feature, row)| (feature, row.map(round)));
    rows.filter(|(_, row)| row.iter().any(|&weight| weight != 0)).collect()
}
