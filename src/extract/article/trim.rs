//! Cuts off the ends of an article what belongs to the page around it: title, byline, tags, lists of
//! other posts.

use dom_query::NodeRef;

use super::{
    names,
    tree::{self, Size, Sizes, bare, has_pieces, is_heading, name_of, text_of},
};
use crate::domain::dates::read_date;

/// What is known of the article, and may therefore go where it is said again.
pub(super) struct Known<'a> {
    pub(super) title: Option<&'a str>,
    pub(super) authors: &'a [String],
}

/// In words; what stands around the text is short.
const LONGEST_LINE: usize = 16;
/// Of the lines that are looked at, at either end.
const MOST_LINES: usize = 12;
/// The last ones, of headings that may begin an afterword.
const MOST_AFTERWORDS: usize = 12;
/// In letters. What comes before the title is a kicker or a trail of links.
const LONGEST_KICKER: usize = 400;
/// In letters.
const LONGEST_TAIL: usize = 300;
/// How lines of tags begin.
const TAG_LEADS: &[&str] =
    &["tags:", "tag:", "tagged", "categories:", "category:", "filed under", "posted in", "topics:"];
/// Headings of what follows an article and is about something else.
const AFTERWORDS: &[&str] = &[
    "aboutauthor",
    "abouttheauthor",
    "abouttheauthors",
    "alsoread",
    "comments",
    "continuereading",
    "discussion",
    "filedunder",
    "keepreading",
    "latestarticles",
    "latestposts",
    "leaveacomment",
    "leaveareply",
    "mightalsolike",
    "morearticles",
    "moreposts",
    "morestories",
    "newerposts",
    "newsletter",
    "nextpost",
    "olderposts",
    "popularposts",
    "previouspost",
    "readnext",
    "recentarticles",
    "recentposts",
    "recommended",
    "recommendedarticles",
    "recommendedforyou",
    "recommendedfrommedium",
    "related",
    "relatedarticles",
    "relatedcontent",
    "relatedposts",
    "relatedreading",
    "relatedstories",
    "share",
    "sharethis",
    "sharethisarticle",
    "sharethispost",
    "subscribe",
    "subscribetoournewsletter",
    "tags",
    "topics",
    "upnext",
    "youmayalsolike",
    "youmightalsolike",
    "youmightalsobeinterestedin",
];
/// Beginnings of such headings.
const AFTERWORD_STARTS: &[&str] = &[
    "morefrom",
    "moreby",
    "publishedin",
    "recommendedfrom",
    "relatedposts",
    "relatedarticles",
    "signupfor",
    "subscribeto",
    "writtenby",
    "youmayalso",
    "youmightalso",
];

/// Both ends of an element that is named as the text itself: only what is surely not part of it.
pub(super) fn trim_body(body: &NodeRef<'_>, known: &Known<'_>) {
    if has_only_title(body, known) {
        cut_above_title(body, known);
        cut_lines(body, known, Depth::Likely);
    }
    cut_lines(body, known, Depth::Sure);
    cut_afterwords(body, Depth::Sure);
}

/// Both ends of an element that holds the article with its title and more.
pub(super) fn trim_wide(wide: &NodeRef<'_>, known: &Known<'_>) {
    cut_above_title(wide, known);
    cut_lines(wide, known, Depth::Likely);
    cut_afterwords(wide, Depth::Likely);
    cut_tail(wide, known);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Sure,
    Likely,
}

/// Whether the page has its title in the element and nowhere else. Where it has it elsewhere too, the
/// text begins with a heading of its own.
fn has_only_title(root: &NodeRef<'_>, known: &Known<'_>) -> bool {
    let Some(title) = known.title.map(bare) else { return false };
    let titles = |root: &NodeRef<'_>| {
        root.descendants_it().filter(|it| is_heading(it) && bare(&it.text()) == title).count()
    };
    let page = root.ancestors_it(None).last();
    titles(root) == 1 && page.is_some_and(|it| titles(&it) == 1)
}

/// Removes the title and all that comes before it.
fn cut_above_title(root: &NodeRef<'_>, known: &Known<'_>) {
    let title = known.title.map(bare).unwrap_or_default();
    let headings: Vec<_> = root.descendants().into_iter().filter(is_heading).collect();
    let is_title = |it: &&NodeRef<'_>| {
        let text = bare(&it.text());
        !text.is_empty() && (text == title || name_of(it) == "h1" && title.contains(&text))
    };
    let only_first = || headings.iter().find(|it| it.has_name("h1"));
    let Some(heading) = headings.iter().take(6).find(is_title).or_else(only_first) else { return };
    let before = before(root, heading);
    let above: usize = before.iter().map(letters).sum();
    if above > LONGEST_KICKER {
        if bare(&heading.text()) == title {
            heading.remove_from_parent();
        }
        return;
    }
    for node in before {
        node.remove_from_parent();
    }
    let header = heading
        .ancestors_it(Some(6))
        .take_while(|it| it.id != root.id)
        .find(|it| it.has_name("header") && letters(it) < letters(root) / 3);
    header.unwrap_or(*heading).remove_from_parent();
}

