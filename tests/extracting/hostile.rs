//! Pages that are built to harm the reader, the machine, or the one who trusts the text.

use peerscope::{
    domain::{PageRules, PageStanding},
    extract::{Page, read_article},
};

use super::{address, article, page};
use crate::sanitising::{ATTACKS, assert_harmless};

#[test]
fn nothing_that_can_run_reaches_a_reader_from_a_page() {
    let frames = ["jekyll", "medium", "bootstrap"].map(page);
    for (number, attack) in ATTACKS.iter().enumerate() {
        let frame = &frames[number % frames.len()];
        let inside = frame.replace("<blockquote>", &format!("{attack}<blockquote>"));
        assert_harmless(&article(&inside).html, attack);
        let around = format!("{attack}{frame}");
        assert_harmless(&article(&around).html, attack);
        assert_harmless(&article(attack).html, attack);
    }
}

#[test]
fn scripts_in_every_attribute_are_lost() {
    let names = [
        "onclick",
        "onload",
        "onerror",
        "style",
        "href",
        "src",
        "srcset",
        "data-src",
        "poster",
        "action",
        "formaction",
        "background",
        "cite",
        "longdesc",
        "xlink:href",
        "datetime",
        "title",
        "alt",
        "id",
        "class",
        "name",
        "lang",
        "content",
    ];
    let attributes =
        names.map(|it| format!(" {it}=\"javascript:alert(1)//&quot;onload=alert(1)\"")).concat();
    let tags = [
        "p", "div", "a", "img", "span", "pre", "code", "td", "time", "article", "section",
        "figure", "body",
    ];
    let body = tags
        .map(|it| format!("<{it}{attributes}>words enough to be a text of its own</{it}>"))
        .concat();
    let page =
        format!("<html{attributes}><head{attributes}><meta{attributes}></head>{body}</html>");
    let article = article(&page);
    assert_harmless(&article.html, "attributes");
    assert!(!article.html.contains("javascript:"), "{}", article.html);
    assert_eq!(article.canonical, None);
    assert_eq!(article.image, None);
}

#[test]
fn a_tower_of_tags_is_refused_without_being_climbed() {
    for tag in [
        "<div>",
        "<b>",
        "<blockquote>",
        "<table>",
        "<svg><g>",
        "<a href=x>",
        "<font>",
        "<ul><li>",
        "<x-y>",
    ] {
        let tower = format!("{}text", tag.repeat(100_000));
        let article = article(&tower);
        assert_eq!(article.standing, PageStanding::NoArticle, "{tag}");
        assert!(article.html.len() < 1_000, "{tag}");
    }
}

#[test]
fn fifty_megabytes_of_text_are_read_up_to_a_bound() {
    let long =
        format!("<article><h1>Long</h1><p>{}</p></article>", "many words ".repeat(4_800_000));
    let article = article(&long);
    assert!(long.len() > 50_000_000);
    assert!(article.html.len() <= 3 * 1024 * 1024, "{}", article.html.len());
    assert!(article.complaint.is_some());
}

#[test]
fn the_base_of_a_page_leads_nowhere_but_to_the_web() {
    let with = |base: &str| {
        let page = page("jekyll").replace("<head>", &format!("<head>{base}"));
        article(&page).html
    };
    let link = |host: &str| format!("href=\"{host}/blog/backpressure\"");
    assert!(
        with("<base href=\"https://other.example/x/\">").contains(&link("https://other.example"))
    );
    for hostile in [
        "<base href=\"javascript:alert(1)//\">",
        "<base href=\"data:text/html,x\">",
        "<base>",
        "<base href=\"\">",
        "<base href=\"//\">",
    ] {
        assert!(with(hostile).contains(&link("https://parcelworks.example")), "{hostile}");
    }
    let second = "<base href=\"/a/\"><base href=\"https://evil.example/\">";
    assert!(!with(second).contains("evil.example"));
}

#[test]
fn bytes_that_are_no_text_are_read_as_far_as_they_are() {
    let mut page = page("jekyll").into_bytes();
    for at in (300..page.len()).step_by(97) {
        page[at] = [0xff, 0xc0, 0x80, 0x00][at % 4];
    }
    for charset in [None, Some("utf-8"), Some("utf-16"), Some("no-such-charset"), Some("gbk")] {
        let page = Page { body: &page, charset, address: &address() };
        let article = read_article(&page, &PageRules::default()).unwrap();
        assert_harmless(&article.html, "broken bytes");
    }
}

#[test]
fn what_is_never_closed_ends_with_the_page() {
    let body = page("jekyll");
    for open in [
        "<!--",
        "<script>",
        "<style>",
        "<title>",
        "<textarea>",
        "<svg>",
        "<table><tr><td>",
        "<pre><code>",
        "<a href=\"",
        "<p title='",
        "<template>",
        "<select>",
        "<iframe>",
        "<noscript>",
        "<math>",
        "<plaintext>",
    ] {
        for at in [body.find("<p>We had").unwrap(), 0, body.len()] {
            let page = format!("{}{open}{}", &body[..at], &body[at..]);
            assert_harmless(&article(&page).html, open);
        }
    }
}

#[test]
fn huge_tables_and_deep_lists_are_bounded() {
    let table = format!(
        "<article><h1>Big</h1><p>A table.</p><table>{}</table></article>",
        "<tr><td>a</td><td>b</td></tr>".repeat(12_000)
    );
    assert!(article(&table).html.len() < 3_000_000);
    let list = format!(
        "<article><h1>Deep</h1>{}{}</article>",
        "<ul><li>a".repeat(200),
        "</li></ul>".repeat(200)
    );
    assert_harmless(&article(&list).html, "deep list");
    let wide = format!(
        "<article><h1>Wide</h1>{}</article>",
        "<p>One short paragraph, and another one.</p>".repeat(20_000)
    );
    assert!(article(&wide).words > 100_000);
}

#[test]
fn endless_metadata_is_cut_short() {
    let deep = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
    let authors = (0..5_000)
        .map(|it| format!("{{\"@type\":\"Person\",\"name\":\"Author N{it}\"}}"))
        .collect::<Vec<_>>()
        .join(",");
    let page = page("bootstrap").replace(
        "</head>",
        &format!("<script type=\"application/ld+json\">{deep}</script><script type=\"application/ld+json\">{{\"@type\":\"Article\",\"author\":[{authors}]}}</script><meta property=\"og:title\" content=\"{}\"></head>", "very ".repeat(100_000)),
    );
    let article = article(&page);
    assert!(article.authors.len() <= 20, "{}", article.authors.len());
    assert_eq!(article.title.as_deref(), Some("The queue that lied"));
}

#[test]
fn text_under_hundreds_of_elements_is_not_counted_once_for_each() {
    let paragraphs: Vec<String> = (0..10_000)
        .map(|at| format!("<p>Some paragraph number {at} with a few words, and commas.</p>"))
        .collect();
    let tower = format!(
        "<!doctype html><title>T</title>{}{}{}",
        "<div class=\"share\">".repeat(400),
        paragraphs.concat(),
        "</div>".repeat(400)
    );
    let address = "https://example.com/tower".parse().unwrap();
    let page = Page { body: tower.as_bytes(), charset: None, address: &address };
    let article = read_article(&page, &PageRules::default()).unwrap();
    assert_eq!(article.standing, PageStanding::NoArticle);
    assert!(article.complaint.is_some());
}
