//! What sites answer instead of an article.

use peerscope::{
    domain::{Address, PageRules, PageStanding},
    extract::{Page, read_article},
};

use super::{article, page};

fn standing(page: &str) -> PageStanding {
    article(page).standing
}

#[test]
fn questions_whether_the_visitor_is_human_are_walls() {
    for wall in [
        "<html><head><title>Just a moment...</title></head><body><h1>news.example</h1><p>Verifying you are human. This may take a few seconds.</p><script>window._cf_chl_opt={};</script></body></html>",
        "<html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies to continue</noscript><script src=\"/cdn-cgi/challenge-platform/h/b/x.js\"></script></body></html>",
        "<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1><p>You don't have permission to access this page on this server.</p><p>Reference #18.2d</p></body></html>",
        "<html><head><title>blog.example</title></head><body><p id=\"cmsg\">Please enable JS and disable any ad blocker</p><p>Press &amp; Hold to confirm you are a human.</p><script src=\"https://ct.captcha-delivery.com/c.js\"></script></body></html>",
        "<html><head><title>Pardon Our Interruption</title></head><body><h1>Pardon Our Interruption</h1><p>Something about your browser made us think you were a bot.</p></body></html>",
        "<html><head><title>Human Verification</title></head><body><div id=\"px-captcha\"></div></body></html>",
    ] {
        assert_eq!(standing(wall), PageStanding::BotWall, "{wall}");
    }
}

#[test]
fn a_page_that_only_scripts_can_show_is_a_wall() {
    let shell = "<html><head><title>Parcelworks</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript><div id=\"root\"></div><script src=\"/main.js\"></script></body></html>";
    assert_eq!(standing(shell), PageStanding::BotWall);
}

#[test]
fn a_teaser_with_an_invitation_to_pay_is_a_paywall() {
    let teaser = "<p>Last spring our checkout queue fell behind every Friday evening, and nobody in the whole company could say why that was so.</p><p>We had graphs for everything, and then one day we looked at them all again.</p>";
    let stub = |head: &str, wall: &str| {
        format!(
            "<html><head><title>The queue that lied</title>{head}</head><body><article><h1>The queue that lied</h1><div class=\"body markup\">{teaser}</div>{wall}</article></body></html>"
        )
    };
    for stub in [
        stub(
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"headline\":\"The queue that lied\",\"isAccessibleForFree\":false}</script>",
            "",
        ),
        stub(
            "",
            "<div class=\"paywall\"><h2>This post is for paid subscribers</h2><a>Subscribe</a></div>",
        ),
        stub("", "<div><p>Subscribe to continue reading.</p></div>"),
        stub(
            "",
            "<section><h3>Create an account to read the full story.</h3><p>The author made this story available to Medium members only.</p></section>",
        ),
        stub(
            "",
            "<aside class=\"gh-post-upgrade-cta\"><h2>This post is for paying subscribers only</h2></aside>",
        ),
    ] {
        assert_eq!(standing(&stub), PageStanding::Paywall, "{stub}");
    }
}

#[test]
fn an_article_that_is_whole_is_no_paywall_whatever_it_is_about() {
    let metered = page("jekyll").replace(
        "<meta charset=\"utf-8\">",
        "<meta charset=\"utf-8\"><script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":true}</script>",
    );
    assert_eq!(standing(&metered), PageStanding::Whole);
    let long = page("jekyll").replace(
        "<blockquote>",
        &format!(
            "<p>{}</p><blockquote>",
            "People read the words subscribe to continue reading more often than they like. "
                .repeat(60)
        ),
    );
    assert_eq!(standing(&long), PageStanding::Whole);
}

#[test]
fn lists_of_posts_and_errors_are_no_articles() {
    let card = |title: &str| {
        format!(
            "<article class=\"post-card\"><h2><a href=\"/blog/{title}\">All about {title}</a></h2><p>What we learned about {title} in the last year, and what we would rather have known before we began.</p><time datetime=\"2024-05-17\">May 17</time></article>"
        )
    };
    let cards: String =
        ["queues", "caches", "clocks", "logs", "locks"].iter().map(|it| card(it)).collect();
    let list = format!(
        "<html><head><title>Blog</title></head><body><main><h1>Engineering blog</h1>{cards}</main></body></html>"
    );
    assert_eq!(standing(&list), PageStanding::NoArticle);
    for error in [
        "<html><head><title>Page not found | Parcelworks</title></head><body><main><h1>404</h1><p>Sorry, there is nothing at this address. Try our search, or go back to the front page.</p></main></body></html>",
        "<html><head><title>Parcelworks</title></head><body><h1>Page not found</h1><p>It may have been moved.</p></body></html>",
        "<html><body></body></html>",
        "",
    ] {
        assert_eq!(standing(error), PageStanding::NoArticle, "{error}");
    }
}

#[test]
fn a_front_page_is_no_article_unless_it_says_so() {
    let front: Address = "https://parcelworks.example/".parse().unwrap();
    let about = "<html><head><title>Parcelworks</title></head><body><main><h1>We move parcels</h1><p>From every door to every other door, on the day that you choose, and without any paper at all.</p><p>More than forty thousand shops send their boxes with us, and so can yours from next week on.</p></main></body></html>";
    let read = |page: &str| {
        let page = Page { body: page.as_bytes(), charset: None, address: &front };
        read_article(&page, &PageRules::default()).unwrap().standing
    };
    assert_eq!(read(about), PageStanding::NoArticle);
    assert_eq!(read(&page("ghost")), PageStanding::Whole);
}
