//! What JSON-LD (schema.org) says about the article.

use serde_json::{Map, Value};

/// The parts of JSON-LD that matter, as written.
#[derive(Debug, Default)]
pub(super) struct Linked {
    pub(super) headline: Option<String>,
    /// Of persons, and of authors whose sort is not said.
    pub(super) authors: Vec<String>,
    pub(super) published: Option<String>,
    pub(super) updated: Option<String>,
    pub(super) language: Option<String>,
    pub(super) image: Option<String>,
    pub(super) site_names: Vec<String>,
    pub(super) is_for_payers: bool,
    pub(super) is_article: bool,
}

type Object = Map<String, Value>;

/// Objects in each other.
const DEEPEST: usize = 12;
const MOST_OBJECTS: usize = 2_000;

pub(super) fn read(scripts: &[String]) -> Linked {
    let documents: Vec<Value> = scripts.iter().filter_map(|it| parsed(it)).collect();
    let mut objects = Vec::new();
    for document in &documents {
        gather(document, 0, &mut objects);
    }
    let mut linked = Linked::default();
    for object in &objects {
        if is_a(
            object,
            &["WebSite", "Organization", "Corporation", "Blog", "NewsMediaOrganization"],
        ) {
            linked.site_names.extend(text(object, "name"));
        }
        linked.is_for_payers |= is_for_payers(object);
    }
    let is_article = |it: &&&Object| {
        kinds(it).any(|kind| kind.ends_with("Article") || kind.ends_with("Posting"))
    };
    let article = objects.iter().find(is_article);
    linked.is_article = article.is_some();
    let fallback = || objects.iter().find(|it| is_a(it, &["WebPage", "Report", "Review"]));
    if let Some(about) = article.or_else(fallback) {
        linked.take(about, &objects);
    }
    linked
}

impl Linked {
    fn take(&mut self, about: &Object, objects: &[&Object]) {
        self.headline = text(about, "headline").or_else(|| text(about, "name"));
        self.published = text(about, "datePublished").or_else(|| text(about, "dateCreated"));
        self.updated = text(about, "dateModified");
        self.language = text(about, "inLanguage");
        self.image = about.get("image").and_then(image);
        self.site_names.extend(
            about.get("publisher").and_then(Value::as_object).and_then(|it| text(it, "name")),
        );
        if let Some(author) = about.get("author").or_else(|| about.get("creator")) {
            self.add_authors(author, objects);
        }
    }

    fn add_authors(&mut self, author: &Value, objects: &[&Object]) {
        match author {
            Value::String(name) => self.authors.push(name.clone()),
            Value::Array(several) => {
                for one in several.iter().filter(|it| !it.is_array()).take(50) {
                    self.add_authors(one, objects);
                }
            }
            Value::Object(one) => {
                let referred = one.get("@id").and_then(|id| {
                    objects.iter().find(|it| it.get("@id") == Some(id) && it.contains_key("name"))
                });
                let one =
                    if one.contains_key("name") { one } else { referred.copied().unwrap_or(one) };
                let is_person =
                    !is_a(one, &["Organization", "Corporation", "NewsMediaOrganization"]);
                match one.get("name") {
                    Some(Value::String(name)) if is_person => self.authors.push(name.clone()),
                    Some(names @ Value::Array(_)) if is_person => self.add_authors(names, &[]),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

/// Some sites wrap the script in a CDATA section or a comment, and leave raw line breaks in texts.
fn parsed(script: &str) -> Option<Value> {
    let text = script.trim().trim_end_matches(';');
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let text = text.replace("<![CDATA[", "").replace("]]>", "");
    let start = text.find(['{', '['])?;
    let end = text.rfind(['}', ']'])?;
    let text = text.get(start..=end)?.replace(['\n', '\r', '\t'], " ");
    serde_json::from_str(&text).ok()
}

fn gather<'a>(value: &'a Value, depth: usize, objects: &mut Vec<&'a Object>) {
    if depth > DEEPEST || objects.len() > MOST_OBJECTS {
        return;
    }
    match value {
        Value::Array(several) => several.iter().for_each(|it| gather(it, depth + 1, objects)),
        Value::Object(object) => {
            objects.push(object);
            object.values().for_each(|it| gather(it, depth + 1, objects));
        }
        _ => {}
    }
}

fn kinds(object: &Object) -> impl Iterator<Item = &str> {
    let (one, several) = match object.get("@type") {
        Some(Value::String(kind)) => (Some(kind.as_str()), None),
        Some(Value::Array(kinds)) => (None, Some(kinds)),
        _ => (None, None),
    };
    one.into_iter().chain(several.into_iter().flatten().filter_map(Value::as_str))
}

fn is_a(object: &Object, wanted: &[&str]) -> bool {
    kinds(object).any(|kind| wanted.contains(&kind))
}

fn is_for_payers(object: &Object) -> bool {
    match object.get("isAccessibleForFree") {
        Some(Value::Bool(is_free)) => !is_free,
        Some(Value::String(is_free)) => is_free.eq_ignore_ascii_case("false"),
        _ => false,
    }
}

fn text(object: &Object, name: &str) -> Option<String> {
    let text = match object.get(name)? {
        Value::String(text) => text.trim(),
        Value::Array(several) => several.first()?.as_str()?.trim(),
        _ => return None,
    };
    (!text.is_empty()).then(|| text.to_owned())
}

fn image(value: &Value) -> Option<String> {
    match value {
        Value::String(address) => Some(address.clone()),
        Value::Array(several) => several
            .iter()
            .find_map(|it| it.as_str().map(str::to_owned).or_else(|| text(it.as_object()?, "url"))),
        Value::Object(object) => text(object, "url"),
        _ => None,
    }
}
