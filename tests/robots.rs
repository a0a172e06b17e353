//! `robots.txt`: asked for once a day, obeyed whatever a server does instead of answering.

use std::time::Duration;

use peerscope::{crawl::RobotsWatch, domain::Permission};

use crate::support::{
    fake_web::{FakeWeb, Response, nobody_listens},
    library::TestLibrary,
};

const RULES: &str = "User-agent: *\nDisallow: /private/\nSitemap: /sitemap.xml\n";
const HOUR: Duration = Duration::from_hours(1);

async fn library() -> TestLibrary {
    TestLibrary::following(&[]).await
}

fn forbidden() -> Permission {
    Permission::Forbidden { rule: "Disallow: /private/".to_owned() }
}

#[tokio::test]
async fn a_site_is_asked_for_its_rules_once_however_many_ask_at_a_time() {
    let web = FakeWeb::start().await;
    web.serve("/robots.txt", |_| Response::ok(RULES).after(Duration::from_millis(20)));
    let library = library().await;
    let watch = RobotsWatch::new(&library.doors);
    let (private, public) = (web.address("/private/x"), web.address("/posts/1?page=2"));
    let asking = (0..20).map(|it| {
        let (watch, address) = (watch.clone(), if it % 2 == 0 { &private } else { &public });
        let address = address.clone();
        tokio::spawn(async move { watch.permission(&address).await })
    });
    for (at, asked) in asking.collect::<Vec<_>>().into_iter().enumerate() {
        let expected = if at % 2 == 0 { forbidden() } else { Permission::Allowed };
        assert_eq!(asked.await.unwrap(), expected);
    }
    assert_eq!(watch.sitemaps(&public).await, [web.address("/sitemap.xml")]);
    assert_eq!(web.requests(), 1);
    let asked = &web.asked()[0];
    assert!(asked.text("user-agent").starts_with("Peerscope/"), "{asked:?}");
}

#[tokio::test]
async fn rules_are_kept_for_a_day_also_over_a_restart_and_then_asked_for_conditionally() {
    let web = FakeWeb::start().await;
    web.serve_document("/robots.txt", "text/plain", RULES);
    let mut library = library().await;
    for (wait, requests) in [(Duration::ZERO, 1), (HOUR * 23, 1), (HOUR * 2, 2), (HOUR * 20, 2)] {
        library = library.restart().await;
        library.advance(wait);
        let watch = RobotsWatch::new(&library.doors);
        assert_eq!(watch.permission(&web.address("/private/x")).await, forbidden());
        assert_eq!(web.requests(), requests, "{wait:?}");
    }
    assert_eq!(web.answers("/robots.txt", 304), 1);
}

#[tokio::test]
async fn a_site_without_rules_allows_everything_and_one_that_cannot_answer_nothing_for_now() {
    let wall = "<html><title>Just a moment...</title></html>";
    let forever = |path: &str| Response::redirect(302, format!("{path}x"));
    let absent = [404, 410, 401, 403, 418].map(|it| Response::of(it, "no"));
    let unreachable = [500, 503, 429].map(|it| Response::of(it, "no"));
    let cases = absent.into_iter().map(|it| (it, Permission::Allowed)).chain([
        (Response::ok(""), Permission::Allowed),
        (Response::ok("<!doctype html><h1>Welcome</h1>"), Permission::Allowed),
        (Response::of(403, wall).header("Content-Type", "text/html"), Permission::Allowed),
        (Response::redirect(302, "/robots.txt"), Permission::Allowed),
        (Response::reset(), Permission::Unknown),
        (Response::silent(), Permission::Unknown),
        (Response::cut_off("user-agent: *"), Permission::Unknown),
    ]);
    for (response, expected) in cases.chain(unreachable.map(|it| (it, Permission::Unknown))) {
        let web = FakeWeb::start().await;
        let told = format!("{response:?}");
        web.serve("/robots.txt", move |_| response.clone());
        let library = library().await;
        let watch = RobotsWatch::new(&library.doors);
        assert_eq!(watch.permission(&web.address("/private/x")).await, expected, "{told}");
    }
    let web = FakeWeb::start().await;
    for hops in 0..7 {
        let path = format!("/robots.txt{}", "x".repeat(hops));
        let to = forever(&path);
        web.serve(&path, move |_| to.clone());
    }
    let library = library().await;
    let watch = RobotsWatch::new(&library.doors);
    assert_eq!(watch.permission(&web.address("/x")).await, Permission::Allowed);
    let nobody = format!("http://{}/x", nobody_listens()).parse().unwrap();
    assert_eq!(watch.permission(&nobody).await, Permission::Unknown);
}

