//! The training data of the engines, read once from the data folder, and the
//! weights of its parts.

use std::collections::HashSet;
use std::path::Path;

use chancery_ner::TextKind;
use chancery_ner::train::{GoldDocument, augment};
use clap::Args;

use crate::volumes::SentenceChoice;
use crate::{reference_lists, tagged_sentences, volumes};
use chancery_evaluation::gold::{self, GoldText, TextEdit};

/// The weights of the texts, and the settings of the minimiser.
#[derive(Args, Clone, Copy)]
pub(crate) struct TrainingRecipe {
    /// Weight of news; 0 leaves it out
    #[arg(long, value_name = "X", default_value_t = 1.0, help_heading = "Recipe")]
    pub(crate) news: f32,
    /// Weight of the development news, on which choices were made
    #[arg(long, value_name = "X", default_value_t = 1.0, help_heading = "Recipe")]
    pub(crate) development: f32,
    /// Weight of telegrams annotated by hand
    #[arg(long, value_name = "X", default_value_t = 2.0, help_heading = "Recipe")]
    pub(crate) telegrams: f32,
    /// Weight of copies of telegrams with replaced names of people
    #[arg(long, value_name = "X", default_value_t = 1.0, help_heading = "Recipe")]
    pub(crate) renamed_telegrams: f32,
    /// Weight of copies of news with replaced names of people
    #[arg(long, value_name = "X", default_value_t = 0.0, help_heading = "Recipe")]
    pub(crate) renamed_news: f32,
    /// Weight of sentences in which editors marked persons
    #[arg(long, value_name = "X", default_value_t = 0.0, help_heading = "Recipe")]
    pub(crate) marks: f32,
    /// Weight of a copy in upper case, relative to its original
    #[arg(long, value_name = "X", default_value_t = 0.5, help_heading = "Recipe")]
    pub(crate) capitals: f32,
    /// Iterations of the minimiser
    #[arg(long, value_name = "N", default_value_t = 100, help_heading = "Recipe")]
    pub(crate) iterations: usize,
    /// Strength of the L1 term
    #[arg(long, value_name = "X", default_value_t = 0.1, help_heading = "Recipe")]
    pub(crate) l1: f32,
    /// Strength of the L2 term
    #[arg(long, value_name = "X", default_value_t = 0.02, help_heading = "Recipe")]
    pub(crate) l2: f32,
}

/// The training data.
pub(crate) struct TrainingMaterial {
    pub(crate) news: Vec<GoldText>,
    pub(crate) telegrams: Vec<GoldText>,
    /// Development news, on which choices were made.
    pub(crate) development: Vec<GoldText>,
    /// First lines of the documents of volumes that are annotated by hand.
    pub(crate) except: HashSet<String>,
    pub(crate) names: augment::ReplacementNames,
    pub(crate) marks: Vec<GoldDocument>,
    pub(crate) gazetteer: Vec<u8>,
}

impl TrainingMaterial {
    /// Reads the data folder, except texts with weight 0.
    pub(crate) fn load_material(data: &Path, recipe: &TrainingRecipe) -> anyhow::Result<Self> {
        let cases = |path: &str| {
            gold::load_gold_standard(&[data.join(path)], TextEdit::None).map(|gold| gold.texts)
        };
        let (telegrams, held_back) = (cases("annotation/train")?, cases("annotation/dev")?);
        let marked = telegrams.iter().chain(&held_back);
        let except: HashSet<String> = marked.map(|case| volumes::first_line(&case.text)).collect();
        let weighed = |weight: f32, path| if weight > 0.0 { cases(path) } else { Ok(Vec::new()) };
        let news = weighed(recipe.news, "ner/conll2003/train.tsv")?;
        let development = weighed(recipe.development, "ner/conll2003/dev.tsv")?;
        let first = (news.len() + telegrams.len() + development.len()) as u32;
        let marks = match recipe.marks {
            0.0 => Vec::new(),
            weight => volumes::training_documents(
                &data.join("frus-volumes"),
                &except,
                SentenceChoice::Marked,
                weight,
                first,
            )?,
        };
        let kb = data.join("kb");
        let (names, gazetteer) =
            (reference_lists::replacement_names(&kb)?, reference_lists::compile_gazetteer(&kb)?);
        Ok(Self { news, telegrams, development, except, names, marks, gazetteer })
    }

    /// All documents with their copies.
    pub(crate) fn training_documents(
        &self,
        telegrams: &[&GoldText],
        recipe: &TrainingRecipe,
    ) -> anyhow::Result<Vec<GoldDocument>> {
        let mut golds = Vec::new();
        let mut add = |gold: GoldDocument, renamed: f32| {
            let copy = (renamed > 0.0).then(|| {
                let copy = self.names.replace_person_names(&gold, gold.document.into());
                GoldDocument { weight: renamed, ..copy }
            });
            for gold in [Some(gold), copy].into_iter().flatten() {
                if recipe.capitals > 0.0 {
                    golds.push(augment::copy_in_capitals(&gold, recipe.capitals));
                }
                golds.push(gold);
            }
        };
        let (news, held) = (self.news.iter().collect(), self.development.iter().collect());
        let sorts: [(Vec<&GoldText>, _, _, _); 3] = [
            (news, TextKind::General, recipe.news, recipe.renamed_news),
            (telegrams.to_vec(), TextKind::Diplomatic, recipe.telegrams, recipe.renamed_telegrams),
            (held, TextKind::General, recipe.development, 0.0),
        ];
        let mut number = 0;
        for (cases, kind, weight, renamed) in sorts {
            for case in cases {
                add(tagged_sentences::to_training_document(case, kind, weight, number)?, renamed);
                number += 1;
            }
        }
        golds.extend(self.marks.iter().cloned());
        Ok(golds)
    }

    /// Splits the telegrams into `folds` parts. Sections of one telegram
    /// ("…5135-1", "…5135-2") stay together, because they share names.
    pub(crate) fn split_telegrams(&self, folds: u32) -> Vec<Vec<&GoldText>> {
        let mut parts: Vec<Vec<&GoldText>> = vec![Vec::new(); folds as usize];
        let mut telegrams: Vec<&str> = Vec::new();
        for case in &self.telegrams {
            let stem =
                case.name.trim_end_matches(".json").trim_end_matches(|c: char| c.is_ascii_digit());
            let telegram = stem.strip_suffix('-').unwrap_or(&case.name);
            if telegrams.last() != Some(&telegram) {
                telegrams.push(telegram);
            }
            parts[(telegrams.len() - 1) % folds as usize].push(case);
        }
        parts
    }
}
