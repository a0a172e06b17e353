//! Lists of posts in the manner of many engines: all of their posts are found, and nothing else.

use std::fmt::Write as _;

use peerscope::{
    domain::{Address, ListedPost, ListingRules},
    extract::{Page, read_listing},
};
use proptest::prelude::*;

const POSTS: [(&str, &str); 5] = [
    ("/blog/queues-at-scale", "Queues at scale"),
    ("/blog/caches", "Caches"),
    ("/blog/sharding-twice", "Why we sharded twice"),
    ("/blog/cron", "Moving off cron"),
    ("/blog/slow-tests", "Slow tests, and what they hide"),
];

/// What stands around a list on most pages, with more links than the list itself.
const HEAD: &str = "<!doctype html><html><head><title>Blog</title></head><body>\
    <header class=\"site-header\"><nav><ul><li><a href=\"/\">Home</a></li>\
    <li><a href=\"/products/first\">Our first great product</a></li>\
    <li><a href=\"/products/second\">Our second great product</a></li>\
    <li><a href=\"/customers\">What our customers say</a></li>\
    <li><a href=\"/jobs\">Come and work with us</a></li></ul></nav></header>";
const FOOT: &str = "<aside class=\"sidebar\"><h3>Popular topics here</h3><ul>\
    <li><a href=\"/topics/one\">Everything about databases</a></li>\
    <li><a href=\"/topics/two\">Everything about networks</a></li>\
    <li><a href=\"/topics/three\">Everything about teams</a></li></ul></aside>\
    <footer><ul><li><a href=\"/imprint\">Imprint and legal notes</a></li>\
    <li><a href=\"/privacy\">How we treat your data</a></li>\
    <li><a href=\"/cookies\">Which cookies are set</a></li>\
    <li><a href=\"/press\">Pictures for the press</a></li></ul></footer></body></html>";

fn address() -> Address {
    "https://example.com/blog".parse().unwrap()
}

fn read_by(html: &str, rules: &ListingRules) -> Vec<ListedPost> {
    let address = address();
    let page = Page { body: html.as_bytes(), charset: None, address: &address };
    read_listing(&page, rules).unwrap()
}

fn read(main: &str) -> Vec<ListedPost> {
    read_by(&format!("{HEAD}<main>{main}</main>{FOOT}"), &ListingRules::default())
}

fn each(write: impl Fn(usize, &str, &str) -> String) -> String {
    POSTS.iter().enumerate().map(|(at, (path, title))| write(at, path, title)).collect()
}

/// All posts in their order, the first on 2026-03-09 and each one a day older than the one above it.
#[track_caller]
fn assert_found(posts: &[ListedPost]) {
    assert_titles(posts);
    for (at, post) in posts.iter().enumerate() {
        let day = format!("2026-03-0{}T00:00:00Z", 9 - at);
        assert_eq!(post.published.map(|it| it.to_string()), Some(day), "{}", post.title);
    }
}

#[track_caller]
fn assert_titles(posts: &[ListedPost]) {
    let found: Vec<(&str, &str)> =
        posts.iter().map(|it| (it.address.path(), it.title.as_str())).collect();
    assert_eq!(found, POSTS);
}

#[test]
fn a_grid_of_cards_with_pictures_and_labels_is_a_list() {
    let cards = each(|at, path, title| {
        format!(
            "<div class=\"card card-{at} tag-rust\"><a href=\"{path}\"><img src=\"/{at}.png\" alt=\"\"></a>\
             <a class=\"label\" href=\"/blog/tags/rust\">Rust</a><h3><a href=\"{path}\">{title}</a></h3>\
             <p>What happened when the traffic doubled.</p>\
             <time datetime=\"2026-03-0{}\">some day</time><a href=\"{path}\">Read more</a></div>",
            9 - at
        )
    });
    assert_found(&read(&format!("<div class=\"grid\">{cards}</div>")));
}

#[test]
fn a_plain_list_with_written_dates_is_a_list() {
    let rows = each(|at, path, title| {
        format!("<li><span>March {}, 2026</span> <a href=\"{path}\">{title}</a></li>", 9 - at)
    });
    assert_found(&read(&format!("<h1>All posts</h1><ul>{rows}</ul>")));
}

