//! Classes of English words: closed classes from a table, and the forms of the words of
//! saying.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use chancery_model::StatementKind;

/// The class of a word that is in the table of closed classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum WordClass {
    Determiner,
    Possessive,
    Pronoun,
    Preposition,
    Conjunction,
    Subordinator,
    Auxiliary,
    Negation,
    Adverb,
    /// Any other word.
    Open,
}

impl WordClass {
    fn from_name(name: &str) -> Self {
        match name {
            "determiner" => Self::Determiner,
            "possessive" => Self::Possessive,
            "pronoun" => Self::Pronoun,
            "preposition" => Self::Preposition,
            "conjunction" => Self::Conjunction,
            "subordinator" => Self::Subordinator,
            "auxiliary" => Self::Auxiliary,
            "negation" => Self::Negation,
            "adverb" => Self::Adverb,
            "open" => Self::Open,
            other => unreachable!("class {other}"),
        }
    }
}

/// The class of a lower-case word.
pub(crate) fn class_of(word: &str) -> WordClass {
    static CLASSES: LazyLock<HashMap<&str, WordClass>> = LazyLock::new(|| {
        let lines = table_lines(include_str!("../data/grammar.tsv"));
        let mut classes = HashMap::new();
        for (class, words) in lines.filter_map(|line| line.split_once('\t')) {
            for word in words.split(' ') {
                classes.entry(word).or_insert(WordClass::from_name(class));
            }
        }
        classes
    });
    let is_manner = || word.len() > 4 && word.ends_with("ly");
    match CLASSES.get(word) {
        Some(&class) => class,
        None if is_manner() => WordClass::Adverb,
        None => WordClass::Open,
    }
}

/// The part of speech of a word of saying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CuePart {
    Verb,
    Noun,
    Adjective,
}

/// The form of a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum VerbForm {
    Base,
    ThirdPerson,
    Past,
    Participle,
    PastOrParticiple,
    Gerund,
}

/// A word of saying in one of its forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CueWord {
    pub(crate) lemma: &'static str,
    pub(crate) part: CuePart,
    pub(crate) kind: StatementKind,
    /// It takes the hearer as its object: "told him".
    pub(crate) takes_hearer: bool,
    pub(crate) form: VerbForm,
    /// How often it makes a statement, by experience: "strong", "medium", "weak".
    pub(crate) strength: &'static str,
}

/// The readings of a lower-case word as a word of saying: verb first.
pub(crate) fn cue_words(word: &str) -> &'static [CueWord] {
    static WORDS: LazyLock<HashMap<String, Vec<CueWord>>> = LazyLock::new(read_cue_words);
    WORDS.get(word).map_or(&[], Vec::as_slice)
}

fn read_cue_words() -> HashMap<String, Vec<CueWord>> {
    let mut words: HashMap<String, Vec<CueWord>> = HashMap::new();
    let mut add = |form: String, cue: CueWord| {
        let readings = words.entry(form).or_default();
        if !readings.iter().any(|known| known.part == cue.part) {
            readings.push(cue);
        }
    };
    for line in table_lines(include_str!("../data/cues.tsv")) {
        let mut cells = line.split('\t');
        let (Some(lemma), Some(part), Some(kind)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let kind = StatementKind::ALL.into_iter().find(|one| one.as_str() == kind);
        let cue = CueWord {
            lemma,
            part: match part {
                "v" => CuePart::Verb,
                "n" => CuePart::Noun,
                _ => CuePart::Adjective,
            },
            kind: kind.expect("the table names kinds"),
            takes_hearer: cells.next() == Some("o"),
            form: VerbForm::Base,
            strength: cells.next().unwrap_or("medium"),
        };
        match cue.part {
            CuePart::Verb => {
                for (form, kind) in verb_forms(lemma) {
                    add(form, CueWord { form: kind, ..cue });
                }
            }
            CuePart::Noun => {
                add(lemma.to_owned(), cue);
                add(plural(lemma), cue);
            }
            CuePart::Adjective => add(lemma.to_owned(), cue),
        }
    }
    words
}

/// The forms of a verb, irregular ones from the table.
fn verb_forms(lemma: &str) -> Vec<(String, VerbForm)> {
    let irregular: Vec<(&str, VerbForm)> = table_lines(include_str!("../data/irregular.tsv"))
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let (form, of, kind) = (cells.next()?, cells.next()?, cells.next()?);
            let kind = match kind {
                "past" => VerbForm::Past,
                "participle" => VerbForm::Participle,
                _ => VerbForm::PastOrParticiple,
            };
            (of == lemma).then_some((form, kind))
        })
        .collect();
    let stem = lemma.strip_suffix('e').filter(|stem| !stem.ends_with('e')).unwrap_or(lemma);
    let mut forms = vec![
        (lemma.to_owned(), VerbForm::Base),
        (plural(lemma), VerbForm::ThirdPerson),
        (format!("{stem}ing"), VerbForm::Gerund),
    ];
    if doubles_last(lemma) {
        let last = &lemma[lemma.len() - 1..];
        forms.push((format!("{lemma}{last}ing"), VerbForm::Gerund));
        forms.push((format!("{lemma}{last}ed"), VerbForm::PastOrParticiple));
    }
    match irregular.is_empty() {
        false => forms.extend(irregular.into_iter().map(|(form, kind)| (form.to_owned(), kind))),
        true if ends_in_consonant_y(lemma) => {
            forms.push((format!("{}ied", &lemma[..lemma.len() - 1]), VerbForm::PastOrParticiple));
        }
        true if lemma.ends_with("ee") => {
            forms.push((format!("{lemma}d"), VerbForm::PastOrParticiple));
        }
        true => forms.push((format!("{stem}ed"), VerbForm::PastOrParticiple)),
    }
    forms
}

fn plural(word: &str) -> String {
    if ends_in_consonant_y(word) {
        return format!("{}ies", &word[..word.len() - 1]);
    }
    let sibilant = ["s", "sh", "ch", "x", "z"].iter().any(|end| word.ends_with(end));
    if sibilant || word == "go" || word == "veto" {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

fn ends_in_consonant_y(word: &str) -> bool {
    let before = word.strip_suffix('y').and_then(|stem| stem.chars().last());
    before.is_some_and(|letter| !"aeiou".contains(letter))
}

/// A verb such as "admit" that doubles its last consonant: "admitted".
fn doubles_last(lemma: &str) -> bool {
    let bytes = lemma.as_bytes();
    let [.., a, b, c] = bytes else { return false };
    let is_vowel = |letter: u8| b"aeiou".contains(&letter);
    !is_vowel(*a) && is_vowel(*b) && !is_vowel(*c) && !b"wxy".contains(c)
}

/// A word that stands for the post that sends the telegram.
pub(crate) fn is_voice(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| table_lines(include_str!("../data/voice.txt")).collect());
    WORDS.contains(word)
}

/// The lines of a table without its comments.
pub(crate) fn table_lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}
