//! What a reader does in a sitting, from the first click to the last.

use serde_json::Value;

use super::{driver::Browser, seeded};
use crate::support::{
    fake_web::FakeWeb,
    feeds::{post_at, rss},
    program::Program,
};

const TAIL: &str = "How we cut the tail latency of checkout from 900 ms to 120 ms";
/// `WebDriver`'s name for the key.
const ENTER: &str = "\u{e007}";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn an_empty_folder_leads_to_the_first_search() {
    let web = FakeWeb::start().await;
    let posts = ["Ranking classifieds by what buyers do next", "Queues at the marketplace"];
    let posts =
        posts.map(|it| post_at(&format!("http://tech.finn.no/{}", it.len()), it, "<p>Queues.</p>"));
    web.serve_document("/atom.xml", "application/rss+xml", &rss(&posts));
    let mut program = Program::new();
    program.set("PEERSCOPE_PROXY", &format!("http://{}", web.authority()));
    let service = program.serve(&[]).await;
    let browser = Browser::at(service.address.parse().unwrap()).await;
    browser.go("/").await;
    browser.click("input[name=domain][value=ecommerce]").await;
    browser.type_into("textarea[name=interests]", "dynamic pricing").await;
    browser.click("main .act button").await;
    // Of all that are proposed, the one that this machine can reach.
    browser.find("input[name=peer][value=finn-no]").await;
    browser
        .ask("for (const it of document.querySelectorAll('input[name=peer]')) it.checked = it.value === 'finn-no';")
        .await;
    browser.picture("setup-peers-1280-light", 1280).await;
    browser.click("main .act button").await;
    browser.find("#progress").await;
    browser.wait_until("document.querySelector('#progress-next:not([hidden])')").await;
    browser.picture("progress-1280-light", 1280).await;
    browser.click("#progress-next a").await;
    browser.type_into("main input[name=q]", &format!("classifieds{ENTER}")).await;
    browser.find_by_text("a", "Ranking classifieds by what buyers do next").await;
    assert!(program.read("feeds.toml").contains("name = \"FINN.no\""));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_story_is_queued_taken_back_queued_again_read_and_noted() {
    let service = seeded::crawled().await;
    let browser = Browser::at(service.address).await;
    browser.go("/").await;
    let before = browser.place().await;
    browser.click("main .deeds button[value=queued]").await;
    // In place, without leaving the page.
    browser.find(".just-done form button").await;
    assert_eq!(browser.place().await, before);
    assert_eq!(on_the_list(&service).await, ["queued"]);
    browser.click(".just-done form button").await;
    browser.wait_until("!document.querySelector('main .deeds .state')").await;
    assert!(on_the_list(&service).await.is_empty());
    browser.click("main .deeds button[value=queued]").await;
    browser.find("main .deeds .state.queued").await;
    browser.go("/list").await;
    browser.find_by_text("a", TAIL).await.click().await.unwrap();
    browser.type_into("#note textarea[name=text]", "Hedge the reads; cap the load.").await;
    browser.click("#note button").await;
    browser.find("[role=status]").await;
    browser.go("/journal").await;
    browser.find_by_text("a", "Hedge the reads; cap the load.").await;
}

/// States of what is on the list.
async fn on_the_list(service: &crate::support::service::Service) -> Vec<String> {
    let list = service.json("/api/v1/readings").await;
    let state = |it: &Value| it["state"].as_str().unwrap().to_owned();
    list["readings"].as_array().unwrap().iter().map(state).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn without_scripts_a_reader_searches_opens_queues_takes_back_and_notes() {
    let service = seeded::crawled().await;
    let browser = Browser::at(service.address).await;
    browser.without_scripts().await;
    browser.go("/").await;
    browser.type_into(".quick input[name=q]", &format!("tail latency{ENTER}")).await;
    browser.find(".results").await;
    assert!(browser.place().await.starts_with("/search?q=tail+latency"));
    browser.find_by_text("a", TAIL).await.click().await.unwrap();
    browser.find("article.entry").await;
    let entry = browser.place().await;
    browser.click("main .deeds button[value=queued]").await;
    browser.find("main .deeds .state.queued").await;
    assert!(browser.place().await.starts_with(&entry));
    browser.click(".just-done form button").await;
    browser.find("main .deeds button[value=queued]").await;
    assert!(on_the_list(&service).await.is_empty());
    browser.type_into("#note textarea[name=text]", "Two pools.").await;
    browser.click("#note button").await;
    browser.go("/journal").await;
    browser.find_by_text("a", "Two pools.").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn the_keyboard_alone_goes_from_card_to_card_and_to_every_place() {
    let service = seeded::crawled().await;
    let browser = Browser::at(service.address).await;
    browser.go("/").await;
    let focused = "return document.activeElement.textContent.trim();";
    browser.press("j").await;
    assert_eq!(browser.ask(focused).await, TAIL);
    browser.press("m").await;
    browser.find("main .deeds .state.queued").await;
    assert_eq!(on_the_list(&service).await, ["queued"]);
    browser.press("jk").await;
    browser.go("/").await;
    browser.press("j").await;
    browser.wait_until("document.activeElement.matches('a.title')").await;
    browser.press("o").await;
    browser.find("article.entry").await;
    assert_eq!(browser.text_of("h1").await, TAIL);
    browser.client.back().await.unwrap();
    browser.find("main .card").await;
    browser.press("?").await;
    browser.find("dialog[open]").await;
    assert_eq!(browser.violations().await, Vec::<String>::new());
    browser.press("\u{e00c}").await;
    browser.wait_until("!document.querySelector('dialog[open]')").await;
    browser.press("/").await;
    browser.wait_until("document.activeElement.matches('input')").await;
    browser.press("latency").await;
    assert_eq!(browser.ask("return document.activeElement.value;").await, "latency");
    for (keys, place) in [("gl", "/list"), ("gj", "/journal"), ("gp", "/peers"), ("gt", "/")] {
        browser.go("/topics").await;
        browser.press(keys).await;
        browser.wait_until(&format!("location.pathname === '{place}'")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn on_a_phone_every_place_is_two_taps_away_and_targets_are_large_enough() {
    let service = seeded::library().await;
    let browser = Browser::at(service.address).await;
    browser.sized(360, 740).await;
    browser.go("/").await;
    browser.click("nav details.more > summary").await;
    browser.find("nav a[href='/settings']").await.click().await.unwrap();
    browser.find("main form").await;
    assert_eq!(browser.place().await, "/settings");
    browser.go("/").await;
    // WCAG 2.2, 2.5.8: targets that are no part of a sentence measure 24 by 24 CSS pixels at least.
    let small = browser
        .ask(
            "return [...document.querySelectorAll('button, summary, nav a, select')]
               .filter((it) => it.offsetParent && !it.closest('p, .unseen'))
               .map((it) => [it.getBoundingClientRect(), it.outerHTML.slice(0, 90)])
               .filter(([it]) => it.width < 24 || it.height < 24).map(([, html]) => html);",
        )
        .await;
    assert_eq!(small, serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn two_tabs_that_edit_one_note_lose_nothing() {
    let service = seeded::library().await;
    let browser = Browser::at(service.address).await;
    browser.go("/journal/1/edit").await;
    browser.type_into("#editor textarea[name=text]", " First tab.").await;
    let first = browser.client.window().await.unwrap();
    let second = browser.client.new_window(true).await.unwrap().handle;
    browser.client.switch_to_window(second).await.unwrap();
    browser.go("/journal/1/edit").await;
    browser.type_into("#editor textarea[name=text]", " Second tab.").await;
    browser.click("#editor .act button").await;
    browser.wait_until("location.pathname === '/journal/1'").await;
    browser.client.switch_to_window(first).await.unwrap();
    browser.click("#editor .act button").await;
    browser.find(".conflict").await;
    let told = browser.text_of(".conflict").await;
    assert!(told.contains("First tab.") && told.contains("Second tab."), "{told}");
    assert_eq!(browser.violations().await, Vec::<String>::new());
    browser.picture("conflict-1280-light", 1280).await;
    browser.type_into("#editor textarea[name=text]", " Both.").await;
    browser.click("#editor .act button").await;
    browser.wait_until("location.pathname === '/journal/1'").await;
    assert!(browser.text_of("main").await.contains("Both."));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn what_is_typed_while_the_connection_is_lost_is_offered_again() {
    let service = seeded::library().await;
    let browser = Browser::at(service.address).await;
    browser.go("/journal/1/edit").await;
    browser.cut_off(true).await;
    browser.type_into("#editor textarea[name=text]", " Written in a tunnel.").await;
    browser.wait_until("Object.keys(localStorage).length > 0").await;
    browser.cut_off(false).await;
    browser.go("/journal/1/edit").await;
    browser.wait_until("/in a tunnel/.test(document.body.innerText)").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn dark_colours_come_with_the_system_or_by_choice_and_stay() {
    let service = seeded::library().await;
    let browser = Browser::at(service.address).await;
    let paper = "return getComputedStyle(document.documentElement).backgroundColor;";
    browser.go("/").await;
    let light = browser.ask(paper).await;
    browser.in_dark_colours(true).await;
    let dark = browser.ask(paper).await;
    assert_ne!(light, dark);
    browser.go("/settings").await;
    browser.click("input[name=theme][value=light], select[name=theme] option[value=light]").await;
    browser.click("main form button").await;
    browser.find("html[data-theme=light]").await;
    browser.go("/").await;
    assert_eq!(browser.ask(paper).await, light);
}
