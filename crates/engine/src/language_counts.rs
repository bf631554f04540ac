//! Documents in which no names were marked, by language, to say so after a run.

use chancery_model::Language;

/// Numbers of documents in languages other than English.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanguageCounts(Vec<(Language, u64)>);

impl LanguageCounts {
    /// Counts documents of a language. Those whose names are marked are not counted.
    pub fn count(&mut self, language: Language, documents: u64) {
        if language.has_names_marked() {
            return;
        }
        match self.0.iter_mut().find(|(known, _)| *known == language) {
            Some((_, count)) => *count += documents,
            None => self.0.push((language, documents)),
        }
    }

    /// Adds the numbers of another part of the run.
    pub fn add(&mut self, other: &Self) {
        other.0.iter().for_each(|(language, count)| self.count(*language, *count));
    }

    /// The languages with their numbers, the most frequent first.
    pub fn counted(&self) -> Vec<(Language, u64)> {
        let mut counted = self.0.clone();
        counted.sort_by_key(|(language, count)| (std::cmp::Reverse(*count), *language));
        counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_documents_are_counted_by_language() {
        let language = |code| Language::from_code(code).expect("a language of the table");
        let mut counts = LanguageCounts::default();
        let mut part = LanguageCounts::default();
        for code in ["fr", "en", "es", "fr"] {
            part.count(language(code), 1);
        }
        counts.add(&part);
        counts.add(&part);
        assert_eq!(counts.counted(), [(language("fr"), 4), (language("es"), 2)]);
        assert_eq!(LanguageCounts::default().counted(), []);
    }
}
