//! Reads a collection: documents, queries, and which documents answer which query.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};

use crate::retrieval::Judgments;

#[derive(Debug, Deserialize)]
pub(crate) struct Document {
    #[serde(deserialize_with = "text_of")]
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) title: String,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) peer: String,
    #[serde(default)]
    pub(crate) authors: Vec<String>,
    #[serde(default)]
    pub(crate) categories: Vec<String>,
    #[serde(default)]
    pub(crate) headings: Vec<String>,
    pub(crate) language: Option<String>,
    pub(crate) published: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(deserialize_with = "text_of")]
    pub(crate) id: String,
    pub(crate) text: String,
}

pub(crate) struct Collection {
    pub(crate) documents: Vec<Document>,
    /// Only those that somebody judged.
    pub(crate) queries: Vec<(Asked, Judgments)>,
}

impl Collection {
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let documents = lines(&folder.join("docs.jsonl"))?;
        let asked: Vec<Asked> = lines(&folder.join("queries.jsonl"))?;
        let mut judged = judgments(&folder.join("qrels.tsv"))?;
        let queries = asked.into_iter().filter_map(|it| judged.remove(&it.id).map(|by| (it, by)));
        let queries: Vec<(Asked, Judgments)> = queries.collect();
        if queries.is_empty() {
            bail!("{}: no query has a judgment", folder.display());
        }
        Ok(Self { documents, queries })
    }
}

fn lines<T: DeserializeOwned>(file: &Path) -> anyhow::Result<Vec<T>> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let read = |(at, line): (usize, &str)| {
        serde_json::from_str(line).with_context(|| format!("{}:{}", file.display(), at + 1))
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(read).collect()
}

/// `query document grade`, or with a column of zeros behind the query, as TREC writes it; a heading is
/// passed over.
fn judgments(file: &Path) -> anyhow::Result<HashMap<String, Judgments>> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut judged: HashMap<String, Judgments> = HashMap::new();
    for (at, line) in text.lines().enumerate() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let (query, document, grade) = match cells.as_slice() {
            [] => continue,
            [query, document, grade] | [query, _, document, grade] => (query, document, grade),
            _ => bail!("{}:{}: expected `query document grade`", file.display(), at + 1),
        };
        let Ok(grade) = grade.parse::<i64>() else {
            if at == 0 {
                continue;
            }
            bail!("{}:{}: the grade `{grade}` is not a number", file.display(), at + 1);
        };
        let grade = u32::try_from(grade).unwrap_or_default();
        judged.entry((*query).to_owned()).or_default().insert((*document).to_owned(), grade);
    }
    Ok(judged)
}

/// Some collections number what others name.
fn text_of<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}
