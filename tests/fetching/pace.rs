//! The pace: one request at a time per host, and no host in the way of another.

use super::*;

#[tokio::test]
async fn a_host_gets_one_request_at_a_time_with_a_pause() {
    let web = FakeWeb::start().await;
    web.serve("/", |_| Response::ok(FEED).after(Duration::from_millis(10)));
    let pause = Duration::from_millis(50);
    let fetcher = fetcher(FetchSettings { pause, ..local() });
    let started = Instant::now();
    let asks = (0..4).map(|_| {
        let (fetcher, request) = (fetcher.clone(), request(web.address("/")));
        tokio::spawn(async move { fetcher.fetch(&request).await.is_ok() })
    });
    for ask in asks.collect::<Vec<_>>() {
        assert!(ask.await.unwrap());
    }
    assert_eq!((web.requests(), web.most_at_once()), (4, 1));
    assert!(started.elapsed() >= 3 * pause + Duration::from_millis(40));
}

#[tokio::test]
async fn a_slow_host_keeps_no_other_waiting() {
    let slow = FakeWeb::start().await;
    slow.serve("/", |_| Response::silent());
    let quick = FakeWeb::start_at("127.0.0.2").await;
    quick.serve("/", |_| Response::ok(FEED));
    let fetcher = fetcher(FetchSettings { concurrency: 2, ..local() });
    let stuck: Vec<_> = (0..5)
        .map(|_| {
            let (fetcher, request) = (fetcher.clone(), request(slow.address("/")));
            tokio::spawn(async move { fetcher.fetch(&request).await.is_ok() })
        })
        .collect();
    while slow.requests() == 0 {
        tokio::task::yield_now().await;
    }
    fetched(&fetcher, &request(quick.address("/"))).await;
    assert_eq!(slow.requests(), 1);
    stuck.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn a_dropped_fetch_frees_the_host_for_the_next() {
    let web = FakeWeb::start().await;
    web.serve("/silent", |_| Response::silent());
    web.serve("/", |_| Response::ok(FEED));
    let fetcher = fetcher(FetchSettings { concurrency: 1, ..local() });
    let silent = request(web.address("/silent"));
    let dropped = tokio::time::timeout(Duration::from_millis(50), fetcher.fetch(&silent));
    assert!(dropped.await.is_err());
    fetched(&fetcher, &request(web.address("/"))).await;
}

#[tokio::test]
async fn no_more_requests_are_in_flight_than_allowed() {
    let mut webs = Vec::new();
    for host in 1..=6 {
        let web = FakeWeb::start_at(&format!("127.0.0.{host}")).await;
        web.serve("/", |_| Response::silent());
        webs.push(web);
    }
    let fetcher = fetcher(FetchSettings { concurrency: 3, ..local() });
    let mut asks = tokio::task::JoinSet::new();
    for web in &webs {
        let (fetcher, request) = (fetcher.clone(), request(web.address("/")));
        asks.spawn(async move { fetcher.fetch(&request).await.is_ok() });
    }
    let reached = || webs.iter().map(FakeWeb::requests).sum::<usize>();
    while reached() < 3 {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(reached(), 3);
}

#[tokio::test]
async fn with_very_many_hosts_further_ones_keep_no_connection() {
    let authority = Authority::named("Ours");
    let blog = authority.blog_for(&["127.0.0.1"]).await;
    let web = FakeWeb::start().await;
    web.serve("/", |_| Response::ok(FEED));
    let fetcher = fetcher(FetchSettings { extra_ca: Some(authority.pem()), ..local() });
    let nobody = fake_web::nobody_listens().port();
    for host in 0..=255 {
        let address = format!("http://127.1.0.{host}:{nobody}/").parse().unwrap();
        assert_eq!(failure(&fetcher, address).await.kind, FailureKind::Refused);
    }
    for _ in 0..2 {
        fetched(&fetcher, &request(web.address("/"))).await;
        fetched(&fetcher, &request(blog.address("/"))).await;
    }
    assert_eq!((web.connections(), blog.connections()), (2, 2));
    assert_eq!(blog.versions(), [hyper::Version::HTTP_2; 2]);
}
