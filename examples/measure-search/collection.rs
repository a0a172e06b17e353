//! Reads a collection: documents, queries, and which documents answer which query.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context as _, bail};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;

use crate::retrieval::Judgments;

#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) peer: String,
    pub(crate) authors: Vec<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) headings: Vec<String>,
    pub(crate) language: Option<String>,
    pub(crate) published: Option<Timestamp>,
    pub(crate) kind: Option<String>,
    pub(crate) html: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) id: String,
    pub(crate) text: String,
    /// What sort of question it is, and whether it is to tune by or to test with.
    pub(crate) kind: Option<String>,
    pub(crate) half: Option<String>,
}

impl Document {
    /// What is of another type than expected counts as unknown: collections differ.
    fn of(line: &Value) -> Option<Self> {
        let text = |name| line.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            id: id_of(line)?,
            title: text("title").unwrap_or_default(),
            text: text("text")?,
            peer: text("peer").unwrap_or_default(),
            authors: texts(line, "authors"),
            categories: texts(line, "categories"),
            headings: texts(line, "headings"),
            language: text("language"),
            published: text("published").and_then(|it| day_of(&it)),
            kind: text("kind"),
            html: text("html"),
        })
    }
}

impl Asked {
    fn of(line: &Value) -> Option<Self> {
        let text = line.get("text")?.as_str()?.to_owned();
        let word = |name| line.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self { id: id_of(line)?, text, kind: word("kind"), half: word("half") })
    }
}

/// Some collections number what others name.
fn id_of(line: &Value) -> Option<String> {
    let id = line.get("id")?;
    id.as_str().map(str::to_owned).or_else(|| id.as_i64().map(|it| it.to_string()))
}

fn texts(line: &Value, name: &str) -> Vec<String> {
    match line.get(name) {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(all)) => {
            all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// A time, or a day at whatever time.
fn day_of(text: &str) -> Option<Timestamp> {
    let day = || text.get(..10)?.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok();
    text.parse().ok().or_else(|| day().map(|it| it.timestamp()))
}

pub(crate) struct Collection {
    pub(crate) documents: Vec<Document>,
    /// Only those that somebody judged.
    pub(crate) queries: Vec<(Asked, Judgments)>,
}

impl Collection {
    /// Documents of one folder, queries and judgments of the same or another one, and of these one
    /// half or all.
    pub(crate) fn read(folder: &Path, judged: &Path, half: Option<&str>) -> anyhow::Result<Self> {
        let documents = lines(&folder.join("docs.jsonl"), Document::of)?;
        let mut asked = lines(&judged.join("queries.jsonl"), Asked::of)?;
        asked.retain(|it| half.is_none() || it.half.as_deref() == half);
        let mut judged = judgments(&judged.join("qrels.tsv"))?;
        let queries = asked.into_iter().filter_map(|it| judged.remove(&it.id).map(|by| (it, by)));
        let queries: Vec<(Asked, Judgments)> = queries.collect();
        if queries.is_empty() {
            bail!("{}: no query has a judgment", folder.display());
        }
        Ok(Self { documents, queries })
    }
}

fn lines<T>(file: &Path, of: impl Fn(&Value) -> Option<T>) -> anyhow::Result<Vec<T>> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut read = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = || format!("{}:{}", file.display(), at + 1);
        let value = serde_json::from_str(line).with_context(place)?;
        read.push(of(&value).with_context(|| format!("{}: `id` or `text` is missing", place()))?);
    }
    Ok(read)
}

/// `query document grade`, or with a column of zeros behind the query, as TREC writes it; a heading is
/// passed over.
fn judgments(file: &Path) -> anyhow::Result<HashMap<String, Judgments>> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut judged: HashMap<String, Judgments> = HashMap::new();
    for (at, line) in text.lines().enumerate() {
        // Between tabs an address may hold blanks.
        let cells: Vec<&str> = if line.contains('\t') {
            line.split('\t').map(str::trim).collect()
        } else {
            line.split_whitespace().collect()
        };
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