/// The siblings before the node and before each element around it, up to the root.
fn before<'d>(root: &NodeRef<'d>, node: &NodeRef<'d>) -> Vec<NodeRef<'d>> {
    let mut found = Vec::new();
    let mut at = *node;
    while at.id != root.id {
        let mut sibling = at.prev_sibling();
        while let Some(it) = sibling {
            found.push(it);
            sibling = it.prev_sibling();
        }
        let Some(parent) = at.parent() else { break };
        at = parent;
    }
    found
}

fn letters(node: &NodeRef<'_>) -> usize {
    tree::letters(&node.text())
}

/// Lines above the first paragraph that say who wrote it, when, and how long it takes to read.
fn cut_lines(root: &NodeRef<'_>, known: &Known<'_>, depth: Depth) {
    for _ in 0..MOST_LINES {
        let Some(line) = first_line(root) else { return };
        let is_meta =
            is_known_line(&line, known, depth) || depth == Depth::Likely && is_lead(&line);
        if !is_meta || has_pieces(&line) && letters(&line) == 0 {
            return;
        }
        line.remove_from_parent();
    }
}

/// The first innermost block with text, if no picture, code or heading comes before it.
fn first_line<'d>(root: &NodeRef<'d>) -> Option<NodeRef<'d>> {
    let mut at = *root;
    loop {
        let child = at.children().into_iter().find(|it| letters(it) > 0)?;
        if child.is_text() {
            return (at.id != root.id).then_some(at);
        }
        if is_heading(&child)
            || matches!(&*name_of(&child), "pre" | "table" | "figure" | "ul" | "ol")
        {
            return None;
        }
        if is_line(&child) {
            return Some(child);
        }
        at = child;
    }
}

/// Whether nothing in the element begins a line of its own.
fn is_line(node: &NodeRef<'_>) -> bool {
    !node.descendants_it().any(|it| {
        matches!(
            &*name_of(&it),
            "p" | "div"
                | "ul"
                | "ol"
                | "dl"
                | "pre"
                | "table"
                | "section"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
        )
    })
}

/// What stands under a title and sums the article up.
fn is_lead(line: &NodeRef<'_>) -> bool {
    let class = line.class().unwrap_or_default().to_lowercase();
    let is_lead = |it: &str| {
        matches!(it, "lead" | "subtitle" | "subheading" | "dek" | "deck" | "standfirst" | "tagline")
    };
    class.split([' ', '-', '_']).any(is_lead)
}

fn is_known_line(line: &NodeRef<'_>, known: &Known<'_>, depth: Depth) -> bool {
    let text = text_of(line);
    let words = text.split_whitespace().count();
    if words > LONGEST_LINE || text.chars().count() > 140 {
        return false;
    }
    let lower = text.to_lowercase();
    let has_author = known.authors.iter().any(|it| it.len() > 3 && text.contains(it.as_str()));
    let rest = known.authors.iter().fold(text.clone(), |text, it| text.replace(it.as_str(), " "));
    let says_date = says_date(&rest);
    let says_length = ["min read", "minute read", "minutes read", "mins read", "min. read"]
        .iter()
        .any(|it| lower.contains(it));
    let is_byline = has_author && (words <= 8 || lower.starts_with("by "));
    let ends_like_text = text.ends_with(['.', '!', '?', '。']) && words > 6;
    match depth {
        Depth::Sure => (is_byline || says_length || says_date && words <= 8) && !ends_like_text,
        Depth::Likely => {
            let is_label = words <= 3
                && line.node_name().as_deref() != Some("p")
                && !text.ends_with(['.', ':', '!', '?', '。', '：']);
            (is_byline || says_length || says_date || is_label) && !ends_like_text
        }
    }
}

/// Whether the line is a date, or one with a word or two about it.
fn says_date(line: &str) -> bool {
    let line = line.trim_matches(|it: char| !it.is_alphanumeric());
    let words: Vec<&str> = line.split_whitespace().collect();
    let digits = line.chars().filter(char::is_ascii_digit).count();
    if digits < 4 || words.len() > 12 {
        return false;
    }
    (0..words.len().min(6)).any(|start| {
        (start + 1..=words.len().min(start + 4)).rev().any(|end| {
            let part = words[start..end].join(" ");
            let part = part.trim_matches(|it: char| !it.is_alphanumeric());
            part.len() >= 8 && read_date(part).is_some()
        })
    })
}

/// From a heading of what follows an article up to the end, if little comes behind it.
fn cut_afterwords(root: &NodeRef<'_>, depth: Depth) {
    let sizes = Sizes::under(root);
    let nodes = root.descendants();
    let mut headings: Vec<_> =
        nodes.iter().filter(|it| is_title_of_afterword(it, &sizes)).collect();
    if headings.len() > MOST_AFTERWORDS {
        headings.drain(..headings.len() - MOST_AFTERWORDS);
    }
    for heading in headings {
        let behind = behind(root, heading);
        if is_afterword(&behind, &sizes, sizes.of(root).letters, depth) {
            for node in behind {
                node.remove_from_parent();
            }
            heading.remove_from_parent();
            return;
        }
    }
}