#[test]
fn a_table_of_posts_is_a_list() {
    let rows = each(|at, path, title| {
        format!(
            "<tr><td>2026-03-0{}</td><td><a href=\"{path}\">{title}</a></td><td>Ada</td></tr>",
            9 - at
        )
    });
    assert_found(&read(&format!(
        "<table><thead><tr><th>Day</th><th>Post</th></tr></thead><tbody>{rows}</tbody></table>"
    )));
}

#[test]
fn cards_that_are_links_as_a_whole_are_a_list() {
    let cards = each(|at, path, title| {
        format!(
            "<a class=\"css-1x{at} group block\" href=\"{path}\"><div><h2>{title}</h2>\
             <p class=\"excerpt\">How it began, and how it ended.</p>\
             <div><time datetime=\"2026-03-0{}T00:00:00.000Z\">day</time></div></div></a>",
            9 - at
        )
    });
    let posts = read(&format!("<div id=\"__next\"><section>{cards}</section></div>"));
    let paths: Vec<&str> = posts.iter().map(|it| it.address.path()).collect();
    assert_eq!(paths, POSTS.map(|it| it.0));
    assert_found(&posts);
}

#[test]
fn an_archive_in_groups_of_years_is_one_list() {
    let mut groups = String::new();
    for (year, posts) in [("2026", &POSTS[..2]), ("2025", &POSTS[2..])] {
        let _ = write!(groups, "<section><h2>{year}</h2><ul>");
        for (path, title) in posts {
            let _ =
                write!(groups, "<li class=\"archive-post\"><a href=\"{path}\">{title}</a></li>");
        }
        groups.push_str("</ul></section>");
    }
    assert_titles(&read(&groups));
}

#[test]
fn articles_with_a_text_full_of_links_are_a_list_of_their_headings() {
    let articles = each(|at, path, title| {
        format!(
            "<article><header><h2><a href=\"{path}\">{title}</a></h2>\
             <p>by <a href=\"/people/ada\">Ada</a>, <time datetime=\"2026-03-0{}\">day</time></p></header>\
             <p>See <a href=\"/blog/older-{at}\">what we wrote about this before</a> and \
             <a href=\"https://elsewhere.example/{at}\">what others found out</a>.</p></article>",
            9 - at
        )
    });
    assert_found(&read(&articles));
}

#[test]
fn titles_without_blanks_are_titles() {
    let rows: String = (1..5)
        .map(|at| format!("<li><a href=\"/p/{at}\">分布式系统中的队列第{at}部分</a></li>"))
        .collect::<Vec<_>>()
        .concat();
    assert_eq!(read(&format!("<ul>{rows}</ul>")).len(), 4);
}

#[test]
fn a_page_of_menus_alone_lists_nothing() {
    assert_eq!(read("<h1>About us</h1><p>We make <a href=\"/things\">things</a>.</p>"), []);
}

#[test]
fn one_post_is_a_list_where_its_reader_says_so() {
    let rules = ListingRules {
        entry: Some(".post".into()),
        link: Some("a.go".into()),
        title: Some("b".into()),
        date: Some("i".into()),
    };
    let html = "<div class=post><a href=/x>Not this one</a><b>Queues</b> <i>9 March 2026</i><a class=go href=/q>go</a></div>";
    let posts = read_by(html, &rules);
    assert_eq!(posts.len(), 1);
    assert_eq!((posts[0].title.as_str(), posts[0].address.path()), ("Queues", "/q"));
    assert!(posts[0].published.is_some());
}

#[test]
fn a_selector_that_is_none_is_named() {
    let rules = ListingRules { entry: Some("div[".into()), ..ListingRules::default() };
    let address = address();
    let page = Page { body: b"<p>x</p>", charset: None, address: &address };
    assert!(read_listing(&page, &rules).unwrap_err().to_string().contains("div["));
}

proptest! {
    #[test]
    fn any_page_is_read(html in "(<(a href=/[a-c]|li|ul|h2|/li|/a|div class=x)>| |[a-z]{1,9}){0,60}") {
        let _ = read_by(&html, &ListingRules::default());
    }
}
