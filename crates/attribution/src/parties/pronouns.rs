//! Whom a pronoun stands for: the last party before that fits it.

use chancery_model::{Label, Party};

use super::PartyReader;
use crate::grammar::WordClass;
use crate::people::PronounKind;

impl PartyReader<'_> {
    /// The last party before that the pronoun can stand for. Whoever is named in what is
    /// said is not the speaker, so callers exclude them.
    pub(super) fn of_pronoun(
        &self,
        sentence: usize,
        at: usize,
        kind: PronounKind,
        excluded: &[Party],
    ) -> Option<Party> {
        if kind.is_person()
            && let Some(party) = self.person_before(sentence, at, kind, excluded)
        {
            return Some(party);
        }
        let fits = |named: &&super::Named| match kind {
            PronounKind::Man | PronounKind::Woman => {
                named.is_person && kind.fits(named.sex) && !excluded.contains(&named.party)
            }
            PronounKind::Group => named.is_group || !named.is_person && named.party != Party::Post,
            PronounKind::Thing => !named.is_person && named.party != Party::Post,
        };
        // A woman who was named as one is nearer to "she" than anybody else.
        let is_sure = |named: &&super::Named| {
            kind == PronounKind::Woman && fits(named) && named.sex.is_some()
        };
        let last = self.speakers.iter().rev();
        let found = last.clone().take(8).find(is_sure).or_else(|| last.clone().find(fits));
        found.map(|named| named.party.clone())
    }

    /// A person who opens this sentence or the one before, if no speaker is nearer.
    fn person_before(
        &self,
        sentence: usize,
        at: usize,
        kind: PronounKind,
        excluded: &[Party],
    ) -> Option<Party> {
        let nearest = self.speakers.iter().rev().find(|named| {
            named.is_person && kind.fits(named.sex) && !excluded.contains(&named.party)
        });
        let block = self.views[sentence].block;
        for number in [sentence, sentence.wrapping_sub(1)] {
            if nearest.is_some_and(|named| named.sentence >= number) {
                return None;
            }
            let Some(view) = self.views.get(number).filter(|view| view.block == block) else {
                continue;
            };
            let limit = if number == sentence { at } else { view.words.len() };
            let opening = view.words[..limit].iter().enumerate().take(24).find_map(|(at, word)| {
                let mention = word.mention?;
                let is_person = self.annotated.mentions[mention as usize].label == Label::Per;
                let hangs = at > 0 && view.words[at - 1].class == WordClass::Preposition;
                let link = self.annotated.entities.link_of_mention(mention as usize)?;
                let party = Party::Entity(link.entity);
                let fits = kind.fits(self.sexes.get(&link.entity).copied());
                (is_person && !hangs && fits && !excluded.contains(&party)).then_some(party)
            });
            if opening.is_some() {
                return opening;
            }
        }
        None
    }
}
