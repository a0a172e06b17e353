//! A service with several readers: an admin, and two who keep things of their own.

use peerscope::{
    access::{self, Passwords},
    domain::{
        ApiTokenDraft, Auth, Networks, Password, Reader, ReaderName, ReaderRole, display_name,
    },
};
use reqwest::{Method, RequestBuilder, StatusCode, redirect};
use serde_json::Value;
use tokio::net::TcpListener;

use super::{
    fake_web::FakeWeb,
    feeds::{Post, post, rss},
    library::TestLibrary,
    service::{Service, Told},
};

/// What everyone here logs in with.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Readers are called `ada` (an admin), `bob` and `eve`.
pub(crate) struct Team {
    pub(crate) service: Service,
    /// Follows no redirect, and keeps no cookie by itself.
    client: reqwest::Client,
}

/// What a request comes with.
#[derive(Clone, Debug)]
pub(crate) enum As {
    Nobody,
    /// The value of the cookie.
    Session(String),
    Token(String),
}

impl Team {
    /// Over a few posts of one peer.
    pub(crate) async fn new() -> Self {
        Self::behind(None).await
    }

    pub(crate) async fn behind(base_url: Option<&str>) -> Self {
        let team = Self::of_nobody(Auth::Password, Networks::default(), base_url).await;
        team.add("ada", ReaderRole::Admin).await;
        team.add("bob", ReaderRole::Reader).await;
        team.add("eve", ReaderRole::Reader).await;
        team
    }

    /// Nobody has a login yet.
    pub(crate) async fn of_nobody(auth: Auth, proxies: Networks, base_url: Option<&str>) -> Self {
        let web = FakeWeb::start().await;
        let posts: Vec<Post> = ["Queues at scale", "Moving off cron"].map(post).into();
        web.serve_document("/feed", "application/rss+xml", &rss(&posts));
        let library = TestLibrary::following(&[web.address("/feed")]).await;
        library.crawl().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // Such a service may listen anywhere.
        let bound = format!("0.0.0.0:{}", listener.local_addr().unwrap().port()).parse().unwrap();
        let base_url = base_url.map(|it| it.parse().unwrap());
        let service = Service::letting_in(library, listener, (bound, base_url), (auth, proxies));
        let client = reqwest::Client::builder().no_proxy().redirect(redirect::Policy::none());
        Self { service, client: client.build().unwrap() }
    }

    pub(crate) async fn add(&self, name: &str, role: ReaderRole) -> Reader {
        let name: ReaderName = name.parse().unwrap();
        let display = display_name(&name.as_str().to_uppercase(), &name).unwrap();
        let password = Some(Password::new(PASSWORD, &name).unwrap());
        let (store, now) = (&self.service.library.doors.store, self.service.library.now());
        let passwords = Passwords::default();
        access::add_reader(store, &passwords, (&name, display, role), password, now).await.unwrap()
    }

    pub(crate) async fn reader(&self, name: &str) -> Reader {
        let found = self.service.library.doors.store.reader_called(&name.parse().unwrap()).await;
        found.unwrap().unwrap().reader
    }

    /// Logs in as a browser does.
    pub(crate) async fn log_in(&self, name: &str) -> As {
        let told = self.try_to_log_in(name, PASSWORD, &As::Nobody).await;
        assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.text);
        As::Session(cookie_of(&told))
    }

    pub(crate) async fn try_to_log_in(&self, name: &str, password: &str, held: &As) -> Told {
        self.form(held, "/login", &[("name", name), ("password", password)]).await
    }

    pub(crate) async fn token(&self, name: &str, scopes: &str) -> As {
        let (store, now) = (&self.service.library.doors.store, self.service.library.now());
        let draft = ApiTokenDraft::new(scopes, scopes.parse().unwrap(), None, now).unwrap();
        let reader = self.reader(name).await.id;
        let (key, _) = access::make_token(store, reader, &draft, now).await.unwrap();
        As::Token(key.to_token())
    }

    pub(crate) fn request(&self, who: &As, method: Method, path: &str) -> RequestBuilder {
        let address = format!("http://{}{path}", self.service.address);
        let request = self.client.request(method, address);
        match who {
            As::Nobody => request.header("sec-fetch-site", "same-origin"),
            As::Session(key) => request
                .header("cookie", format!("other=1; peerscope={key}"))
                .header("sec-fetch-site", "same-origin"),
            As::Token(token) => request.bearer_auth(token),
        }
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Told {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Told { status, headers, text: response.text().await.unwrap() }
    }

    pub(crate) async fn get(&self, who: &As, path: &str) -> Told {
        self.send(self.request(who, Method::GET, path)).await
    }

    pub(crate) async fn page(&self, who: &As, path: &str) -> String {
        let told = self.get(who, path).await;
        assert_eq!(told.status, StatusCode::OK, "{path}: {}", told.text);
        told.text
    }

    pub(crate) async fn form(&self, who: &As, path: &str, fields: &[(&str, &str)]) -> Told {
        let body = url_encoded(fields);
        let request = self.request(who, Method::POST, path).body(body);
        self.send(request.header("content-type", "application/x-www-form-urlencoded")).await
    }

    pub(crate) async fn json(&self, who: &As, method: Method, path: &str, body: &Value) -> Told {
        let request = self.request(who, method, path).body(body.to_string());
        self.send(request.header("content-type", "application/json")).await
    }
}

/// The value of the session's cookie that an answer sets.
pub(crate) fn cookie_of(told: &Told) -> String {
    let set = told.header("set-cookie");
    set.split_once('=').unwrap().1.split(';').next().unwrap().to_owned()
}

fn url_encoded(fields: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields);
    query.finish()
}
