//! How an issue of the digest looks: one value, many faces, and none of them loses a title or lets
//! markup of others in.

use std::collections::BTreeSet;

use dom_query::Document;
use peerscope::{
    digest::{
        Links,
        faces::{self, plain},
    },
    domain::{Group, Issue, Kind, Role, Why},
    messages,
};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr as _;

use crate::support::issue::{by_title, empty, quiet, quoted, read, rich};

fn with_pages() -> Links {
    Links {
        base: Some("https://reading.example/peers/".parse().unwrap()),
        preferences: Some("https://reading.example/peers/preferences/1.ab".to_owned()),
        unsubscribe: Some("https://reading.example/peers/unsubscribe/1.ab".to_owned()),
        one_click: None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "faces ask for it so: there may be no pages")]
fn at_home(path: &str) -> Option<String> {
    Some(path.to_owned())
}

/// Every title that an issue has, as a face shows it.
fn titles(issue: &Issue) -> Vec<String> {
    let reads = issue.reads.iter().chain(&issue.papers).chain(&issue.archive).map(|it| &it.title);
    let rest = issue.rest.iter().flat_map(|it| &it.titles).map(|it| &it.title);
    reads.chain(rest).map(|it| plain(it)).collect()
}

/// What a reader of HTML sees, in one line.
fn seen(html: &str) -> String {
    let document = Document::from(html);
    document.select("style, title, [hidden]").remove();
    let text = document.select("body").text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a reader of a text sees, in one line.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().concat()
}

