//! Gold standards in an archive: imported annotation sets.

use std::path::PathBuf;

use anyhow::bail;
use chancery_evaluation::gold::GoldText;
use chancery_model::Mention;
use chancery_store::Archive;

use crate::archive_access::open_archive;

/// Loads the documents of the set `gold`, and for each the names of the archive
/// or of the set `found`. If that set lacks the document, it has no names.
pub(crate) fn load_annotation_set(
    paths: &[PathBuf],
    gold: &str,
    found: Option<&str>,
) -> anyhow::Result<(Vec<GoldText>, Vec<Vec<Mention>>)> {
    let [folder] = paths else { bail!("--set needs exactly one archive") };
    let archive = open_archive(folder)?;
    [Some(gold), found]
        .into_iter()
        .flatten()
        .try_for_each(|set| check_set_exists(&archive, set))?;
    let (mut cases, mut all) = (Vec::new(), Vec::new());
    for number in archive.documents().numbers_by_id()? {
        let stored = archive.documents().stored(number)?;
        let document = stored.annotated.document;
        let Some(names) = archive.documents().mentions_in_set(gold, &document.id)? else {
            continue;
        };
        all.push(match found {
            Some(set) => {
                archive.documents().mentions_in_set(set, &document.id)?.unwrap_or_default()
            }
            None => stored.annotated.mentions,
        });
        cases.push(GoldText {
            name: stored.paths.into_iter().next().unwrap_or_default(),
            text: document.text.as_str().to_owned(),
            mentions: names,
            optional: Vec::new(),
            words: None,
        });
    }
    Ok((cases, all))
}

/// Fails if the archive has no annotation set of this name.
pub(crate) fn check_set_exists(archive: &Archive, set: &str) -> anyhow::Result<()> {
    let sets = archive.documents().annotation_sets()?;
    if sets.iter().any(|(name, _)| name == set) {
        return Ok(());
    }
    let names: Vec<&str> = sets.iter().map(|(name, _)| name.as_str()).collect();
    match names.is_empty() {
        true => bail!("{set}: the archive has no annotation sets (`chancery import` adds one)"),
        false => bail!("{set}: no such annotation set; the archive has {}", names.join(", ")),
    }
}
