//! A small web on loopback that records what it is asked and misbehaves on request.
//!
//! It speaks plain HTTP/1.1 by hand, so that answers may be cut off, reset, endless or nonsense.
//! Asked with whole addresses it answers like a proxy: by the path, whatever the host.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use peerscope::domain::Address;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// Serves until it is dropped.
pub(crate) struct FakeWeb {
    address: SocketAddr,
    site: Arc<Site>,
    accepting: tokio::task::JoinHandle<()>,
}

type Responder = Arc<dyn Fn(&Asked) -> Response + Send + Sync>;

#[derive(Default)]
struct Site {
    responders: Mutex<HashMap<String, Responder>>,
    asked: Mutex<Vec<Asked>>,
    answered: Mutex<Vec<(String, u16)>>,
    connections: AtomicUsize,
    open: AtomicUsize,
    most_at_once: AtomicUsize,
    /// One request is remembered for whoever waits later.
    came: tokio::sync::Notify,
}

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// As in the request line: a path, or a whole address from a client that takes us for its proxy.
    pub(crate) target: String,
    /// Path with query.
    pub(crate) path: String,
    /// Names lower-case, values byte for byte.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Response {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    delay: Duration,
    manner: Manner,
}

/// How an answer is given.
#[derive(Clone, Copy, Debug)]
enum Manner {
    /// 200 without a body, then whatever either side says (RFC 9110 §9.3.6).
    Tunnel(SocketAddr),
    Whole,
    /// Head and body, then the connection closes although more was promised.
    CutOff,
    /// The body again and again, in chunks, until the other side has enough.
    Endless,
    /// Nothing at all, and the connection stays open.
    Silent,
    /// Head and body, then silence although more was promised.
    Stalled,
    /// The connection is reset without an answer.
    Reset,
    /// The body alone, whatever it is.
    Raw,
}

/// An address of this machine where connections are refused.
pub(crate) fn nobody_listens() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl FakeWeb {
    pub(crate) async fn start() -> Self {
        Self::start_at("127.0.0.1").await
    }

    /// At another loopback address (`127.0.0.2`), which has a host gate of its own.
    pub(crate) async fn start_at(ip: &str) -> Self {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let site = Arc::new(Site::default());
        let accepting = tokio::spawn(accept(listener, site.clone()));
        Self { address, site, accepting }
    }

    pub(crate) fn address(&self, path: &str) -> Address {
        format!("http://{}{path}", self.address).parse().unwrap()
    }

    /// `host:port`, for a proxy setting.
    pub(crate) fn authority(&self) -> String {
        self.address.to_string()
    }

    /// Answers this path (with query) from now on; other paths answer 404.
    pub(crate) fn serve(
        &self,
        path: &str,
        responder: impl Fn(&Asked) -> Response + Send + Sync + 'static,
    ) {
        self.site.responders.lock().unwrap().insert(path.to_owned(), Arc::new(responder));
    }

    /// A document with an `ETag` of its own, answered with 304 to those who have it.
    pub(crate) fn serve_document(&self, path: &str, content_type: &str, body: &str) {
        let (content_type, body) = (content_type.to_owned(), body.to_owned());
        let etag = format!(
            "\"{:x}\"",
            body.bytes().fold(7u32, |sum, it| sum.rotate_left(5) ^ u32::from(it))
        );
        self.serve(path, move |asked| {
            Response::ok(&body)
                .header("Content-Type", &content_type)
                .header("ETag", &etag)
                .unless_known(asked)
        });
    }

    /// Every request so far, in the order they came.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.site.asked.lock().unwrap().clone()
    }

    pub(crate) fn requests(&self) -> usize {
        self.site.asked.lock().unwrap().len()
    }

    /// Returns once so many requests have come.
    pub(crate) async fn wait_for_requests(&self, count: usize) {
        while self.requests() < count {
            self.site.came.notified().await;
        }
    }

    /// Requests to one path that were answered with this status.
    pub(crate) fn answers(&self, path: &str, status: u16) -> usize {
        let answered = self.site.answered.lock().unwrap();
        answered.iter().filter(|it| it.0 == path && it.1 == status).count()
    }

    /// Requests that brought validators.
    pub(crate) fn conditional_requests(&self) -> usize {
        self.asked().iter().filter(|it| it.is_conditional()).count()
    }

    pub(crate) fn connections(&self) -> usize {
        self.site.connections.load(SeqCst)
    }

    /// Most requests that were under way at the same time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.site.most_at_once.load(SeqCst)
    }
}

impl Drop for FakeWeb {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        let found = self.headers.iter().find(|it| it.0.eq_ignore_ascii_case(name))?;
        Some(&found.1)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(self.header(name).unwrap_or_default()).into_owned()
    }

    pub(crate) fn is_conditional(&self) -> bool {
        self.header("if-none-match").or(self.header("if-modified-since")).is_some()
    }
}

impl Response {
    pub(crate) fn ok(body: impl AsRef<[u8]>) -> Self {
        Self::of(200, body)
    }