fn without_gaps(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Writes all faces into the folder that `PEERSCOPE_FACES` names, to look at them.
#[test]
fn faces_can_be_looked_at() {
    let Some(folder) = std::env::var_os("PEERSCOPE_FACES") else { return };
    let folder = std::path::PathBuf::from(folder);
    std::fs::create_dir_all(&folder).unwrap();
    for language in messages::LANGUAGES {
        let issues =
            [("rich", rich(language)), ("quiet", quiet(language)), ("empty", empty(language))];
        for (name, issue) in issues {
            let write = |kind: &str, text: String| {
                std::fs::write(folder.join(format!("{name}-{language}.{kind}")), text).unwrap();
            };
            write("html", faces::html_mail(&issue, &with_pages()));
            write("alone.html", faces::html_mail(&issue, &Links::default()));
            write("part.html", faces::html_part(&issue, &at_home));
            write("txt", faces::text_mail(&issue, &with_pages()));
            write("alone.txt", faces::text_mail(&issue, &Links::default()));
            write("md", faces::markdown(&issue, &at_home));
        }
    }
}

#[test]
fn every_face_holds_every_title() {
    for language in messages::LANGUAGES {
        for issue in [rich(language), quiet(language)] {
            let html = [
                faces::html_mail(&issue, &with_pages()),
                faces::html_mail(&issue, &Links::default()),
                faces::html_part(&issue, &at_home),
            ];
            let html = html.map(|it| without_gaps(&seen(&it)));
            let text = unwrapped(&faces::text_mail(&issue, &with_pages()));
            let markdown = faces::markdown(&issue, &at_home).replace('\\', "");
            for title in titles(&issue) {
                assert!(html.iter().all(|it| it.contains(&without_gaps(&title))), "{title}");
                assert!(text.contains(&without_gaps(&title)), "{title}\n{text}");
                assert!(markdown.contains(&title.replace('\\', "")), "{title}\n{markdown}");
            }
        }
    }
}

#[test]
fn sections_stand_in_their_order() {
    let issue = rich("en");
    let headings = [
        "To read",
        "Also this week",
        "Papers",
        "From the archive",
        "Your week",
        "Sources that need care",
    ];
    for face in [
        seen(&faces::html_mail(&issue, &with_pages())),
        seen(&faces::html_part(&issue, &at_home)),
        faces::text_mail(&issue, &with_pages()),
        faces::markdown(&issue, &at_home),
    ] {
        let places: Vec<usize> = headings.iter().map(|it| face.find(it).unwrap()).collect();
        assert!(places.is_sorted(), "{places:?}\n{face}");
    }
}

#[test]
fn a_reason_names_the_topic_and_what_is_special() {
    let why = |why: Vec<Why>| {
        let mut issue = empty("en");
        issue.reads = vec![peerscope::domain::Read { why, ..read(1, "A title", "Larder") }];
        let text = faces::text_mail(&issue, &Links::default());
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let at = text.find("Why ").unwrap() + 4;
        text[at..].split(" Read ").next().unwrap().to_owned()
    };
    let name = || "dynamic pricing".to_owned();
    assert_eq!(
        why(vec![
            Why::Matches { name: name() },
            Why::FirstOfPeer { name: name(), months: Some(12) }
        ]),
        "matches “dynamic pricing”; the first on it by Larder in a year"
    );
    assert_eq!(
        why(vec![Why::Matches { name: name() }, Why::Rising { name: name() }]),
        "matches “dynamic pricing”; it is on the rise"
    );
    assert_eq!(
        why(vec![Why::FirstOfPeer { name: name(), months: Some(5) }]),
        "the first on “dynamic pricing” by Larder in 5 months"
    );
    assert_eq!(
        why(vec![
            Why::Matches { name: name() },
            Why::Worth,
            Why::Matches { name: "queues".into() }
        ]),
        "matches “dynamic pricing”, “queues”; among the most that peers wrote worth reading this week"
    );
}

#[test]
fn every_reason_has_words_in_every_language() {
    let name = || "queues".to_owned();
    let all = Kind::ALL.map(|kind| Why::Substance { kind }).into_iter().chain([
        Why::Matches { name: name() },
        Why::FirstOfPeer { name: name(), months: None },
        Why::FirstOfPeer { name: name(), months: Some(12) },
        Why::FirstOfPeer { name: name(), months: Some(3) },
        Why::Worth,
        Why::Measured,
        Why::ToldBy { peers: 3 },
        Why::Rising { name: name() },
        Why::Peer,
        Why::New,
        Why::NeverRead,
    ]);
    for why in all {
        for language in messages::LANGUAGES {
            let mut issue = empty(language);
            let why = vec![why.clone()];
            issue.reads = vec![peerscope::domain::Read { why, ..read(1, "A title", "Larder") }];
            let text = faces::text_mail(&issue, &Links::default());
            assert!(!text.contains("issue.") && !text.contains('{'), "{text}");
        }
    }
}

#[test]
fn a_quiet_week_says_so_and_a_flooded_one_counts_its_titles() {
    let text = |issue: &Issue| faces::text_mail(issue, &Links::default()).replace('\n', " ");
    assert!(text(&empty("en")).contains("Nothing arrived this week."));
    assert!(text(&empty("en")).contains("A quiet week"));
    assert!(text(&quiet("en")).contains("an older piece that fits stands below"));
    assert!(text(&rich("en")).contains("43 more stories are told by their titles"));
    assert!(text(&rich("en")).contains("312 older posts"));
    assert_eq!(faces::subject(&empty("en")), "Week 48: a quiet week");
    let subject = "Week 48, a quiet one: Why our second ranking model lost to a spreadsheet";
    assert_eq!(faces::subject(&quiet("en")), subject);
    let subject = faces::subject(&rich("en"));
    assert_eq!(subject, "Week 48: Pricing a whole basket while the customer waits, and 5 more");
    assert_eq!(faces::subject(&empty("de")), "Woche 48: eine ruhige Woche");
}

#[test]
fn days_are_told_in_the_zone_and_the_words_of_the_subscriber() {
    let day = |language: &str| {
        let text = faces::text_mail(&rich(language), &Links::default());
        text.lines().nth(1).unwrap().to_owned()
    };
    assert_eq!(day("en"), "Monday, 23 November 2026");
    assert_eq!(day("de"), "Montag, 23. November 2026");
    assert_eq!(day("zh"), "2026年11月23日，星期一");
    let text = faces::text_mail(&rich("en"), &Links::default());
    assert!(text.contains("19\u{a0}November ·"), "the year goes without saying: {text}");
    assert!(text.contains("31\u{a0}December\u{a0}2025"), "in Berlin it is the next day: {text}");
}

#[test]
fn links_lead_to_our_pages_where_they_can_be_reached_and_to_the_posts_elsewhere() {
    let links = |html: &str| -> BTreeSet<String> {
        let document = Document::from(html);
        let all = document.select("a").iter();
        all.map(|it| it.attr("href").unwrap().to_string()).collect()
    };
    let reached = links(&faces::html_mail(&rich("en"), &with_pages()));
    for path in ["entries/12", "entries/12#queue", "entries/12#note", "topics/queues-logs"] {
        assert!(reached.contains(&format!("https://reading.example/peers/{path}")), "{reached:?}");
    }
    assert!(reached.contains("https://engineering.example/posts/12"));
    assert!(reached.contains("https://reading.example/peers/unsubscribe/1.ab"));
    let alone = links(&faces::html_mail(&rich("en"), &Links::default()));
    assert!(alone.iter().all(|it| it.starts_with("https://engineering.example/")), "{alone:?}");
    assert!(alone.contains("https://engineering.example/posts/12"));
    // Whoever has no list and no journal is not asked to keep anything there.
    let mut issue = rich("en");
    issue.own = None;
    let reached = links(&faces::html_mail(&issue, &with_pages()));
    assert!(!reached.iter().any(|it| it.contains('#')), "{reached:?}");
}

#[test]
fn a_mail_loads_nothing_and_runs_nothing() {
    let mail = faces::html_mail(&rich("en"), &with_pages());
    let document = Document::from(mail.as_str());
    for tag in
        ["script", "img", "link", "iframe", "object", "form", "svg", "video", "audio", "input"]
    {
        assert!(!document.select(tag).exists(), "{tag}");
    }
    assert!(!mail.contains("url(") && !mail.contains("@import"));
    for link in &document.select("a") {
        let href = link.attr("href").unwrap();
        assert!(!href.contains("utm_") && href.starts_with("https://"), "{href}");
    }
}

#[test]
fn a_mail_stands_without_its_style_sheet() {
    let mail = faces::html_mail(&rich("en"), &with_pages());
    let document = Document::from(mail.as_str());
    assert_eq!(document.select("h1").length(), 1);
    assert_eq!(document.select("h3.title").length(), 7);
    assert_eq!(document.select("blockquote").length(), 10);
    for selection in &document.select("h1, h2, h3, p, ul, blockquote") {
        assert!(selection.attr("style").is_some_and(|it| it.len() > 10), "{}", selection.html());
    }
    let language = Document::from(faces::html_mail(&rich("zh"), &with_pages()));
    assert_eq!(language.select("html").attr("lang").unwrap().to_string(), "zh");
}

#[test]
fn a_mail_of_a_flooded_week_is_shown_to_its_end_by_programs_that_stop_at_100_kilobytes() {
    let mut issue = rich("en");
    let title = "Nine ways to lose a message, and a tenth that nobody had thought of";
    let quote =
        quoted(Role::Challenge, &"A sentence of usual length, of some ten words. ".repeat(6));
    issue.reads = (0..10)
        .map(|number| {
            let quotes = vec![quote.clone(), quote.clone(), quote.clone()];
            peerscope::domain::Read { quotes, ..read(number, title, "Larder Technology") }
        })
        .collect();
    issue.rest = (0..40)
        .map(|peer| {
            let titles =
                (0..=peer).map(|it| by_title(peer * 100 + it, title, "Quayside")).collect();
            Group { titles, ..issue.rest[1].clone() }
        })
        .collect();
    issue.care = vec![issue.care[0].clone(); 70];
    let mail = faces::html_mail(&issue, &with_pages());
    assert!(mail.len() < 100_000, "{}", mail.len());
    let document = Document::from(mail.as_str());
    assert_eq!(document.select("a[href*='/entries/1000']").length(), 1);
    assert!(seen(&mail).contains("and 36 more"), "as many of each group as there is room for");
    let text = faces::text_mail(&issue, &with_pages());
    assert_eq!(text.matches("· Nine ways").count(), 820, "the text has all");
}

/// Every open element is closed in its order: what a strict reader of mails asks for.
fn is_balanced(html: &str) -> Result<(), String> {
    const VOID: [&str; 4] = ["meta", "br", "!doctype", "!--"];
    let mut open: Vec<&str> = Vec::new();
    for part in html.split('<').skip(1) {
        let tag = part.split('>').next().unwrap_or_default();
        let name = tag.trim_start_matches('/').split([' ', '\n', '[']).next().unwrap_or_default();
        if VOID.contains(&name) || tag.starts_with('!') {
            // Tables for one program stand in comments.
            continue;
        }
        if !tag.starts_with('/') {
            open.push(name);
        } else if open.pop() != Some(name) {
            return Err(format!("</{name}> closes nothing"));
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} stay open")) }
}

fn without_comments(html: &str) -> String {
    let parts = html.split("<!--");
    parts.map(|it| it.split_once("-->").map_or(it, |(_, rest)| rest)).collect()
}

#[test]
fn html_is_balanced() {
    for issue in [rich("en"), rich("zh"), quiet("de"), empty("en")] {
        is_balanced(&without_comments(&faces::html_mail(&issue, &with_pages()))).unwrap();
        is_balanced(&faces::html_part(&issue, &at_home)).unwrap();
    }
}

#[test]
fn a_text_keeps_to_its_columns() {
    for language in messages::LANGUAGES {
        for links in [with_pages(), Links::default()] {
            let text = faces::text_mail(&rich(language), &links);
            for line in text.lines() {
                let is_link = line.contains("://");
                assert!(is_link || line.width() <= 72, "{}: {line}", line.width());
                assert!(line.trim_end() == line || line == "-- ", "{line:?}");
                assert!(!line.chars().any(char::is_control), "{line:?}");
            }
        }
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,8}",
        Just("<script>alert(1)</script>".to_owned()),
        Just("\"><img src=x onerror=alert(1)>".to_owned()),
        Just("&amp;&lt;{{ spoken.day }}{% if %}".to_owned()),
        Just("</blockquote></style></title>-->".to_owned()),
        Just("\u{202e}\r\nBcc: eve@example.com\u{0}".to_owned()),
    ];
    prop::collection::vec(part, 1..5).prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_text_holds_it_is_shown_and_nothing_else_happens(
        title in any_text(), name in any_text(), quote in any_text(),
    ) {
        let mut issue = rich("en");
        let whole = issue.clone();
        issue.reads[0].title.clone_from(&title);
        issue.reads[0].peer_name.clone_from(&name);
        issue.reads[0].authors = vec![name.clone()];
        issue.reads[0].quotes = vec![quoted(Role::Challenge, &quote)];
        issue.reads[0].why = vec![Why::Matches { name: name.clone() }];
        issue.rest[0].titles[0].title.clone_from(&title);
        issue.rising[0].name.clone_from(&name);
        issue.care[0].peer_name.clone_from(&name);
        let html = [
            (faces::html_mail(&issue, &with_pages()), faces::html_mail(&whole, &with_pages())),
            (faces::html_part(&issue, &at_home), faces::html_part(&whole, &at_home)),
        ];
        for (html, _) in &html {
            prop_assert_eq!(is_balanced(&without_comments(html)), Ok(()));
            let document = Document::from(html.as_str());
            prop_assert!(!document.select("script, img, iframe, object").exists());
            prop_assert!(!html.contains("onerror=alert(1)>"));
            let text = without_gaps(&seen(html));
            for part in [&title, &name, &quote] {
                prop_assert!(text.contains(&without_gaps(&plain(part))), "{part} in {text}");
            }
        }
        let text = faces::text_mail(&issue, &with_pages());
        for part in [&title, &name, &quote] {
            prop_assert!(unwrapped(&text).contains(&without_gaps(&plain(part))), "{part} in {text}");
        }
        for line in text.lines() {
            let is_long_word = line.split_whitespace().any(|it| it.width() > 40);
            prop_assert!(line.width() <= 78 || is_long_word, "{line}");
        }
        prop_assert!(!faces::subject(&issue).chars().any(char::is_control));
    }
}
