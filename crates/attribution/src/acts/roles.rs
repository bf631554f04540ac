//! Standing roles: the title in front of a name, and what stands beside a name: "Okafor,
//! DCM at the French embassy", "his sister, Ines Okafor", "Okafor is the chairman".

use std::collections::HashMap;

use chancery_model::{Act, ActKind, ActStatus, Annotated, Party, TextSpan};

use super::ActExample;
use super::role_words::{Found, roles_beside_names, roles_in_sentence};
use crate::grammar::table_lines;
use crate::people::is_role_noun;
use crate::sentence::SentenceView;

/// Words that may say the role of a person.
pub(crate) struct RoleCandidate {
    entity: u32,
    cue: TextSpan,
    pub(crate) features: Vec<String>,
}

impl RoleCandidate {
    pub(crate) fn into_example(self) -> ActExample {
        ActExample { kind: ActKind::Member, cue: self.cue, features: self.features }
    }

    /// The role as an act.
    pub(crate) fn act(&self, score: f32) -> Act {
        Act {
            kind: ActKind::Member,
            status: ActStatus::Did,
            cue: self.cue,
            who: vec![Party::Entity(self.entity)],
            whom: Vec::new(),
            what: Some(self.cue),
            date: None,
            place: None,
            score,
        }
    }
}

/// The roles that a document may state, each once for each person.
pub(crate) fn role_candidates(annotated: &Annotated, views: &[SentenceView]) -> Vec<RoleCandidate> {
    let mut found = roles_beside_names(annotated);
    for view in views {
        found.extend(roles_in_sentence(annotated, view));
    }
    found.sort_by_key(|role| (role.cue.start, role.cue.end));
    found.dedup_by_key(|role| role.cue);
    // A role is stated where the name is longest, in the text rather than in the subject.
    let text = annotated.document.text.as_str();
    let mut longest: HashMap<(u32, String), usize> = HashMap::new();
    let key = |role: &Found| (role.entity, role_words(&text[role.cue.byte_range()]));
    let subject = annotated.document.header.subject.as_ref().map_or(0, |one| one.span.end);
    let rank = |role: &Found| (role.cue.start >= subject, role.name.len());
    for (at, role) in found.iter().enumerate() {
        let best = longest.entry(key(role)).or_insert(at);
        if rank(role) > rank(&found[*best]) {
            *best = at;
        }
    }
    let titles: Vec<(u32, String)> = longest.keys().cloned().collect();
    let mut roles = Vec::new();
    for (at, role) in found.iter().enumerate() {
        let key = key(role);
        if longest.get(&key) == Some(&at) {
            let is_part = titles.iter().any(|(entity, other)| {
                *entity == role.entity && *other != key.1 && other.contains(key.1.as_str())
            });
            let beside = found[..at].iter().rev().chain(&found[at + 1..]);
            let beside = beside.into_iter().any(|other| {
                other.entity == role.entity && other.name == role.name && other.cue != role.cue
            });
            let in_subject = role.cue.start < subject;
            let mut features = features(annotated, role, is_part, &found[..at]);
            features.push(format!("a role beside={beside} {}", role.place.as_str()));
            features.push(format!("a role subject={in_subject} {is_part}"));
            roles.push(RoleCandidate { entity: role.entity, cue: role.cue, features });
        }
    }
    roles
}

/// The words of a role, between blanks, with short words written out.
fn role_words(cue: &str) -> String {
    let lower = cue.to_lowercase();
    let mut words = String::from(" ");
    for word in lower.split(|letter: char| !letter.is_alphanumeric() && letter != '/') {
        let long = table_lines(include_str!("../../data/short_titles.tsv"))
            .filter_map(|line| line.split_once('\t'))
            .find(|(short, long)| *short == word && long.len() > short.len());
        let word = long.map_or(word, |(_, long)| long);
        if !word.is_empty() {
            words.push_str(word);
            words.push(' ');
        }
    }
    words
}

fn features(annotated: &Annotated, role: &Found, is_part: bool, before: &[Found]) -> Vec<String> {
    let text = annotated.document.text.as_str();
    let cue = text[role.cue.byte_range()].to_lowercase();
    let place = role.place.as_str();
    let words: Vec<&str> = cue
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let head = words.last().copied().unwrap_or("");
    let name = &text[role.name.byte_range()];
    let name_words = name.split_whitespace().count().min(3);
    let is_first = !before.iter().any(|other| other.entity == role.entity);
    let header = &annotated.document.header;
    let is_classifier = header
        .classified_by
        .as_ref()
        .is_some_and(|one| one.span.start <= role.name.start && role.name.end <= one.span.end);
    let length = words.len().min(5);
    let has_noun = words.iter().any(|word| is_role_noun(word));
    vec![
        format!("a word role={head}"),
        format!("a word role place={head} {place}"),
        "a role bias".to_owned(),
        format!("a role place={place}"),
        format!("a role place name={place} {name_words}"),
        format!("a role place first={place} {is_first}"),
        format!("a role part={is_part} {place}"),
        format!("a role part first={is_part} {is_first} {name_words}"),
        format!("a role length={length} {place}"),
        format!("a role noun={has_noun} {place}"),
        format!("a role classifier={is_classifier} {place}"),
        format!("a role length name={length} {name_words}"),
    ]
}