    pub(crate) fn of(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.as_ref().to_vec(),
            delay: Duration::ZERO,
            manner: Manner::Whole,
        }
    }

    pub(crate) fn redirect(status: u16, location: impl AsRef<[u8]>) -> Self {
        Self::of(status, "").header("Location", location)
    }

    #[must_use]
    pub(crate) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    #[must_use]
    pub(crate) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// 304 instead, for a client that sent this answer's `ETag` or `Last-Modified`.
    #[must_use]
    pub(crate) fn unless_known(mut self, asked: &Asked) -> Self {
        let own = |name: &str| self.headers.iter().find(|it| it.0.eq_ignore_ascii_case(name));
        let same = |own: Option<&(String, Vec<u8>)>, sent: Option<&[u8]>| {
            own.is_some_and(|it| Some(it.1.as_slice()) == sent)
        };
        let known = match asked.header("if-none-match") {
            Some(sent) => same(own("etag"), Some(sent)),
            None => same(own("last-modified"), asked.header("if-modified-since")),
        };
        if known {
            self.status = 304;
            self.body.clear();
        }
        self
    }

    pub(crate) fn cut_off(body: impl AsRef<[u8]>) -> Self {
        Self { manner: Manner::CutOff, ..Self::ok(body) }
    }

    pub(crate) fn endless(body: impl AsRef<[u8]>) -> Self {
        Self { manner: Manner::Endless, ..Self::ok(body) }
    }

    pub(crate) fn silent() -> Self {
        Self { manner: Manner::Silent, ..Self::ok("") }
    }

    pub(crate) fn stalled(body: impl AsRef<[u8]>) -> Self {
        Self { manner: Manner::Stalled, ..Self::ok(body) }
    }

    pub(crate) fn reset() -> Self {
        Self { manner: Manner::Reset, ..Self::ok("") }
    }

    pub(crate) fn raw(bytes: impl AsRef<[u8]>) -> Self {
        Self { manner: Manner::Raw, ..Self::ok(bytes) }
    }

    /// What a proxy says to `CONNECT`; the path to serve it at is `host:port`.
    pub(crate) fn tunnel_to(socket: SocketAddr) -> Self {
        Self { manner: Manner::Tunnel(socket), ..Self::ok("") }
    }

    fn head(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Whatever\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value);
            head.extend_from_slice(b"\r\n");
        }
        let promised = match self.manner {
            Manner::CutOff | Manner::Stalled => Some(self.body.len() + 1000),
            Manner::Endless | Manner::Tunnel(_) => None,
            _ if self.status == 304 || self.status == 204 => None,
            _ => Some(self.body.len()),
        };
        match (promised, self.manner) {
            (Some(length), _) => head.extend(format!("Content-Length: {length}\r\n").bytes()),
            (None, Manner::Endless) => head.extend_from_slice(b"Transfer-Encoding: chunked\r\n"),
            (None, _) => {}
        }
        head.extend_from_slice(b"\r\n");
        head
    }
}

async fn accept(listener: TcpListener, site: Arc<Site>) {
    let mut talks = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        site.connections.fetch_add(1, SeqCst);
        talks.spawn(talk(stream, site.clone()));
    }
}

/// Answers one connection's requests until either side has enough.
async fn talk(stream: TcpStream, site: Arc<Site>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let asked = read_request(&mut stream).await?;
        let busy = Busy::enter(&site);
        let responder = site.responders.lock().unwrap().get(&asked.path).cloned();
        site.asked.lock().unwrap().push(asked.clone());
        site.came.notify_one();
        let response = responder.map_or_else(|| Response::of(404, "no such page"), |it| it(&asked));
        site.answered.lock().unwrap().push((asked.path, response.status));
        tokio::time::sleep(response.delay).await;
        if let Manner::Whole = response.manner {
            // Left before the client can know that its turn is over, and ask again.
            drop(busy);
            let answer = [response.head(), response.body].concat();
            stream.get_mut().write_all(&answer).await.ok()?;
        } else {
            return misbehave(stream.get_mut(), &response).await;
        }
    }
}

/// Gives an answer after which the connection is of no use.
async fn misbehave(wire: &mut TcpStream, response: &Response) -> Option<()> {
    let (head, body) = (response.head(), response.body.as_slice());
    match response.manner {
        Manner::Whole | Manner::CutOff => wire.write_all(&[&head, body].concat()).await.ok(),
        Manner::Stalled => {
            wire.write_all(&[&head, body].concat()).await.ok()?;
            left(wire).await
        }
        Manner::Silent => left(wire).await,
        Manner::Reset => wire.set_zero_linger().ok(),
        Manner::Raw => wire.write_all(body).await.ok(),
        Manner::Tunnel(socket) => {
            wire.write_all(&head).await.ok()?;
            let mut target = TcpStream::connect(socket).await.ok()?;
            tokio::io::copy_bidirectional(wire, &mut target).await.ok().map(|_| ())
        }
        Manner::Endless => {
            wire.write_all(&head).await.ok()?;
            let length = format!("{:x}\r\n", body.len()).into_bytes();
            let chunk = [&length, body, b"\r\n".as_slice()].concat();
            loop {
                wire.write_all(&chunk).await.ok()?;
            }
        }
    }
}

/// Returns when the client goes away.
async fn left(wire: &mut TcpStream) -> Option<()> {
    while wire.read(&mut [0; 64]).await.is_ok_and(|read| read > 0) {}
    None
}

/// Counts one request as under way.
struct Busy<'a>(&'a Site);

impl<'a> Busy<'a> {
    fn enter(site: &'a Site) -> Self {
        let open = site.open.fetch_add(1, SeqCst) + 1;
        site.most_at_once.fetch_max(open, SeqCst);
        Self(site)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, SeqCst);
    }
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Asked> {
    let first = read_line(stream).await?;
    let first = String::from_utf8_lossy(&first).into_owned();
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let line = read_line(stream).await?;
        let Some(colon) = line.iter().position(|it| *it == b':') else { break };
        let name = String::from_utf8_lossy(&line[..colon]).to_ascii_lowercase();
        headers.push((name, line[colon + 1..].trim_ascii().to_vec()));
    }
    let path = match target.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]).to_owned(),
        None => target.clone(),
    };
    Some(Asked { method, target, path, headers })
}

async fn read_line(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    let read = stream.read_until(b'\n', &mut line).await.ok()?;
    (read > 0).then(|| line.trim_ascii_end().to_vec())
}