#[tokio::test]
async fn redirects_are_followed_and_the_rules_are_for_the_site_that_was_asked() {
    let web = FakeWeb::start().await;
    for hop in 0..5 {
        let from = if hop == 0 { "/robots.txt".to_owned() } else { format!("/hop{hop}") };
        web.serve(&from, move |_| Response::redirect(301, format!("/hop{}", hop + 1)));
    }
    web.serve("/hop5", |_| Response::ok(RULES));
    let library = library().await;
    let watch = RobotsWatch::new(&library.doors);
    assert_eq!(watch.permission(&web.address("/private/x")).await, forbidden());
    assert_eq!(watch.permission(&web.address("/hop5")).await, Permission::Allowed);
}

#[tokio::test]
async fn rules_that_were_read_hold_on_while_the_site_is_down() {
    let web = FakeWeb::start().await;
    web.serve("/robots.txt", |_| Response::ok(RULES));
    let library = library().await;
    let watch = RobotsWatch::new(&library.doors);
    let (private, public) = (web.address("/private/x"), web.address("/x"));
    assert_eq!(watch.permission(&private).await, forbidden());
    web.serve("/robots.txt", |_| Response::of(500, "").header("Retry-After", "7200"));
    for days in [2, 40] {
        library.advance(HOUR * 24 * days);
        assert_eq!(watch.permission(&private).await, forbidden());
        assert_eq!(watch.permission(&public).await, Permission::Allowed);
    }
    assert_eq!(web.requests(), 3);
}

#[tokio::test]
async fn rules_that_were_never_reached_forbid_for_thirty_days_and_are_asked_for_hourly_at_most() {
    let web = FakeWeb::start().await;
    web.serve("/robots.txt", |_| Response::of(500, ""));
    let library = library().await;
    let watch = RobotsWatch::new(&library.doors);
    let page = web.address("/x");
    for (wait, expected, requests) in [
        (Duration::ZERO, Permission::Unknown, 1),
        (HOUR / 2, Permission::Unknown, 1),
        (HOUR, Permission::Unknown, 2),
        (HOUR * 24 * 30, Permission::Allowed, 3),
    ] {
        library.advance(wait);
        assert_eq!(watch.permission(&page).await, expected, "{wait:?}");
        assert_eq!(web.requests(), requests, "{wait:?}");
    }
}

#[tokio::test]
async fn an_endless_file_is_read_as_far_as_it_counts() {
    let web = FakeWeb::start().await;
    web.serve("/robots.txt", |_| {
        Response::endless(format!("{RULES}{}", "# and so on\n".repeat(1_000)))
    });
    let library = library().await;
    let watch = RobotsWatch::new(&library.doors);
    assert_eq!(watch.permission(&web.address("/private/x")).await, forbidden());
}

#[tokio::test]
async fn what_a_site_says_to_us_and_to_a_source_of_another_name_both_count() {
    let web = FakeWeb::start().await;
    let rules = "User-agent: ourbot\nDisallow: /a\nUser-agent: peerscope\nDisallow: /b";
    web.serve("/robots.txt", move |_| Response::ok(rules));
    let library = library().await;
    let watch = RobotsWatch::new(&library.doors);
    for (path, user_agent, allowed) in [
        ("/a", None, true),
        ("/b", None, false),
        ("/a", Some("OurBot/2.0"), false),
        ("/b", Some("OurBot/2.0"), false),
        ("/c", Some("OurBot/2.0"), true),
    ] {
        let permission = watch.permission_as(&web.address(path), user_agent).await;
        assert_eq!(permission == Permission::Allowed, allowed, "{path} {user_agent:?}");
    }
}

#[tokio::test]
async fn a_crawl_delay_is_the_pause_between_two_requests_to_that_host() {
    let web = FakeWeb::start().await;
    web.serve("/robots.txt", |_| Response::ok("User-agent: *\nCrawl-delay: 0.2"));
    let library = library().await;
    let watch = RobotsWatch::new(&library.doors);
    let began = std::time::Instant::now();
    assert_eq!(watch.permission(&web.address("/x")).await, Permission::Allowed);
    assert_eq!(watch.delay(&web.address("/x")).await, Some(Duration::from_millis(200)));
    let request = peerscope::fetch::Request::new(web.address("/x"), library.now());
    library.doors.fetcher.fetch(&request).await.unwrap_err();
    assert!(began.elapsed() >= Duration::from_millis(200));
}
