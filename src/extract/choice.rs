//! Decides whether a feed carries the whole article, and which body of an entry is the better one.

use std::collections::HashSet;

use super::{TextOf, text_of};
use crate::domain::{Article, PageStanding};

/// Which body of an entry is kept, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub taken: Taken,
    /// As a sentence without a stop.
    pub reason: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Feed,
    Article,
}

/// The end of a text that goes on elsewhere.
const CUT: &[&str] = &["…", "...", "[…]", "[...]", "[&hellip;]", "(more)", "(more…)", "(...)"];
/// What the link to the rest says, at the end of a text and without what is not a letter.
const INVITATIONS: &[&str] = &[
    "read more",
    "continue reading",
    "read on",
    "keep reading",
    "read the rest",
    "read the full article",
    "read the full post",
    "read full article",
    "read full post",
    "read the full story",
    "read the whole story",
    "read article",
    "view full post",
    "view post",
    "learn more",
    "see more",
    "more",
    "weiterlesen",
    "mehr lesen",
    "lire la suite",
    "leer más",
    "seguir leyendo",
    "continua a leggere",
    "leia mais",
    "阅读全文",
    "阅读更多",
    "查看全文",
    "继续阅读",
    "閱讀全文",
    "続きを読む",
    "もっと読む",
];
/// Words of a sentence that names where the post stands, not how it goes on.
const COLOPHONS: &[&str] =
    &["appeared first on", "was originally published in", "first appeared on"];
/// In words. A single paragraph that is no longer is taken for a summary.
const LONGEST_SUMMARY: u32 = 300;
/// In words. No text below is taken for a whole article, however it is built.
const SHORTEST_ARTICLE: u32 = 100;
/// In words. What ends in the manner of a teaser and is longer is no teaser.
const LONGEST_TEASER: u32 = 1_200;

/// Why a body, as the feed has it, carries less than the article behind it; `None` where it seems to be
/// whole. Errs towards asking: a page too much costs one request, a page too few the article.
pub fn carries_less(clean_html: &str) -> Option<&'static str> {
    let TextOf { text, words, .. } = text_of(clean_html);
    text_carries_less(&text, words, clean_html)
}

/// [`carries_less`], where the text of the body is known already.
pub fn text_carries_less(text: &str, words: u32, clean_html: &str) -> Option<&'static str> {
    let text = without_colophon(text);
    if text.is_empty() {
        return Some("the feed carries no text");
    }
    if words <= LONGEST_TEASER && is_cut(text) {
        return Some("the feed's text breaks off");
    }
    if words <= LONGEST_TEASER && invites(text) {
        return Some("the feed's text ends with an invitation to read on");
    }
    if words < SHORTEST_ARTICLE {
        return Some("the feed's text is shorter than an article");
    }
    (words < LONGEST_SUMMARY && !has_structure(text, clean_html))
        .then_some("the feed's text is a single paragraph")
}

/// Which of the two is kept. The feed's own body wins where both are whole: nothing had to be guessed
/// to find it.
pub fn better_body(feed_html: &str, article: &Article) -> Choice {
    let feed = text_of(feed_html);
    let (taken, reason) = match article.standing {
        PageStanding::NoArticle => (Taken::Feed, "the page has no article"),
        PageStanding::BotWall => (Taken::Feed, "the page shows itself to browsers only"),
        _ if article.words == 0 => (Taken::Feed, "the page has no text"),
        _ if feed.words == 0 => (Taken::Article, "the feed carries no text"),
        PageStanding::Paywall if article.words <= feed.words => {
            (Taken::Feed, "the page shows no more than the feed to those who do not pay")
        }
        _ => compare(feed_html, &feed, article),
    };
    Choice { taken, reason }
}

fn compare(feed_html: &str, feed: &TextOf, article: &Article) -> (Taken, &'static str) {
    let (of_feed, of_page) = (u64::from(feed.words), u64::from(article.words));
    if of_page * 10 < of_feed * 9 {
        return (Taken::Feed, "the feed's body is longer than what the page yields");
    }
    if of_feed >= 100 && !is_about_the_same(&feed.text, &article.text) {
        return (Taken::Feed, "the page says something else than the feed");
    }
    if of_feed * 100 < of_page * 85 || carries_less(feed_html).is_some() {
        return (Taken::Article, "the page carries more than the feed");
    }
    if pieces(&article.html) > pieces(feed_html) {
        return (Taken::Article, "the feed's body lacks code, tables or pictures of the page");
    }
    (Taken::Feed, "the feed's body is whole")
}

/// Whether more than half of the different words of the one are in the other.
fn is_about_the_same(one: &str, other: &str) -> bool {
    let other: HashSet<&str> = words_of(other).collect();
    let one: HashSet<&str> = words_of(one).collect();
    one.iter().filter(|word| other.contains(*word)).count() * 2 > one.len()
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty())
}

/// Blocks of code, tables and pictures.
fn pieces(clean_html: &str) -> usize {
    ["<pre", "<table", "<img"].iter().map(|tag| clean_html.matches(tag).count()).sum()
}

