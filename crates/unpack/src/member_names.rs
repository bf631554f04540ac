//! Names of the members of one container, made distinct.

use std::collections::HashMap;

use crate::UnpackError;

/// The names that were given so far.
#[derive(Default)]
pub(crate) struct MemberNames {
    seen: HashMap<String, u32>,
    /// Number of names that were there already, and the first of them.
    repeated: u64,
    first_repeated: String,
}

impl MemberNames {
    /// Returns a name that no earlier member has: a second "a.txt" becomes
    /// "a.txt (2)". Control characters are written in digits.
    pub(crate) fn unique_name(&mut self, name: &str) -> String {
        let name = &*chancery_model::without_controls(name);
        let count = self.seen.entry(name.to_owned()).or_default();
        *count += 1;
        let mut number = *count;
        if number == 1 {
            return name.to_owned();
        }
        self.repeated += 1;
        if self.repeated == 1 {
            name.clone_into(&mut self.first_repeated);
        }
        loop {
            let numbered = format!("{name} ({number})");
            if !self.seen.contains_key(&numbered) {
                self.seen.insert(numbered.clone(), 1);
                return numbered;
            }
            number += 1;
        }
    }

    /// The problem of a container with several members of one name.
    pub(crate) fn repeated(self) -> Option<UnpackError> {
        let Self { repeated: count, first_repeated: first, .. } = self;
        (count > 0).then_some(UnpackError::RepeatedNames { count, first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct() {
        let mut names = MemberNames::default();
        let given: Vec<String> = ["a", "a (2)", "a", "a", "b", "a (2)"]
            .iter()
            .map(|name| names.unique_name(name))
            .collect();
        assert_eq!(given, ["a", "a (2)", "a (3)", "a (4)", "b", "a (2) (2)"]);
        let expected = UnpackError::RepeatedNames { count: 3, first: "a".to_owned() };
        assert_eq!(names.repeated(), Some(expected));
    }
}
