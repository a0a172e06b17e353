//! Reads a rubric: what is expected of someone, competency by competency.

use std::{collections::BTreeSet, path::Path};

use super::{
    ConfigError, Mistakes, Warning,
    document::{Findings, parse},
    following::read_text,
    section::Section,
};
use crate::domain::{Competency, Rubric, RubricCompetency, Tag};

/// A rubric that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RubricRead {
    pub rubric: Rubric,
    pub warnings: Vec<Warning>,
}

/// Beside `feeds.toml`, where no other is named.
pub const RUBRIC_FILE: &str = "rubric.toml";

const KEYS: &[&str] = &["name", "expected", "tags", "words"];

pub fn read_rubric_file(file: &Path) -> Result<RubricRead, ConfigError> {
    let text = read_text(file).map_err(|error| match error {
        ConfigError::Missing { file } => ConfigError::NoRubric { file },
        other => other,
    })?;
    Ok(read_rubric(&text, file)?)
}

/// The one at a place where there may be one.
pub fn rubric_at(file: &Path) -> Result<Option<RubricRead>, ConfigError> {
    match read_rubric_file(file) {
        Err(ConfigError::NoRubric { .. }) => Ok(None),
        read => read.map(Some),
    }
}

/// `file` is only its name in messages.
pub fn read_rubric(text: &str, file: &Path) -> Result<RubricRead, Mistakes> {
    let mut findings = Findings::new(text, file);
    let mut rubric = Rubric::default();
    if let Some(document) = parse(&mut findings) {
        let root = Section::new(document.as_table(), String::new(), 0);
        root.warn_of_unknown_keys(&["competency"], &mut findings);
        let sections = root.tables("competency", &mut findings);
        if sections.is_empty() {
            root.refuse("competency", "a table `[[competency]]` for each of them", &mut findings);
        }
        for section in sections {
            rubric.competencies.extend(competency(&section, &mut findings));
        }
    }
    findings.into_result().map(|warnings| RubricRead { rubric, warnings })
}

fn competency(section: &Section<'_>, findings: &mut Findings<'_>) -> Option<RubricCompetency> {
    section.warn_of_unknown_keys(KEYS, findings);
    if !section.has("name") {
        section.refuse("name", "a name like \"System design\"", findings);
    }
    let name = section.text("name", findings);
    if let Some(name) = &name
        && name.text.parse::<Competency>().is_err()
    {
        section.refuse("name", "a name of 1 to 60 characters without a comma", findings);
    }
    let expected = section.text("expected", findings).map(|it| it.text.to_owned());
    let mut tags: BTreeSet<Tag> = BTreeSet::new();
    for tag in section.list("tags", findings) {
        if let Ok(tag) = tag.text.parse() {
            tags.insert(tag);
        } else {
            let (key, found) = (section.key("tags"), format!("\"{}\"", tag.text));
            findings.mistake(tag.offset, key, found, "a tag like \"feature-store\"");
        }
    }
    let words = section.list("words", findings).iter().map(|it| it.text.to_owned()).collect();
    Some(RubricCompetency { name: name?.text.to_owned(), expected, tags, words })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<RubricRead, String> {
        read_rubric(text, Path::new("rubric.toml")).map_err(|it| it.to_string())
    }

    #[test]
    fn a_rubric_has_its_competencies_in_their_order() {
        let text = r#"
[[competency]]
name = "System design"
expected = "Designs services that others build on"
tags = ["design", "Feature Store"]
words = "capacity planning, queues"
[[competency]]
name = "Mentoring"
"#;
        let rubric = read(text).unwrap().rubric;
        let [design, mentoring] = rubric.competencies.try_into().unwrap();
        assert_eq!(design.name, "System design");
        let tags: Vec<&str> = design.tags.iter().map(Tag::as_str).collect();
        assert_eq!((tags, design.words.len()), (vec!["design", "feature-store"], 2));
        assert_eq!((mentoring.name.as_str(), mentoring.expected), ("Mentoring", None));
    }

    #[test]
    fn what_is_wrong_with_a_rubric_is_told_with_its_line() {
        let told = |text: &str| read(text).unwrap_err();
        assert!(told("").contains("[[competency]]"), "{}", told(""));
        let nameless = told("[[competency]]\ntags = [\"x\"]\n");
        assert!(nameless.starts_with("rubric.toml:1: competency[0].name"), "{nameless}");
        let comma = told("[[competency]]\nname = \"a, b\"\n");
        assert!(comma.starts_with("rubric.toml:2: competency[0].name"), "{comma}");
        let slip = read("[[competency]]\nname = \"A\"\nexpect = \"x\"\n").unwrap();
        assert!(slip.warnings[0].to_string().contains("did you mean `expected`?"));
    }
}
