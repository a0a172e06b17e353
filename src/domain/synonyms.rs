//! Words that mean the same in the trade, as a file lists them.

/// Groups of words or phrases, of which each stands for all of its group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Synonyms {
    groups: Vec<Vec<String>>,
}

/// A line that says nothing usable.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line} has fewer than two words or phrases with a comma between them: `{text}`")]
pub struct SynonymsError {
    /// Counted from 1.
    pub line: usize,
    pub text: String,
}

/// Longest word or phrase, in words.
pub const LONGEST_SYNONYM: usize = 6;
/// Groups that are read of one file.
const MOST_GROUPS: usize = 5_000;
/// Words and phrases that are read of one line.
const MOST_OF_GROUP: usize = 12;

impl Synonyms {
    /// Those that come with the program.
    pub fn built_in() -> Self {
        Self::parse(include_str!("synonyms.txt")).0
    }

    /// Reads one group a line, with commas between its words; `#` begins a comment. Lines that say
    /// nothing usable are left out and told.
    pub fn parse(text: &str) -> (Self, Vec<SynonymsError>) {
        let (mut groups, mut errors) = (Vec::new(), Vec::new());
        for (at, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() || groups.len() == MOST_GROUPS {
                continue;
            }
            let mut group: Vec<String> = Vec::new();
            for part in line.split(',') {
                let words: Vec<&str> = part.split_whitespace().take(LONGEST_SYNONYM).collect();
                let form = words.join(" ");
                if form.contains(char::is_alphanumeric) && !group.contains(&form) {
                    group.push(form);
                }
            }
            group.truncate(MOST_OF_GROUP);
            if group.len() < 2 {
                errors.push(SynonymsError { line: at + 1, text: line.chars().take(80).collect() });
            } else {
                groups.push(group);
            }
        }
        (Self { groups }, errors)
    }

    /// With the groups of others besides.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.groups.extend(others.groups);
        self
    }

    pub fn groups(&self) -> &[Vec<String>] {
        &self.groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_group_and_what_is_none_is_told() {
        let text =
            "# trade\nk8s, kubernetes ,k8s\n\nalone\nlarge  language model, LLM # note\n, ,\n";
        let (synonyms, errors) = Synonyms::parse(text);
        assert_eq!(
            synonyms.groups(),
            [vec!["k8s", "kubernetes"], vec!["large language model", "LLM"]]
        );
        assert_eq!(errors.iter().map(|it| it.line).collect::<Vec<_>>(), [4, 6]);
    }

    #[test]
    fn those_that_come_along_are_all_usable() {
        let (synonyms, errors) = Synonyms::parse(include_str!("synonyms.txt"));
        assert_eq!(errors, []);
        assert!(synonyms.groups().len() > 50);
    }
}
