//! Every page, at every width and in both colours: nothing that keeps anyone out, nothing wider than its screen.

use super::{driver::Browser, seeded};

/// Each page with the name of its picture.
const PAGES: &[(&str, &str)] = &[
    ("today", "/"),
    ("search", "/search"),
    ("found", "/search?q=latency"),
    ("nothing-found", "/search?q=zymurgy"),
    ("entry", "/entries/1"),
    ("topics", "/topics"),
    ("topic", "/topics/latency"),
    ("landscape", "/landscape"),
    ("subject", "/landscape/latency"),
    ("limits", "/limits"),
    ("trends", "/trends"),
    ("digests", "/digests"),
    ("issue", "/digests/2026-W10"),
    ("list", "/list"),
    ("list-in-25-minutes", "/list?minutes=25"),
    ("list-add", "/list/add"),
    ("list-import", "/list/import"),
    ("journal", "/journal"),
    ("note", "/journal/1"),
    ("note-edit", "/journal/1/edit"),
    ("note-new", "/journal/new?type=idea"),
    ("note-revisions", "/journal/1/revisions"),
    ("note-delete", "/journal/1/delete"),
    ("ideas", "/ideas"),
    ("pack", "/journal/pack?from=2026-01&to=2026-06"),
    ("journal-export", "/journal/export"),
    ("peers", "/peers"),
    ("peer", "/peers/parcel-labs"),
    ("sources", "/sources"),
    ("settings", "/settings"),
    ("keys", "/keys"),
    ("setup", "/setup"),
    ("progress", "/setup/progress"),
    ("politeness", "/politeness"),
    ("about-bot", "/about-bot"),
    ("subscribe", "/subscribe"),
    ("nowhere", "/nowhere"),
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn no_page_keeps_anyone_out_in_either_colour() {
    let service = seeded::library().await;
    let browser = Browser::at(service.address).await;
    let mut wrong = Vec::new();
    for (name, path) in PAGES {
        browser.go(path).await;
        assert!(*name == "nowhere" || !browser.has("main .problem").await, "{path} is not there");
        for is_dark in [false, true] {
            browser.in_dark_colours(is_dark).await;
            for width in [1280, 390] {
                browser.sized(width, 800).await;
                let colours = if is_dark { "dark" } else { "light" };
                let found = browser.violations().await;
                wrong.extend(found.iter().map(|it| format!("{path}, {width}, {colours}: {it}")));
                browser.picture(&format!("{name}-{width}-{colours}"), width).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn no_page_is_wider_than_the_smallest_phone() {
    let service = seeded::library().await;
    let browser = Browser::at(service.address).await;
    browser.sized(320, 640).await;
    for (_, path) in PAGES {
        browser.go(path).await;
        let width = browser.ask("return document.documentElement.scrollWidth;").await;
        assert!(width.as_u64().unwrap() <= 320, "{path} is {width} wide");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn no_page_asks_for_anything_elsewhere_or_breaks_the_policy() {
    let service = seeded::library().await;
    let browser = Browser::at(service.address).await;
    for (_, path) in PAGES {
        browser.go(path).await;
        let asked = browser
            .ask("return performance.getEntriesByType('resource').map((it) => it.name);")
            .await;
        for address in asked.as_array().unwrap() {
            let address = address.as_str().unwrap();
            assert!(
                address.starts_with(&format!("http://{}/", service.address)),
                "{path}: {address}"
            );
        }
    }
}
