//! The guard against private networks, with and without a proxy.

use super::*;

#[tokio::test]
async fn private_networks_are_not_asked_unless_allowed() {
    let web = FakeWeb::start().await;
    web.serve("/", |_| Response::ok(FEED));
    let closed = FetchSettings { allow_private: false, ..local() };
    for settings in [FetchSettings::default(), closed] {
        let failure = failure(&fetcher(settings), web.address("/")).await;
        assert_eq!(failure.kind, FailureKind::Forbidden);
    }
    assert_eq!((web.requests(), web.connections()), (0, 0));
    fetched(&fetcher(local()), &request(web.address("/"))).await;
}

#[tokio::test]
async fn a_proxy_may_be_private_and_names_are_left_to_it() {
    let proxy = FakeWeb::start().await;
    proxy.serve("/feed.xml", |_| Response::ok(FEED));
    let fetcher = fetcher(through(&proxy));
    let feed = "http://blog.that.is.nowhere.example/feed.xml";
    fetched(&fetcher, &request(feed.parse().unwrap())).await;
    assert_eq!(proxy.asked()[0].target, feed);
}

#[tokio::test]
async fn behind_a_proxy_private_addresses_and_redirects_to_them_stay_refused() {
    let proxy = FakeWeb::start().await;
    let secret = FakeWeb::start_at("127.0.0.2").await;
    for (path, target) in [
        ("/metadata", "http://169.254.169.254/latest/".to_owned()),
        ("/mapped", "http://[::ffff:10.0.0.1]/".to_owned()),
        ("/number", "http://2130706433/".to_owned()),
        ("/local", secret.address("/").to_string()),
        ("/name", "http://localhost/".to_owned()),
    ] {
        proxy.serve(path, move |_| Response::redirect(302, &target));
        let address = format!("http://blog.example{path}").parse().unwrap();
        let failure = failure(&fetcher(through(&proxy)), address).await;
        assert_eq!(failure.kind, FailureKind::Forbidden, "{path}");
    }
    assert_eq!((proxy.requests(), secret.connections()), (5, 0));
    let literal = failure(&fetcher(through(&proxy)), secret.address("/")).await;
    assert_eq!(literal.kind, FailureKind::Forbidden);
    assert_eq!(proxy.requests(), 5);
}

#[tokio::test]
async fn hosts_outside_the_proxy_are_reached_directly_and_guarded() {
    let proxy = FakeWeb::start().await;
    let direct = FakeWeb::start_at("127.0.0.2").await;
    direct.serve("/", |_| Response::ok(FEED));
    let no_proxy = "127.0.0.0/8".to_owned();
    let open = FetchSettings { no_proxy, allow_private: true, ..through(&proxy) };
    fetched(&fetcher(open.clone()), &request(direct.address("/"))).await;
    let guarded = FetchSettings { allow_private: false, ..open };
    let failure = failure(&fetcher(guarded), direct.address("/")).await;
    assert_eq!(failure.kind, FailureKind::Forbidden);
    assert_eq!((proxy.requests(), direct.requests()), (0, 1));
}

#[tokio::test]
async fn a_proxy_that_cannot_be_used_is_named() {
    let gone = fake_web::nobody_listens();
    let settings = FetchSettings {
        http_proxy: Some(gone.to_string()),
        https_proxy: Some(format!("socks5://{gone}")),
        ..local()
    };
    let fetcher = fetcher(settings);
    for address in ["http://blog.example/", "https://blog.example/"] {
        let failure = failure(&fetcher, address.parse().unwrap()).await;
        assert_eq!(failure.kind, FailureKind::Proxy, "{}", failure.detail);
    }
}

#[tokio::test]
async fn a_proxy_that_wants_a_login_is_named() {
    let proxy = FakeWeb::start().await;
    proxy.serve("/", |_| Response::of(407, ""));
    proxy.serve("blog.example:443", |_| Response::of(407, ""));
    for address in ["http://blog.example/", "https://blog.example/"] {
        let failure = failure(&fetcher(through(&proxy)), address.parse().unwrap()).await;
        assert_eq!(failure.kind, FailureKind::Proxy, "{}", failure.detail);
    }
}

fn through(proxy: &FakeWeb) -> FetchSettings {
    let proxy = Some(proxy.authority());
    FetchSettings { http_proxy: proxy.clone(), https_proxy: proxy, allow_private: false, ..local() }
}