fn is_afterword(behind: &[NodeRef<'_>], sizes: &Sizes, all: usize, depth: Depth) -> bool {
    let sum = |part: fn(Size) -> usize| behind.iter().map(|it| part(sizes.of(it))).sum::<usize>();
    let (letters, linked) = (sum(|it| it.letters), sum(|it| it.linked));
    let is_short = letters * 4 < all
        && match depth {
            Depth::Sure => linked * 2 > letters || letters < 20,
            Depth::Likely => linked * 3 > letters || letters < 500,
        };
    let has_code =
        |it: &NodeRef<'_>| it.has_name("pre") || it.descendants_it().any(|it| it.has_name("pre"));
    is_short && !behind.iter().any(has_code)
}

fn is_title_of_afterword(node: &NodeRef<'_>, sizes: &Sizes) -> bool {
    if !(1..=80).contains(&sizes.of(node).letters) {
        return false;
    }
    let may_be = is_heading(node) || matches!(&*name_of(node), "p" | "div" | "strong" | "span");
    if !may_be || !(is_heading(node) || is_line(node)) {
        return false;
    }
    let text = text_of(node);
    if text.chars().count() > 80 || text.is_empty() {
        return false;
    }
    let text = bare(&text);
    AFTERWORDS.contains(&&*text)
        || is_heading(node) && AFTERWORD_STARTS.iter().any(|it| text.starts_with(it))
}

/// All that comes behind the node, up to the end of the root.
fn behind<'d>(root: &NodeRef<'d>, node: &NodeRef<'d>) -> Vec<NodeRef<'d>> {
    let mut found = Vec::new();
    let mut at = *node;
    while at.id != root.id {
        let mut sibling = at.next_sibling();
        while let Some(it) = sibling {
            found.push(it);
            sibling = it.next_sibling();
        }
        let Some(parent) = at.parent() else { break };
        at = parent;
    }
    found
}

/// Short blocks at the very end: tags, the next post, sharing, a few words about the author.
fn cut_tail(root: &NodeRef<'_>, known: &Known<'_>) {
    let sizes = Sizes::under(root);
    for _ in 0..MOST_LINES {
        let Some(last) = last_block(root, &sizes) else { return };
        let letters = sizes.of(&last).letters;
        let is_light = letters < LONGEST_TAIL && last.is_element() && !is_heading(&last);
        if !is_light || !(is_tail(&last, &sizes) || is_about_author(&last, known)) {
            return;
        }
        last.remove_from_parent();
    }
}

/// The last element with text that is a small part of the whole.
fn last_block<'d>(root: &NodeRef<'d>, sizes: &Sizes) -> Option<NodeRef<'d>> {
    let all = sizes.of(root).letters;
    let mut at = *root;
    loop {
        let child = at.children().into_iter().rev().find(|it| letters(it) > 0)?;
        if child.is_text() || sizes.of(&child).letters * 10 < all {
            return Some(child);
        }
        at = child;
    }
}

fn is_tail(last: &NodeRef<'_>, sizes: &Sizes) -> bool {
    let size = sizes.of(last);
    let text = text_of(last).to_lowercase();
    let words = text.split_whitespace().count();
    let is_sentence = text.ends_with(['.', '!', '?', '。']) && words > 8;
    if has_pieces(last) || is_sentence {
        return false;
    }
    let is_tags = TAG_LEADS.iter().any(|it| text.starts_with(it));
    let is_links = size.linked * 10 > size.letters * 8 && words <= 12;
    let links = last.descendants_it().filter(|it| it.has_name("a")).count();
    let leads_on = links > 1 || text.contains(['«', '»', '←', '→', '‹', '›']);
    is_tags || names::is_furniture(last) || is_links && leads_on && !has_entries(last)
}

/// A box, not a paragraph, that begins with the name of an author.
fn is_about_author(last: &NodeRef<'_>, known: &Known<'_>) -> bool {
    let text = text_of(last);
    let text = text.strip_prefix("Written by ").unwrap_or(&text);
    let is_box = matches!(&*name_of(last), "div" | "section" | "aside" | "footer");
    is_box && known.authors.iter().any(|it| text.starts_with(it.as_str()))
}

/// A list of links may be what the article is about, unless the links are tags.
fn has_entries(node: &NodeRef<'_>) -> bool {
    let is_tag = |it: &NodeRef<'_>| it.attr("rel").is_some_and(|rel| rel.contains("tag"));
    let has = |wanted: &dyn Fn(&NodeRef<'_>) -> bool| node.descendants_it().any(|it| wanted(&it));
    (node.has_name("li") || has(&|it| it.has_name("li"))) && !has(&is_tag)
}
