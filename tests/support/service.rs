//! The web face over a library, on a real connection.

use std::net::SocketAddr;

use peerscope::{
    crawl::Status,
    domain::{Address, Auth, Networks},
    feeds::FeedsFile,
    reading::Pictures,
    web::{self, Crawler, Hands, Web, WebSettings},
};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot};

use super::{
    fake_web::FakeWeb,
    feeds::{Post, post, rss},
    library::TestLibrary,
};

/// A service over a library, at an address of its own.
pub(crate) struct Service {
    pub(crate) library: TestLibrary,
    pub(crate) status: Status,
    pub(crate) address: SocketAddr,
    pub(crate) client: reqwest::Client,
    pub(crate) stop: Option<oneshot::Sender<()>>,
    pub(crate) serving: tokio::task::JoinHandle<std::io::Result<()>>,
}

pub(crate) struct Told {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Service {
    pub(crate) async fn over(library: TestLibrary) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bound = listener.local_addr().unwrap();
        Self::listening(library, listener, bound, None)
    }

    /// `bound` is what the service believes to listen on.
    pub(crate) fn listening(
        library: TestLibrary,
        listener: TcpListener,
        bound: SocketAddr,
        base_url: Option<Address>,
    ) -> Self {
        Self::letting_in(library, listener, (bound, base_url), (Auth::None, Networks::default()))
    }

    /// The same with readers who are told apart.
    pub(crate) fn letting_in(
        library: TestLibrary,
        listener: TcpListener,
        (bound, base_url): (SocketAddr, Option<Address>),
        (auth, proxies): (Auth, Networks),
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let status = Status::default();
        let crawler = Crawler { user_agent: "Peerscope/0 (+here)".to_owned(), contact: None };
        let settings = WebSettings {
            bound,
            base_url,
            crawler,
            rubric: Some(library.home().join("rubric.toml")),
            auth,
            proxies,
        };
        let (doors, clock) = (library.doors.library(), library.doors.clock.clone());
        let feeds = FeedsFile::new(library.home().join("feeds.toml"), library.followed.clone());
        let folder = library.home().join("index").join("pictures");
        let pictures = Pictures::new(library.doors.fetcher.clone(), folder);
        let web = Web::new(doors, library.followed.clone(), clock, status.clone(), &settings)
            .with_hands(Hands { feeds, pictures });
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move {
            let _ = stopped.await;
        };
        let serving = tokio::spawn(web::serve(listener, web, stopped));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { library, status, address, client, stop: Some(stop), serving }
    }

    /// Over one peer, whose feed has posts of these titles.
    pub(crate) async fn with_posts(titles: &[&str]) -> Self {
        let posts: Vec<Post> = titles.iter().map(|it| post(it)).collect();
        Self::with_feed(&rss(&posts)).await
    }

    pub(crate) async fn with_feed(document: &str) -> Self {
        let web = FakeWeb::start().await;
        web.serve_document("/feed", "application/rss+xml", document);
        let library = TestLibrary::following(&[web.address("/feed")]).await;
        library.crawl().await;
        Self::over(library).await
    }

    /// Over a library that follows nobody.
    pub(crate) async fn with_nothing() -> Self {
        Self::over(TestLibrary::following(&[]).await).await
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Told {
        let mut request = self.client.request(method, format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Told { status, headers, text: response.text().await.unwrap() }
    }

    /// Sends JSON, as a page of the service does.
    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Told {
        self.send_with(method, path, body, &[("sec-fetch-site", "same-origin")]).await
    }

    pub(crate) async fn send_with(
        &self,
        method: Method,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Told {
        let request = self.client.request(method, format!("http://{}{path}", self.address));
        let request = request.header("content-type", "application/json").body(body.to_string());
        let request = headers.iter().fold(request, |it, (name, value)| it.header(*name, *value));
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Told { status, headers, text: response.text().await.unwrap() }
    }

    pub(crate) async fn get(&self, path: &str) -> Told {
        self.ask(Method::GET, path, &[]).await
    }

    pub(crate) async fn page(&self, path: &str) -> String {
        let told = self.get(path).await;
        assert_eq!(told.status, StatusCode::OK, "{path}: {}", told.text);
        told.text
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.page(path).await).unwrap()
    }
}

impl Told {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|it| it.to_str().unwrap()).unwrap_or_default()
    }

    /// The JSON of an answer that must be a success.
    pub(crate) fn json(&self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text);
        serde_json::from_str(&self.text).unwrap()
    }

    /// The problem that was told, as RFC 9457 wants it.
    pub(crate) fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let problem: Value = serde_json::from_str(&self.text).unwrap();
        assert_eq!(problem["status"], self.status.as_u16());
        for part in ["type", "title", "detail"] {
            assert!(problem[part].as_str().is_some_and(|it| !it.is_empty()), "{}", self.text);
        }
        problem
    }
}
