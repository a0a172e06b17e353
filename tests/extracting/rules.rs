//! What `article` and `remove` in feeds.toml do.

use peerscope::{
    domain::{ArticleRule, PageRules},
    extract::{ArticleError, Page, read_article, selector_mistake},
};

use super::{address, article_by};

const ODD: &str = "<html><body><div class=x1><h1>The queue that lied</h1><div class=q>Rain fell on the \
    depot.</div><div class=y2><p>Only this is the text.</p><p class=ad7>Buy our boxes.</p></div></div>\
    </body></html>";

#[test]
fn a_rule_says_where_the_article_stands_and_what_is_left_out() {
    let rules = PageRules {
        article: ArticleRule::Select("div.y2".into()),
        remove: vec![".ad7".into(), ".none".into()],
        ..PageRules::default()
    };
    let article = article_by(ODD, &rules);
    assert_eq!(article.text, "Only this is the text.");
    assert_eq!(article.title.as_deref(), Some("The queue that lied"));
    assert_eq!(
        article.notes,
        [
            "remove: \".ad7\" took 1 element",
            "remove: \".none\" took nothing",
            "article: \".y2\" found 1 element".replace(".y2", "div.y2").as_str(),
        ]
    );
}

#[test]
fn an_article_rule_that_finds_nothing_is_told_and_not_obeyed() {
    let rules = PageRules { article: ArticleRule::Select("#gone".into()), ..PageRules::default() };
    let article = article_by(&super::page("jekyll"), &rules);
    assert!(article.words > 100);
    assert_eq!(article.notes[0], "article: \"#gone\" found nothing");
}

#[test]
fn a_selector_that_is_none_is_refused() {
    for wrong in ["div..post", "p[", "", "a:has("] {
        assert!(selector_mistake(wrong).is_some(), "{wrong}");
    }
    for right in ["article", ".post-content > p", "div:has(> pre)", "[data-x=\"1\"]"] {
        assert_eq!(selector_mistake(right), None, "{right}");
    }
    let rules = PageRules { remove: vec!["p[".into()], ..PageRules::default() };
    let page = Page { body: b"<p>a</p>", charset: None, address: &address() };
    assert_eq!(read_article(&page, &rules), Err(ArticleError::Selector("p[".into())));
}
