//! Redirects: followed hop by hop, told, and bounded.

use super::*;

#[tokio::test]
async fn redirects_are_followed_and_told_with_the_permanent_address() {
    let web = FakeWeb::start().await;
    web.serve("/old", |_| Response::redirect(301, "moved#part"));
    web.serve("/moved", |_| Response::redirect(308, "/new"));
    web.serve("/new", |_| Response::ok(FEED));
    let reply = fetched(&fetcher(local()), &request(web.address("/old"))).await;
    assert_eq!(reply.address, web.address("/new"));
    assert_eq!(reply.permanent, Some(web.address("/new")));
    let statuses: Vec<_> = reply.redirects.iter().map(|it| it.status).collect();
    assert_eq!(statuses, [301, 308]);
    assert_eq!(reply.redirects[0].to, web.address("/moved"));
}

#[tokio::test]
async fn a_temporary_redirect_on_the_way_keeps_the_address() {
    let web = FakeWeb::start().await;
    web.serve("/old", |_| Response::redirect(301, "/moved"));
    web.serve("/new", |_| Response::ok(FEED));
    for status in [302, 303, 307] {
        web.serve("/moved", move |_| Response::redirect(status, "/new"));
        let reply = fetched(&fetcher(local()), &request(web.address("/old"))).await;
        assert_eq!(reply.permanent, None);
        assert_eq!(reply.address, web.address("/new"));
    }
}

#[tokio::test]
async fn conditions_hold_behind_a_redirect() {
    let web = FakeWeb::start().await;
    web.serve("/old", |_| Response::redirect(301, "/new"));
    web.serve_document("/new", "application/rss+xml", FEED);
    let fetcher = fetcher(local());
    let first = fetched(&fetcher, &request(web.address("/old"))).await;
    let again = Request { validators: first.validators, ..request(web.address("/old")) };
    let second = fetched(&fetcher, &again).await;
    assert_eq!(second.answer, Answer::Unchanged);
    assert_eq!(second.permanent, Some(web.address("/new")));
}

#[tokio::test]
async fn loops_and_long_chains_and_targets_that_are_none_are_failures() {
    let web = FakeWeb::start().await;
    web.serve("/self", |_| Response::redirect(302, "/self"));
    web.serve("/a", |_| Response::redirect(302, "/b"));
    web.serve("/b", |_| Response::redirect(302, "/a"));
    for step in 0..9 {
        web.serve(&format!("/chain{step}"), move |_| {
            Response::redirect(302, format!("/chain{}", step + 1))
        });
    }
    web.serve("/file", |_| Response::redirect(301, "file:///etc/passwd"));
    web.serve("/nowhere", |_| Response::of(301, ""));
    for (path, requests) in [("/self", 1), ("/a", 2), ("/chain0", 6), ("/file", 1), ("/nowhere", 1)]
    {
        let before = web.requests();
        let failure = failure(&fetcher(local()), web.address(path)).await;
        assert_eq!(failure.kind, FailureKind::Redirects, "{path}");
        assert_eq!(web.requests() - before, requests, "{path}");
    }
}

#[tokio::test]
async fn each_hop_waits_at_the_gate_of_its_own_host() {
    let busy = FakeWeb::start().await;
    busy.serve("/silent", |_| Response::silent());
    busy.serve("/", |_| Response::ok(FEED));
    let other = FakeWeb::start_at("127.0.0.2").await;
    let target = busy.address("/");
    other.serve("/", move |_| Response::redirect(302, target.as_str()));
    let fetcher = fetcher(local());
    let (first, request_1) = (fetcher.clone(), request(busy.address("/silent")));
    let held = tokio::spawn(async move { first.fetch(&request_1).await.is_ok() });
    while busy.requests() == 0 {
        tokio::task::yield_now().await;
    }
    let (second, request_2) = (fetcher.clone(), request(other.address("/")));
    let waiting = tokio::spawn(async move { second.fetch(&request_2).await.is_ok() });
    while other.requests() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(busy.requests(), 1);
    held.abort();
    assert!(waiting.await.unwrap());
}