/// `WordPress` adds a sentence to bodies of both sorts; `Medium` adds one to whole bodies.
fn without_colophon(text: &str) -> &str {
    let last = text.trim_end().rsplit('\n').next().unwrap_or_default();
    if last.len() < 400 && COLOPHONS.iter().any(|it| last.contains(it)) {
        return text[..text.trim_end().len() - last.len()].trim_end();
    }
    text.trim_end()
}

fn is_cut(text: &str) -> bool {
    CUT.iter().any(|end| text.ends_with(end))
}

fn invites(text: &str) -> bool {
    let last: String = text.rsplit('\n').next().unwrap_or_default().to_lowercase();
    let last = last.trim_end_matches(|it: char| !it.is_alphanumeric());
    INVITATIONS.iter().any(|it| {
        last.strip_suffix(it).is_some_and(|before| {
            // "more" alone is a link; at the end of a sentence it is a word.
            let is_own_line = before.trim().is_empty();
            let is_after_stop = before.trim_end().ends_with(['.', '…', '!', '?', '。', ']', '»']);
            is_own_line || is_after_stop || it.len() > 12 && it.contains(' ')
        })
    })
}

/// More than one paragraph that ends like one, or parts that summaries do not have.
fn has_structure(text: &str, clean_html: &str) -> bool {
    let parts = ["<pre", "<h2", "<h3", "<h4", "<table", "<li"];
    let ends = |line: &&str| line.ends_with(['.', '!', '?', ':', '。', '！', '？', '：']);
    text.lines().filter(ends).count() >= 2 || parts.iter().any(|it| clean_html.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(html: &str) -> Article {
        let TextOf { text, words, .. } = text_of(html);
        Article { html: html.to_owned(), text, words, ..Article::default() }
    }

    fn paragraphs(count: usize) -> String {
        "<p>Every shard keeps its own queue, and the queues are drained in turn by one worker.</p>"
            .repeat(count)
    }

    #[test]
    fn a_body_that_breaks_off_carries_less() {
        for html in [
            "",
            "<p></p>",
            "<p>We moved our queues to …</p>",
            "<p>We moved our queues [...]</p>",
            "<p>We moved our queues.</p><p><a href=\"https://a.example/\">Read more</a></p>",
            "<p>We moved our queues. Continue reading →</p>",
            "<p>A short note.</p>",
            "<p>We moved […]</p><p>The post <a href=\"https://a.example/\">Queues</a> appeared first on <a href=\"https://a.example/\">A</a>.</p>",
            "<p>我们迁移了队列。</p><p>阅读全文 »</p>",
        ] {
            assert!(carries_less(html).is_some(), "{html}");
        }
        let one_paragraph = format!("<p>{}</p>", "word ".repeat(200));
        assert!(carries_less(&one_paragraph).is_some());
        let long_teaser = format!("{}<p>Read more…</p>", paragraphs(20));
        assert!(carries_less(&long_teaser).is_some());
    }

    #[test]
    fn a_body_that_is_built_like_an_article_is_whole() {
        assert_eq!(carries_less(&paragraphs(8)), None);
        let with_colophon = format!(
            "{}<p>The post <a href=\"https://a.example/\">Queues</a> appeared first on A.</p>",
            paragraphs(8)
        );
        assert_eq!(carries_less(&with_colophon), None);
        let ends_with_more = format!("{}<p>Next time we shall tell you more</p>", paragraphs(8));
        assert_eq!(carries_less(&ends_with_more), None);
    }

    #[test]
    fn the_feeds_body_is_kept_where_it_is_whole() {
        let body = paragraphs(8);
        assert_eq!(better_body(&body, &article(&body)).taken, Taken::Feed);
        let with_picture = format!("{body}<img src=\"https://a.example/1.png\" alt=\"\">");
        assert_eq!(better_body(&body, &article(&with_picture)).taken, Taken::Article);
    }

    #[test]
    fn the_article_is_taken_where_it_carries_more() {
        let choice = better_body("<p>We moved our queues…</p>", &article(&paragraphs(8)));
        assert_eq!(choice.taken, Taken::Article);
        assert_eq!(better_body("", &article(&paragraphs(1))).taken, Taken::Article);
        assert_eq!(better_body(&paragraphs(8), &article(&paragraphs(20))).taken, Taken::Article);
    }

    #[test]
    fn a_page_that_yields_less_or_something_else_never_replaces_the_feeds_body() {
        assert_eq!(better_body(&paragraphs(20), &article(&paragraphs(10))).taken, Taken::Feed);
        let strange = "<p>Choose which cookies we may set in your browser.</p>".repeat(60);
        assert_eq!(better_body(&paragraphs(9), &article(&strange)).taken, Taken::Feed);
        for standing in [PageStanding::NoArticle, PageStanding::BotWall] {
            let wall = Article { standing, ..article(&paragraphs(20)) };
            assert_eq!(better_body("<p>Short.</p>", &wall).taken, Taken::Feed);
        }
        let stub = Article { standing: PageStanding::Paywall, ..article("<p>Short.</p>") };
        assert_eq!(better_body(&paragraphs(2), &stub).taken, Taken::Feed);
    }
}
