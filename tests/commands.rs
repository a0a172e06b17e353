//! The command line, as a user types it.

use crate::support::{
    fake_web::{FakeWeb, Response, nobody_listens},
    feeds::rss_of,
    program::{Program, argument},
};

const RSS: &str = "application/rss+xml";

#[tokio::test]
async fn a_crawl_leaves_everything_searchable_and_says_what_it_did() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["Dynamic pricing", "Moving off cron"]));
    let program = Program::following(&[web.address("/feed")]);
    let told = program.run(&["crawl"]).await.well();
    assert!(told.contains("new        2 entries"), "{told}");
    let told = program.run(&["crawl"]).await.well();
    assert!(told.contains("unchanged  1 source,") && !told.contains(" 0 bytes saved"), "{told}");
    let found = program.run(&["search", "dynamic", "pricing", "-n", "1", "--json"]).await.json();
    assert_eq!(found["query"], "dynamic pricing");
    let hit = &found["hits"][0];
    assert_eq!(hit["title"], "Dynamic pricing");
    assert_eq!(hit["url"], "https://example.com/posts/dynamic-pricing");
    assert_eq!(hit["peer"], "peer-1");
    assert_eq!(hit["published"], "2026-02-02T08:00:00Z");
    for key in ["story", "entry", "score", "snippet"] {
        assert!(!hit[key].is_null(), "{key}");
    }
    let lines = program.run(&["search", "cron"]).await.well();
    assert!(lines.contains("https://example.com/posts/moving-off-cron"), "{lines}");
}

#[tokio::test]
async fn any_query_is_answered() {
    let program = Program::following(&[]);
    for query in ["\"", "(((", "title:", "OR OR", "-", "***", "peer:nobody -x", "a\u{0}b", "é́"] {
        if query.contains('\0') {
            continue; // no argument of any program holds one
        }
        let found = program.run(&["search", "--json", "--", query]).await.json();
        assert_eq!(found["total"], 0, "{query}");
    }
}

#[tokio::test]
async fn a_crawl_ends_with_a_code_that_tells_how_it_went() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["One"]));
    let (good, missing) = (web.address("/feed"), web.address("/missing"));
    let some = Program::following(&[good, missing.clone()]);
    let ended = some.run(&["crawl"]).await;
    assert_eq!(ended.code, Some(3));
    assert!(ended.err.contains("There is nothing at that address (404)"), "{}", ended.err);
    assert_eq!(Program::following(&[missing]).run(&["crawl"]).await.code, Some(4));
    assert_eq!(Program::new().run(&["crawl"]).await.code, Some(1));
    let broken = Program::new();
    broken.write("feeds.toml", "[crawl]\nevery = \"soon\"\npause = 7\n");
    let ended = broken.run(&["crawl"]).await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("feeds.toml:2: crawl.every: found \"soon\""), "{}", ended.err);
    assert!(ended.err.contains("feeds.toml:3: crawl.pause"), "{}", ended.err);
}

#[tokio::test]
async fn private_networks_are_refused_unless_allowed() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["One"]));
    let program = Program::following(&[web.address("/feed")]);
    let mut command = program.command(&["crawl"]);
    command.env("PEERSCOPE_ALLOW_PRIVATE", "0");
    let ended = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert_eq!(ended.status.code(), Some(4));
    assert_eq!(web.requests(), 0);
    assert!(String::from_utf8_lossy(&ended.stderr).contains("private network"));
}

#[tokio::test]
async fn check_shows_what_would_be_stored_of_an_address_a_file_and_standard_input() {
    let web = FakeWeb::start().await;
    let feed = rss_of(&["Queues & shards"]);
    web.serve_document("/feed", RSS, &feed);
    let program = Program::new();
    program.write("feed.xml", &feed);
    let address = web.address("/feed").to_string();
    for document in [address.as_str(), "feed.xml"] {
        let shown = program.run(&["check", document, "--json"]).await.json();
        let entry = &shown["entries"][0];
        assert_eq!(entry["title"], "Queues & shards");
        assert_eq!(entry["link"], "https://example.com/posts/queues-&-shards");
        assert_eq!(entry["published"], "2026-02-02T08:00:00Z");
        assert!(entry["lengths"]["text"].as_u64().unwrap() > 100, "{entry}");
        assert_eq!(shown["complaints"][0]["kind"], "malformed", "{shown}");
    }
    let shown = program.run_with_input(&["check", "-"], &feed).await.well();
    assert!(shown.contains("Queues & shards") && shown.contains("complaint:"), "{shown}");
    let refused = program.run_with_input(&["check", "-"], "<html><title>Hi</title>").await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("HTML page"), "{}", refused.err);
}

