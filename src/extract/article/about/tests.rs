//! The order of trust, kept.

use dom_query::Document;

use super::{super::lighten::lighten, About, read};
use crate::domain::Address;

const HERE: &str = "https://blog.acme.example/2023/11/05/moving-off-cron";

fn about_at(address: &str, page: &str) -> About {
    let light = lighten(page);
    let address: Address = address.parse().unwrap();
    read(&Document::from(light.html.as_str()), &light, &address, &address)
}

fn about(head: &str, body: &str) -> About {
    about_at(HERE, &format!("<html><head>{head}</head><body>{body}</body></html>"))
}

fn linked(json: &str) -> String {
    format!("<script type=\"application/ld+json\">{json}</script>")
}

fn day(about: &About) -> String {
    about.published.map(|it| it.to_string()).unwrap_or_default()
}

#[test]
fn the_name_of_the_site_is_no_part_of_a_title() {
    for (head, body, wanted) in [
        ("<title>Moving off cron | Acme Blog</title>", "", "Moving off cron"),
        (
            "<title>Acme Engineering: Moving off cron</title><meta property=\"og:site_name\" content=\"Acme Engineering\">",
            "",
            "Moving off cron",
        ),
        ("<title>Moving off cron - a story - Acme</title>", "", "Moving off cron - a story"),
        ("<title>Moving off cron | by Ada | Acme Tech | Medium</title>", "", "Moving off cron"),
        ("<title>Cron | Systemd | Acme</title>", "<h1>Cron | Systemd</h1>", "Cron | Systemd"),
        ("<title>Home</title>", "<h1>Acme</h1><h2>Moving off cron</h2>", "Home"),
        (
            "<title>Moving off cron - Acme</title>",
            "<h1><a href=\"/\">Acme</a></h1><h2>Moving off cron</h2>",
            "Moving off cron",
        ),
        (
            "<title>Acme 2.0: what is new</title>",
            "<h1>Acme 2.0: what is new</h1>",
            "Acme 2.0: what is new",
        ),
        ("", "<h1>Moving off cron #</h1>", "Moving off cron"),
        ("<title>A &amp;amp; B</title>", "", "A & B"),
    ] {
        assert_eq!(about(head, body).title.as_deref(), Some(wanted), "{head}{body}");
    }
}

#[test]
fn the_heading_is_trusted_before_what_is_declared_if_they_agree() {
    let declared =
        "<meta property=\"og:title\" content=\"Moving off cron: what we learned – Acme\">";
    let agreed = about(declared, "<h1>Moving off cron: what we learned</h1>");
    assert_eq!(agreed.title.as_deref(), Some("Moving off cron: what we learned"));
    let apart = about("<meta property=\"og:title\" content=\"Moving off cron\">", "<h1>News</h1>");
    assert_eq!(apart.title.as_deref(), Some("Moving off cron"));
}

#[test]
fn json_ld_is_trusted_before_metas_and_metas_before_what_is_shown() {
    let json = linked(
        r#"{"@type":"BlogPosting","headline":"H","datePublished":"2023-11-05T08:00:00+01:00","author":[{"@type":"Person","name":"Ada Lovelace"},{"@type":"Organization","name":"Acme"}]}"#,
    );
    let meta = "<meta name=\"author\" content=\"Grace Hopper\"><meta property=\"article:published_time\" content=\"2022-01-02\">";
    let shown = "<p class=\"byline\">By <a rel=\"author\">Alan Turing</a></p><time datetime=\"2021-03-04\">March 4</time>";
    let all = about(&format!("{json}{meta}"), shown);
    assert_eq!(
        (all.authors, day(&about(&format!("{json}{meta}"), shown))),
        (vec!["Ada Lovelace".into()], "2023-11-05T07:00:00Z".into())
    );
    let without_json = about(meta, shown);
    assert_eq!(day(&without_json), "2022-01-02T00:00:00Z");
    assert_eq!(without_json.authors, ["Grace Hopper"]);
    let only_shown = about("", shown);
    assert_eq!(day(&only_shown), "2021-03-04T00:00:00Z");
    assert_eq!(only_shown.authors, ["Alan Turing"]);
}

#[test]
fn dates_in_the_text_around_the_title_come_before_the_one_in_the_address() {
    assert_eq!(
        day(&about("", "<h1>T</h1><div>Posted on March 4, 2021 by Ada Lovelace</div>")),
        "2021-03-04T00:00:00Z"
    );
    assert_eq!(day(&about("", "<h1>T</h1><p>Text without any date.</p>")), "2023-11-05T00:00:00Z");
    let elsewhere = about_at(
        "https://blog.acme.example/cron",
        "<h1>T</h1><div class=\"related\"><time datetime=\"2021-03-04\"></time><time datetime=\"2020-03-04\"></time></div>",
    );
    assert_eq!(elsewhere.published, None);
}

