//! Conditional requests: validators, 304, and what an answer says of its lifetime.

use super::*;

#[tokio::test]
async fn validators_go_back_byte_for_byte_and_a_304_downloads_nothing() {
    let web = FakeWeb::start().await;
    let etag = b"W/\"caf\xe9-1\"";
    web.serve("/feed.xml", move |asked| {
        Response::ok(FEED)
            .header("ETag", etag)
            .header("Last-Modified", "Friday, about noon")
            .unless_known(asked)
    });
    let fetcher = fetcher(local());
    let first = fetched(&fetcher, &request(web.address("/feed.xml"))).await;
    let again =
        Request { validators: first.validators.clone(), ..request(web.address("/feed.xml")) };
    let second = fetched(&fetcher, &again).await;
    assert_eq!(second.answer, Answer::Unchanged);
    assert_eq!((second.status, second.wire_bytes), (304, 0));
    let asked = web.asked();
    assert!(!asked[0].is_conditional());
    assert_eq!(asked[1].header("if-none-match"), Some(etag.as_slice()));
    assert_eq!(asked[1].text("if-modified-since"), "Friday, about noon");
    assert_eq!((web.conditional_requests(), web.answers("/feed.xml", 304)), (1, 1));
}

#[tokio::test]
async fn a_304_tells_its_own_validators_and_lifetime() {
    let web = FakeWeb::start().await;
    web.serve("/feed.xml", |_| {
        Response::of(304, "").header("ETag", "\"2\"").header("Cache-Control", "max-age=7200")
    });
    let known = Validators { etag: Some("\"1\"".to_owned()), last_modified: None };
    let again = Request { validators: known, ..request(web.address("/feed.xml")) };
    let reply = fetched(&fetcher(local()), &again).await;
    assert_eq!(reply.answer, Answer::Unchanged);
    assert_eq!(reply.validators.etag.as_deref(), Some("\"2\""));
    assert_eq!(reply.lifetime, Some(Duration::from_hours(2)));
}

#[tokio::test]
async fn a_full_answer_with_the_known_etag_is_unchanged_and_with_a_new_one_is_not() {
    let web = FakeWeb::start().await;
    web.serve("/feed.xml", |_| {
        Response::ok(FEED).header("ETag", "\"1\"").header("Last-Modified", "Mon")
    });
    let fetcher = fetcher(local());
    for (etag, unchanged) in [("\"1\"", true), ("\"0\"", false)] {
        let known =
            Validators { etag: Some(etag.to_owned()), last_modified: Some("Mon".to_owned()) };
        let again = Request { validators: known, ..request(web.address("/feed.xml")) };
        let reply = fetched(&fetcher, &again).await;
        assert_eq!(reply.answer == Answer::Unchanged, unchanged, "{etag}");
    }
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_a_failure() {
    let web = FakeWeb::start().await;
    web.serve("/feed.xml", |_| Response::of(304, ""));
    let failure = failure(&fetcher(local()), web.address("/feed.xml")).await;
    assert_eq!((failure.kind, failure.status), (FailureKind::Status, Some(304)));
}

#[tokio::test]
async fn expires_zero_is_no_lifetime_and_its_validators_are_kept() {
    let web = FakeWeb::start().await;
    web.serve("/feed.xml", |_| Response::ok(FEED).header("ETag", "\"1\"").header("Expires", "0"));
    let reply = fetched(&fetcher(local()), &request(web.address("/feed.xml"))).await;
    assert_eq!(reply.lifetime, None);
    assert_eq!(reply.validators.etag.as_deref(), Some("\"1\""));
}