#[tokio::test]
async fn init_writes_a_file_that_can_be_followed_and_replaces_none() {
    let program = Program::new();
    let asked = ["init", "--domain", "ecommerce", "--interest", "dynamic pricing"];
    program.run(&asked).await.well();
    let text = program.read("feeds.toml");
    assert!(text.contains("dynamic pricing") && text.matches("[[peer]]").count() > 10);
    let again = program.run(&asked).await;
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("is there already"), "{}", again.err);
    assert_eq!(program.read("feeds.toml"), text);
    let listed = program.run(&["peers", "list"]).await.well();
    assert!(listed.lines().count() > 10, "{listed}");
}

#[tokio::test]
async fn peers_are_added_removed_imported_and_exported_and_comments_stay() {
    let program = Program::new();
    program.write(
        "feeds.toml",
        "# mine\n\n[[peer]]\nname = \"One\"\nfeed = \"https://one.example/feed\"\n",
    );
    // Nobody is there to be asked: what looks like a feed is followed as one.
    let offline = nobody_listens();
    let (two, at_two) = (format!("http://{offline}/rss"), offline.to_string());
    let added = program.run(&["peers", "add", &two, "--name", "Two"]).await;
    assert!(added.err.contains(&at_two), "{}", added.err);
    assert!(added.well().contains("feed     "));
    program.run(&["peers", "add", "Zalando"]).await.well();
    let twice = program.run(&["peers", "add", &two]).await;
    assert_eq!(twice.code, Some(1));
    let opml = "<opml><body><outline text=\"Folder\"><outline text=\"Three\" \
                xmlUrl=\"https://three.example/feed\" odd=\"1\"/></outline></body></opml>";
    program.run_with_input(&["peers", "import", "-"], opml).await.well();
    program.run(&["peers", "remove", "one"]).await.well();
    let text = program.read("feeds.toml");
    assert!(text.starts_with("# mine") && !text.contains("one.example"), "{text}");
    let exported = program.run(&["peers", "export"]).await.well();
    for address in [two.as_str(), "https://three.example/feed", "zalando"] {
        assert!(exported.contains(address), "{address} in {exported}");
    }
    let unknown = program.run(&["peers", "remove", "Thre"]).await;
    assert!(unknown.err.contains("did you mean `Three`?"), "{}", unknown.err);
    let listed = program.run(&["peers", "catalogue", "--domain", "ecommerce", "zalando"]).await;
    assert!(listed.well().contains("Zalando"));
}

#[tokio::test]
async fn forget_says_what_it_will_delete_and_deletes_only_when_told() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["One", "Two"]));
    let program = Program::following(&[web.address("/feed")]);
    program.run(&["crawl"]).await.well();
    let asked = program.run(&["forget", "Peer 1"]).await;
    assert_eq!(asked.code, Some(1));
    assert!(asked.out.contains("2 entries") && asked.err.contains("nothing was deleted"));
    program.follow(&[]);
    program.run(&["forget", "peer-1", "--yes"]).await.well();
    let found = program.run(&["search", "one", "--json"]).await.json();
    assert_eq!(found["total"], 0);
    let unknown = program.run(&["forget", "peer-1"]).await;
    assert!(unknown.err.contains("knows no peer `peer-1`"), "{}", unknown.err);
}

#[tokio::test]
async fn a_backup_is_taken_and_put_back_and_the_index_follows() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["Before"]));
    let program = Program::following(&[web.address("/feed")]);
    program.run(&["crawl"]).await.well();
    let copy = argument(&program.path("copy.backup"));
    program.run(&["backup", &copy]).await.well();
    assert_eq!(program.run(&["backup", &copy]).await.code, Some(1));
    web.serve_document("/feed", RSS, &rss_of(&["Before", "After"]));
    program.run(&["crawl"]).await.well();
    program.run(&["restore", &copy]).await.well();
    let rebuilt = program.run(&["reindex"]).await.well();
    assert!(rebuilt.contains("the index holds 1 entry"), "{rebuilt}");
    let found = program.run(&["search", "before", "--json"]).await.json();
    assert_eq!((&found["total"], &found["hits"][0]["title"]), (&1.into(), &"Before".into()));
    program.write("nonsense", "this is no library");
    let refused = program.run(&["restore", &argument(&program.path("nonsense"))]).await;
    assert_eq!(refused.code, Some(1));
    assert_eq!(program.run(&["search", "before", "--json"]).await.json()["total"], 1);
}

