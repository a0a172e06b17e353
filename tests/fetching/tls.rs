//! TLS: authorities, names, dates, and HTTP/2.

use super::*;

fn trusting(authority: &Authority) -> Fetcher {
    fetcher(FetchSettings { extra_ca: Some(authority.pem()), ..local() })
}

#[tokio::test]
async fn an_extra_authority_is_trusted_and_http_2_spoken_over_one_connection() {
    let authority = Authority::named("Ours");
    let blog = authority.blog_for(&["127.0.0.1"]).await;
    let fetcher = trusting(&authority);
    for _ in 0..3 {
        fetched(&fetcher, &request(blog.address("/feed.xml"))).await;
    }
    assert_eq!(blog.versions(), [hyper::Version::HTTP_2; 3]);
    assert_eq!(blog.connections(), 1);
}

#[tokio::test]
async fn bad_certificates_are_told_apart() {
    let authority = Authority::named("Ours");
    let good = authority.blog_for(&["127.0.0.1"]).await;
    let other_name = authority.blog_for(&["other.example"]).await;
    let expired = authority.expired_blog_for(&["127.0.0.1"]).await;
    for (fetcher, blog, told) in [
        (trusting(&authority), &other_name, "is for another name (other.example)"),
        (trusting(&authority), &expired, "has expired on 2001-01-01"),
        (fetcher(local()), &good, "is from an issuer unknown to this machine"),
        (
            trusting(&Authority::named("Another")),
            &good,
            "is from an issuer unknown to this machine",
        ),
    ] {
        let failure = failure(&fetcher, blog.address("/feed.xml")).await;
        assert_eq!(failure.kind, FailureKind::Tls);
        assert!(failure.detail.contains(told), "{}", failure.detail);
        assert_eq!(blog.versions(), []);
    }
}

#[tokio::test]
async fn a_server_without_tls_is_named() {
    let web = FakeWeb::start().await;
    let address = web.address("/").as_str().replace("http:", "https:").parse().unwrap();
    let failure = failure(&fetcher(local()), address).await;
    assert!(matches!(failure.kind, FailureKind::Tls | FailureKind::Reset), "{}", failure.detail);
}

#[tokio::test]
async fn behind_a_proxy_tls_reaches_through_to_the_blog_itself() {
    let authority = Authority::named("Ours");
    let blog = authority.blog_for(&["blog.example"]).await;
    let proxy = FakeWeb::start().await;
    let socket = blog.socket();
    proxy.serve("blog.example:443", move |_| Response::tunnel_to(socket));
    proxy.serve("other.example:443", move |_| Response::tunnel_to(socket));
    let fetcher = fetcher(FetchSettings {
        extra_ca: Some(authority.pem()),
        https_proxy: Some(proxy.authority()),
        allow_private: false,
        ..local()
    });
    fetched(&fetcher, &request("https://blog.example/feed.xml".parse().unwrap())).await;
    assert_eq!(blog.versions(), [hyper::Version::HTTP_2]);
    let failure = failure(&fetcher, "https://other.example/".parse().unwrap()).await;
    assert_eq!(failure.kind, FailureKind::Tls, "{}", failure.detail);
}
