//! The names of the persons who wrote an article.

use dom_query::Document;

use super::{Metas, linked::Linked};
use crate::extract::article::tree::{bare, folded, text_of};

/// Elements with a byline's class or role, the surest first.
const BYLINES: &[&str] = &[
    "[itemprop~=author] [itemprop~=name]",
    "[itemprop~=author]",
    ".p-author .p-name, .p-author",
    "a[rel~=author]",
    ".author.vcard .fn, .vcard .fn",
    ".author-name, .authorName, .post-author-name, .article-author-name, [data-testid=authorName]",
    ".byline-name, .byline a, .byline .author, .post-author a, .entry-author a, .author-link",
    ".post-author, .entry-author, .article-author, .td-byline b, .byline, .author",
];
const MOST_AUTHORS: usize = 20;
/// In words.
const LONGEST_NAME: usize = 5;
const LEADS: &[&str] = &[
    "written by",
    "posted by",
    "published by",
    "authored by",
    "authors:",
    "author:",
    "authors",
    "author",
    "by:",
    "by",
    "von",
    "par",
    "por",
    "作者：",
    "作者:",
    "作者",
    "文：",
    "文 |",
    "文/",
    "本文作者",
    "撰文：",
];
/// Words in the names of those who are not persons.
const NO_PERSONS: &[&str] = &[
    "admin",
    "administrator",
    "blog",
    "community",
    "contributor",
    "contributors",
    "developers",
    "editor",
    "editorial",
    "editors",
    "engineering",
    "foundation",
    "inc",
    "labs",
    "maintainers",
    "news",
    "newsroom",
    "press",
    "staff",
    "support",
    "team",
    "unknown",
    "webmaster",
];

pub(super) fn read(
    document: &Document,
    metas: &Metas,
    linked: &Linked,
    site: &[String],
    lines: &[String],
) -> Vec<String> {
    let of_metas = || {
        let names = [
            "author",
            "article:author",
            "og:article:author",
            "dc.creator",
            "dcterms.creator",
            "parsely-author",
            "sailthru.author",
            "citation_author",
            "twitter:creator:name",
        ];
        let found = names.iter().map(|name| metas.all(name).map(str::to_owned).collect::<Vec<_>>());
        found.map(|it| persons(it, site)).find(|it| !it.is_empty()).unwrap_or_default()
    };
    let tries: [&dyn Fn() -> Vec<String>; 5] = [
        &|| persons(linked.authors.clone(), site),
        &of_metas,
        &|| card(metas, site),
        &|| shown(document, site),
        &|| persons(near_title(lines), site),
    ];
    tries.iter().map(|it| it()).find(|it| !it.is_empty()).unwrap_or_default()
}

/// What Twitter's cards show: "Written by", and the name.
fn card(metas: &Metas, site: &[String]) -> Vec<String> {
    let label = metas.first(&["twitter:label1"]).unwrap_or_default().to_lowercase();
    let name =
        metas.first(&["twitter:data1"]).filter(|_| label.contains("by") || label == "author");
    persons(name.map(str::to_owned).into_iter().collect(), site)
}

fn shown(document: &Document, site: &[String]) -> Vec<String> {
    for selector in BYLINES {
        let found = document.select(selector);
        let nodes = found.nodes().iter().filter(|it| {
            !it.ancestors_it(Some(10)).any(|it| {
                let class = it.class().unwrap_or_default().to_lowercase();
                ["comment", "related", "sidebar", "footer"].iter().any(|word| class.contains(word))
            })
        });
        let names = nodes.take(MOST_AUTHORS).map(text_of).filter(|it| it.len() < 200).collect();
        let persons = persons(names, site);
        if !persons.is_empty() {
            return persons;
        }
    }
    Vec::new()
}

/// "May 5, 2021 by Ada Lovelace": the words behind "by" that begin like a name.
fn near_title(lines: &[String]) -> Vec<String> {
    let named = lines.iter().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let by = words.iter().position(|it| it.eq_ignore_ascii_case("by"))?;
        let is_name = |it: &&&str| it.chars().next().is_some_and(char::is_uppercase);
        let name: Vec<&str> = words[by + 1..].iter().take_while(is_name).copied().collect();
        (2..=4).contains(&name.len()).then(|| name.join(" "))
    });
    named.take(1).collect()
}

/// The names of persons among what was written, each once.
fn persons(written: Vec<String>, site: &[String]) -> Vec<String> {
    let mut persons: Vec<String> = Vec::new();
    for text in written {
        for name in names_in(&text) {
            let is_new = persons.iter().all(|it| bare(it) != bare(&name));
            if is_new && is_person(&name, site) && persons.len() < MOST_AUTHORS {
                persons.push(name);
            }
        }
    }
    persons
}

fn names_in(text: &str) -> Vec<String> {
    let text = folded(&super::super::super::entities::decoded(text));
    let mut text = text.as_str();
    for lead in LEADS {
        let head = text.get(..lead.len()).unwrap_or_default();
        let after = &text[head.len()..];
        let is_word = !lead.ends_with(char::is_alphabetic)
            || after.starts_with([' ', ':', '：'])
            || !lead.is_ascii();
        if !head.is_empty() && head.to_lowercase() == *lead && is_word && !after.is_empty() {
            text = after.trim_start_matches([' ', ':', '：']);
            break;
        }
    }
    // A byline may go on with the date or with what the author is.
    let text = text.split([';', '|', '•', '·', '\n', '(']).collect::<Vec<_>>();
    let joined = if text.len() > 1 && text[0].split_whitespace().count() > LONGEST_NAME {
        String::new()
    } else {
        text.join(",")
    };
    let joined =
        joined.replace(" and ", ",").replace(" & ", ",").replace(" und ", ",").replace(" et ", ",");
    let parts = joined
        .split([',', '、', '，'])
        .map(|it| it.trim().trim_end_matches([')', '.']).trim().to_owned());
    parts.filter(|it| !it.is_empty()).collect()
}

fn is_person(name: &str, site: &[String]) -> bool {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    let has_odd = name.contains(['/', '@', ':', '<', '>', '{', '=', '…', '?', '!', '"'])
        || name.contains("www.")
        || name.chars().filter(char::is_ascii_digit).count() > 3;
    let is_titled = |it: &String| NO_PERSONS.contains(&&**it);
    let has_letter = name.chars().any(char::is_alphabetic);
    let is_cased = words.len() == 1
        || name
            .split_whitespace()
            .any(|it| it.chars().next().is_some_and(|it| it.is_uppercase() || !it.is_lowercase()));
    has_letter
        && is_cased
        && (1..=LONGEST_NAME).contains(&words.len())
        && (2..=60).contains(&name.chars().count())
        && !has_odd
        && !words.iter().any(is_titled)
        && !site.contains(&bare(name))
        && crate::domain::dates::read_date(name).is_none()
        && !["guest", "on", "in", "posted", "follow", "published", "read", "share"]
            .contains(&&*words[0])
}
