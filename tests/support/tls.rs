//! A blog behind TLS on loopback, with certificates that are made in the test.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use http_body_util::Full;
use hyper::{Request, Response, Version, body::Bytes, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use peerscope::domain::Address;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair,
    PKCS_ECDSA_P256_SHA256, date_time_ymd,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// An authority that only this test knows.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// Serves one document at every path, over HTTP/2 to clients that speak it.
pub(crate) struct TlsBlog {
    socket: SocketAddr,
    seen: Arc<Seen>,
    accepting: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    versions: Mutex<Vec<Version>>,
    connections: AtomicUsize,
}

impl Authority {
    pub(crate) fn named(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, new_key()).unwrap())
    }

    pub(crate) fn pem(&self) -> Vec<u8> {
        self.0.pem().into_bytes()
    }

    /// A blog whose certificate is for these names.
    pub(crate) async fn blog_for(&self, names: &[&str]) -> TlsBlog {
        TlsBlog::start(self.certified(&named(names))).await
    }

    /// What a server of another kind needs to be known for these names.
    pub(crate) fn server_for(&self, names: &[&str]) -> ServerConfig {
        self.certified(&named(names))
    }

    /// Certificate and key of a program that is no part of this one, as PEM.
    pub(crate) fn pem_for(&self, names: &[&str]) -> (String, String) {
        let key = new_key();
        let certificate = named(names).signed_by(&key, &self.0).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    /// A blog whose certificate ran out long ago.
    pub(crate) async fn expired_blog_for(&self, names: &[&str]) -> TlsBlog {
        let mut params = named(names);
        params.not_after = date_time_ymd(2001, 1, 1);
        TlsBlog::start(self.certified(&params)).await
    }

    fn certified(&self, params: &CertificateParams) -> ServerConfig {
        let key = new_key();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let chain = vec![certificate.der().clone()];
        let mut config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config
    }
}

fn named(names: &[&str]) -> CertificateParams {
    CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap()
}

fn new_key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}

impl TlsBlog {
    async fn start(config: ServerConfig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let accepting =
            tokio::spawn(accept(listener, TlsAcceptor::from(Arc::new(config)), seen.clone()));
        Self { socket, seen, accepting }
    }

    /// At the literal address, for certificates that name it.
    pub(crate) fn address(&self, path: &str) -> Address {
        format!("https://{}{path}", self.socket).parse().unwrap()
    }

    /// Where it listens, for a proxy that leads there.
    pub(crate) fn socket(&self) -> SocketAddr {
        self.socket
    }

    pub(crate) fn versions(&self) -> Vec<Version> {
        self.seen.versions.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(SeqCst)
    }
}

impl Drop for TlsBlog {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, seen: Arc<Seen>) {
    let mut talks = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        seen.connections.fetch_add(1, SeqCst);
        talks.spawn(talk(stream, acceptor.clone(), seen.clone()));
    }
}

async fn talk(stream: TcpStream, acceptor: TlsAcceptor, seen: Arc<Seen>) {
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        seen.versions.lock().unwrap().push(request.version());
        let body = Full::new(Bytes::from_static(b"<rss version=\"2.0\"/>"));
        async move { Ok::<_, std::convert::Infallible>(Response::new(body)) }
    });
    let server = auto::Builder::new(TokioExecutor::new());
    // A client that goes away in the middle is none of this server's troubles.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}