#[test]
fn midnight_of_any_zone_stands_for_that_day() {
    for written in
        ["2023-11-05T00:00:00+08:00", "2023-11-05 00:00:00 -0700", "2023-11-05", "November 5, 2023"]
    {
        let meta = format!("<meta property=\"article:published_time\" content=\"{written}\">");
        assert_eq!(day(&about(&meta, "")), "2023-11-05T00:00:00Z", "{written}");
    }
    let moment = about(
        "<meta property=\"article:published_time\" content=\"2023-11-05T23:30:00-07:00\">",
        "",
    );
    assert_eq!(day(&moment), "2023-11-06T06:30:00Z");
}

#[test]
fn dates_that_cannot_be_are_passed_over() {
    let meta = "<meta name=\"date\" content=\"0001-01-01T00:00:00Z\"><meta property=\"article:published_time\" content=\"soon\">";
    assert_eq!(day(&about(meta, "<time datetime=\"2021-03-04\">x</time>")), "2021-03-04T00:00:00Z");
}

#[test]
fn authors_are_persons_each_once() {
    for (written, wanted) in [
        ("By Ada Lovelace and Grace Hopper", vec!["Ada Lovelace", "Grace Hopper"]),
        ("Ada Lovelace, Ada Lovelace", vec!["Ada Lovelace"]),
        ("Author: Pep Turró Mauri", vec!["Pep Turró Mauri"]),
        ("Acme Engineering Team", vec![]),
        ("Acme", vec![]),
        ("https://www.facebook.com/ada", vec![]),
        ("admin", vec![]),
        ("fabiand", vec!["fabiand"]),
        ("作者：王小明", vec!["王小明"]),
        ("@ada", vec![]),
    ] {
        let meta = format!(
            "<meta property=\"og:site_name\" content=\"Acme\"><meta name=\"author\" content=\"{written}\">"
        );
        assert_eq!(about(&meta, "").authors, wanted, "{written}");
    }
}

#[test]
fn a_canonical_address_is_believed_only_where_it_can_be_this_post() {
    for (canonical, is_believed) in [
        ("https://blog.acme.example/2023/11/05/moving-off-cron/", true),
        ("https://www.acme.example/blog/moving-off-cron", true),
        ("/2023/11/05/moving-off-cron", true),
        ("https://blog.acme.example/", false),
        ("https://blog.acme.example/2023", false),
        ("https://other.example/moving-off-cron", true),
        ("https://other.example/", false),
        ("https://other.example/about-us", false),
        ("http://localhost:4000/2023/11/05/moving-off-cron", false),
        ("http://127.0.0.1/2023/11/05/moving-off-cron", false),
        ("javascript:alert(1)", false),
    ] {
        let found = about(&format!("<link rel=\"canonical\" href=\"{canonical}\">"), "").canonical;
        assert_eq!(found.is_some(), is_believed, "{canonical}: {found:?}");
    }
}

#[test]
fn translations_and_language_and_the_lead_image_are_read() {
    let head = "<link rel=\"alternate\" hreflang=\"de\" href=\"/de/cron\"><link rel=\"alternate\" hreflang=\"x-default\" href=\"/cron\">\
                <link rel=\"alternate\" hreflang=\"en\" href=\"https://blog.acme.example/2023/11/05/moving-off-cron\">\
                <meta property=\"og:locale\" content=\"en_GB\"><meta property=\"og:image\" content=\"/logo.png\"><meta name=\"twitter:image\" content=\"/cron.png\">";
    let about = about(head, "");
    let found: Vec<_> =
        about.translations.iter().map(|(it, to)| (it.as_str(), to.path())).collect();
    assert_eq!(found, [("de", "/de/cron")]);
    assert_eq!(about.language.unwrap().as_str(), "en-GB");
    assert_eq!(about.image.unwrap().path(), "/cron.png");
}

#[test]
fn json_ld_with_mistakes_is_read_as_far_as_it_goes() {
    let broken = linked(
        "//<![CDATA[\n{\"@type\":\"Article\",\n\"headline\":\"Moving\n off cron\",\"author\":\"Ada Lovelace\"}\n//]]>",
    );
    let found = about(&broken, "");
    assert_eq!(found.title.as_deref(), Some("Moving off cron"));
    assert_eq!(found.authors, ["Ada Lovelace"]);
    let none = about(&linked("{\"@type\":"), "<h1>Moving off cron</h1>");
    assert_eq!(none.title.as_deref(), Some("Moving off cron"));
}
