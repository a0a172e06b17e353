//! Failures, each under its own name.

use super::*;

#[tokio::test]
async fn each_refusal_by_a_server_has_its_own_name() {
    let web = FakeWeb::start().await;
    for (status, kind) in [
        (400, FailureKind::Status),
        (401, FailureKind::Unauthorized),
        (403, FailureKind::Denied),
        (404, FailureKind::NotFound),
        (410, FailureKind::Gone),
        (429, FailureKind::TooManyRequests),
        (500, FailureKind::Server),
    ] {
        web.serve("/", move |_| Response::of(status, "no"));
        let failure = failure(&fetcher(local()), web.address("/")).await;
        assert_eq!((failure.kind, failure.status), (kind, Some(status)));
        assert!(failure.detail.contains(&format!("answered {status}")), "{}", failure.detail);
    }
}

#[tokio::test]
async fn retry_after_is_told_for_429_and_503_as_seconds_or_date() {
    let web = FakeWeb::start().await;
    for (status, value, seconds) in [
        (429, "3600", Some(3600)),
        (503, "Fri, 20 Nov 2026 11:00:00 GMT", Some(1800)),
        (429, "soon", None),
        (500, "3600", None),
    ] {
        web.serve("/", move |_| {
            Response::of(status, "wait")
                .header("Date", "Fri, 20 Nov 2026 10:30:00 GMT")
                .header("Retry-After", value)
        });
        let failure = failure(&fetcher(local()), web.address("/")).await;
        assert_eq!(failure.retry_after, seconds.map(Duration::from_secs), "{status} {value}");
    }
}

#[tokio::test]
async fn a_wall_for_browsers_is_told_from_a_refusal() {
    let web = FakeWeb::start().await;
    let html = "<html><title>Just a moment...</title></html>";
    web.serve("/announced", |_| Response::of(403, "x").header("cf-mitigated", "challenge"));
    web.serve("/marked", move |_| {
        Response::of(503, html).header("Content-Type", "text/html; charset=UTF-8")
    });
    web.serve("/firewall", |_| Response::of(202, "").header("x-amzn-waf-action", "challenge"));
    for path in ["/announced", "/marked", "/firewall"] {
        let failure = failure(&fetcher(local()), web.address(path)).await;
        assert_eq!(failure.kind, FailureKind::BotWall, "{path}");
    }
}

#[tokio::test]
async fn connections_that_fail_or_break_have_their_own_names() {
    let web = FakeWeb::start().await;
    web.serve("/reset", |_| Response::reset());
    web.serve("/cut", |_| Response::cut_off(FEED));
    web.serve("/nonsense", |_| Response::raw("SSH-2.0-OpenSSH_9.2\r\n"));
    let half = super::documents::GZIP[..40].to_vec();
    let same_half = half.clone();
    web.serve("/cut-gzip", move |_| {
        Response::cut_off(&same_half).header("Content-Encoding", "gzip")
    });
    web.serve("/half-gzip", move |_| Response::ok(&half).header("Content-Encoding", "gzip"));
    web.serve("/garbled", |_| Response::ok("no gzip").header("Content-Encoding", "gzip"));
    for (path, kind) in [
        ("/reset", FailureKind::Reset),
        ("/cut", FailureKind::Reset),
        ("/cut-gzip", FailureKind::Reset),
        ("/half-gzip", FailureKind::Reset),
        ("/nonsense", FailureKind::Reset),
        ("/garbled", FailureKind::Broken),
    ] {
        let failure = failure(&fetcher(local()), web.address(path)).await;
        assert_eq!(failure.kind, kind, "{path}: {}", failure.detail);
        assert!(!failure.detail.contains('\n'));
    }
}

#[tokio::test]
async fn nobody_listening_is_refused_and_a_name_without_address_is_dns() {
    let gone = format!("http://{}/", fake_web::nobody_listens());
    let refused = failure(&fetcher(local()), gone.parse().unwrap()).await;
    assert_eq!(refused.kind, FailureKind::Refused);
    // Longer than any name may be, so that no name server is asked.
    let name = format!("http://{}.example/", "a".repeat(64));
    let nameless = failure(&fetcher(local()), name.parse().unwrap()).await;
    assert_eq!(nameless.kind, FailureKind::Dns, "{}", nameless.detail);
}