#[tokio::test]
async fn doctor_finds_what_is_wrong_and_says_what_takes_the_space() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["One"]));
    let program = Program::following(&[web.address("/feed")]);
    program.run(&["crawl"]).await.well();
    let told = program.run(&["doctor"]).await.well();
    for subject in ["configuration", "library", "index", "disk", "network", "entries"] {
        assert!(told.contains(subject), "{subject} in {told}");
    }
    program.follow(&[format!("http://{}/feed", nobody_listens()).parse().unwrap()]);
    let told = program.run(&["doctor"]).await;
    assert_eq!(told.code, Some(1));
    assert!(told.out.contains("WRONG  network"), "{}", told.out);
}

#[tokio::test]
async fn a_service_crawls_serves_follows_a_saved_file_and_ends_in_good_order() {
    let web = FakeWeb::start().await;
    web.serve_document("/one", RSS, &rss_of(&["First post"]));
    web.serve_document("/two", RSS, &rss_of(&["Second post"]));
    let program = Program::following(&[web.address("/one")]);
    let service = program.serve(&[]).await;
    assert_eq!(service.get("/healthz").await.0, 200);
    assert_eq!(service.get("/readyz").await.0, 200);
    web.wait_for_requests(1).await;
    program.write("feeds.toml", "[crawl]\nevery = \"never\"\n");
    program.follow(&[web.address("/one"), web.address("/two")]);
    web.wait_for_requests(2).await;
    assert_eq!(web.asked()[1].path, "/two");
    service.wait_for_log(2, "visited 1 sources: 1 new entries").await;
    let (code, log) = service.terminate().await;
    assert_eq!(code, Some(0), "{log}");
    let found = program.run(&["search", "post", "--json"]).await.json();
    assert_eq!(found["total"], 2, "{log}");
}

#[tokio::test]
async fn a_mistake_in_a_saved_file_keeps_the_last_good_configuration() {
    let web = FakeWeb::start().await;
    web.serve_document("/one", RSS, &rss_of(&["First post"]));
    web.serve("/two", |_| Response::ok(rss_of(&["Second post"])));
    let program = Program::following(&[web.address("/one")]);
    let service = program.serve(&[]).await;
    web.wait_for_requests(1).await;
    let good = program.read("feeds.toml");
    program.write("feeds.toml", "[[peer]]\nname = 7\n");
    service.wait_for_log(1, "keeping the last good configuration").await;
    program.write("feeds.toml", &good.replace("/one", "/two"));
    web.wait_for_requests(2).await;
    let (code, log) = service.terminate().await;
    assert_eq!(code, Some(0));
    assert!(log.contains("feeds.toml:2: peer[0].name"), "{log}");
}

#[tokio::test]
async fn two_programs_never_write_to_one_installation_and_searching_is_always_possible() {
    let web = FakeWeb::start().await;
    web.serve_document("/one", RSS, &rss_of(&["First post"]));
    let program = Program::following(&[web.address("/one")]);
    program.run(&["crawl"]).await.well();
    let service = program.serve(&[]).await;
    let second = program.run(&["crawl"]).await;
    assert_eq!(second.code, Some(1));
    assert!(second.err.contains("in use by another peerscope"), "{}", second.err);
    assert_eq!(program.run(&["search", "first", "--json"]).await.json()["total"], 1);
    drop(service);
}

#[tokio::test]
async fn an_outage_of_our_own_is_told_once_and_not_for_each_source() {
    let port = nobody_listens().port();
    let feeds: Vec<_> =
        (2..7).map(|host| format!("http://127.0.0.{host}:{port}/feed").parse().unwrap()).collect();
    let ended = Program::following(&feeds).run(&["crawl"]).await;
    assert_eq!(ended.code, Some(4));
    assert_eq!(ended.err.matches("no host could be reached").count(), 1, "{}", ended.err);
    assert!(!ended.err.contains("Peer 1"), "{}", ended.err);
}

#[tokio::test]
async fn an_index_of_another_version_or_none_is_built_before_anybody_searches_it() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["Draining queues"]));
    let program = Program::following(&[web.address("/feed")]);
    program.run(&["crawl"]).await.well();
    program.write("index/v1/version", "0");
    let found = program.run(&["search", "draining"]).await.well();
    assert!(found.contains("Draining queues"), "{found}");
    program.write("index/v1/version", "0");
    let service = program.serve(&["--no-crawl"]).await;
    let (status, page) = service.get("/search?q=draining").await;
    assert!(status == 200 && page.contains("/entries/1"), "{page}");
    service.terminate().await;
}
