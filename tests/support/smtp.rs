//! A mail server on loopback that takes mails, or refuses, forgets, closes and stalls as planned.

use std::{
    collections::{HashMap, VecDeque},
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use mail_parser::decoders::base64::base64_decode;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// Serves until it is dropped.
pub(crate) struct FakeSmtp {
    address: SocketAddr,
    state: Arc<State>,
    accepting: tokio::task::JoinHandle<()>,
}

/// A mail that the server took.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) to: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) encrypted: bool,
    /// Who had logged in.
    pub(crate) user: Option<String>,
}

/// What happens to a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Take,
    RefuseUnknown,
    RefuseFull,
    RefuseContent,
    Later,
    /// The connection ends in the middle of the mail.
    CloseInMail,
    /// The mail is taken, and nobody learns of it.
    CloseAfterMail,
    /// No answer comes when the recipient is named.
    Stall,
    /// The mail is taken, and no answer comes.
    StallAfterMail,
    /// The server wants no more for now.
    Busy,
}

#[derive(Default)]
struct State {
    tls: Option<Arc<ServerConfig>>,
    /// TLS from the first byte.
    at_once: bool,
    login: Option<(String, String)>,
    /// By recipient: what happens to the next mails; thereafter they are taken.
    plans: Mutex<HashMap<String, VecDeque<Manner>>>,
    always: Mutex<HashMap<String, Manner>>,
    greeting: Mutex<Option<String>>,
    received: Mutex<Vec<Received>>,
    attempts: Mutex<Vec<String>>,
    connections: Mutex<usize>,
    came: Notify,
    named: Notify,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl FakeSmtp {
    pub(crate) async fn start() -> Self {
        Self::with(State::default()).await
    }

    /// Speaks TLS, from the first byte or after STARTTLS, and takes mails only of whoever logs in.
    pub(crate) async fn secure(tls: ServerConfig, at_once: bool, login: (&str, &str)) -> Self {
        let login = Some((login.0.to_owned(), login.1.to_owned()));
        Self::with(State { tls: Some(Arc::new(tls)), at_once, login, ..State::default() }).await
    }

    async fn with(state: State) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(state);
        let accepting = tokio::spawn(accept(listener, state.clone()));
        Self { address, state, accepting }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// For `PEERSCOPE_SMTP_URL`.
    pub(crate) fn url(&self) -> String {
        format!("smtp://{}?tls=none", self.address)
    }

    /// What happens to the next mails to an address, one after the other.
    pub(crate) fn plan(&self, to: &str, manners: &[Manner]) {
        self.state.plans.lock().unwrap().insert(to.to_owned(), manners.iter().copied().collect());
    }

    /// What happens to all mails to an address.
    pub(crate) fn always(&self, to: &str, manner: Manner) {
        self.state.always.lock().unwrap().insert(to.to_owned(), manner);
    }

    /// Every connection is greeted so, and closed.
    pub(crate) fn greet(&self, greeting: Option<&str>) {
        *self.state.greeting.lock().unwrap() = greeting.map(str::to_owned);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// Recipients as they were named, also of mails that were not taken.
    pub(crate) fn attempts(&self) -> Vec<String> {
        self.state.attempts.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.state.connections.lock().unwrap()
    }

    /// Returns once so many mails were taken.
    pub(crate) async fn wait_for(&self, mails: usize) {
        self.wait_until(|received| received.len() >= mails).await;
    }

    /// Returns once so many recipients were named.
    pub(crate) async fn wait_for_attempts(&self, attempts: usize) {
        while self.state.attempts.lock().unwrap().len() < attempts {
            self.state.named.notified().await;
        }
    }

    /// Returns once what was taken is enough.
    pub(crate) async fn wait_until(&self, is_enough: impl Fn(&[Received]) -> bool) {
        while !is_enough(&self.received()) {
            self.state.came.notified().await;
        }
    }
}

impl Drop for FakeSmtp {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut talks = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        *state.connections.lock().unwrap() += 1;
        let state = state.clone();
        talks.spawn(async move {
            // Whoever goes away in the middle is none of this server's troubles.
            let _ = begin(stream, state).await;
        });
    }
}

async fn begin(stream: TcpStream, state: Arc<State>) -> io::Result<()> {
    let mut stream: Box<dyn Stream> = Box::new(stream);
    let encrypted = state.at_once;
    if let Some(tls) = state.tls.clone().filter(|_| encrypted) {
        stream = Box::new(TlsAcceptor::from(tls).accept(stream).await?);
    }
    let mut talk = Talk {
        lines: BufReader::new(stream),
        state: state.clone(),
        encrypted,
        user: None,
        recipient: None,
    };
    let greeting = state.greeting.lock().unwrap().clone();
    if let Some(greeting) = greeting {
        return talk.say(&greeting).await;
    }
    talk.say("220 fake.example ESMTP").await?;
    while talk.answer().await? {}
    Ok(())
}

struct Talk {
    lines: BufReader<Box<dyn Stream>>,
    state: Arc<State>,
    encrypted: bool,
    user: Option<String>,
    recipient: Option<(String, Manner)>,
}

impl Talk {
    async fn say(&mut self, line: &str) -> io::Result<()> {
        self.lines.get_mut().write_all(format!("{line}\r\n").as_bytes()).await?;
        self.lines.get_mut().flush().await
    }

    /// Answers one command; says whether the talk goes on.
    async fn answer(&mut self) -> io::Result<bool> {
        let mut line = String::new();
        if self.lines.read_line(&mut line).await? == 0 {
            return Ok(false);
        }
        let line = line.trim_end();
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => self.hello().await?,
            "STARTTLS" => return self.encrypt().await,
            "AUTH" => self.log_in(rest).await?,
            "MAIL" if self.state.login.is_some() && self.user.is_none() => {
                self.say("530 5.7.0 Authentication required").await?;
            }
            "MAIL" | "RSET" | "NOOP" => {
                self.recipient = None;
                self.say("250 2.0.0 Ok").await?;
            }
            "RCPT" => return self.recipient(rest).await,
            "DATA" => return self.mail().await,
            "QUIT" => {
                self.say("221 2.0.0 Bye").await?;
                return Ok(false);
            }
            _ => self.say("500 5.5.1 What?").await?,
        }
        Ok(true)
    }

    async fn hello(&mut self) -> io::Result<()> {
        let may_encrypt = self.state.tls.is_some() && !self.encrypted;
        self.say("250-fake.example").await?;
        if may_encrypt {
            self.say("250-STARTTLS").await?;
        }
        if self.state.login.is_some() && !may_encrypt {
            self.say("250-AUTH PLAIN LOGIN").await?;
        }
        self.say("250 ENHANCEDSTATUSCODES").await
    }

    async fn encrypt(&mut self) -> io::Result<bool> {
        let Some(tls) = self.state.tls.clone() else {
            self.say("502 5.5.1 No TLS here").await?;
            return Ok(true);
        };
        self.say("220 2.0.0 Go ahead").await?;
        let (nothing, _) = tokio::io::duplex(1);
        let plain = std::mem::replace(&mut self.lines, BufReader::new(Box::new(nothing)));
        let stream = TlsAcceptor::from(tls).accept(plain.into_inner()).await?;
        self.lines = BufReader::new(Box::new(stream));
        self.encrypted = true;
        Ok(true)
    }

    async fn log_in(&mut self, rest: &str) -> io::Result<()> {
        let word = rest.strip_prefix("PLAIN ").unwrap_or_default();
        let said = base64_decode(word.as_bytes()).unwrap_or_default();
        let said = String::from_utf8(said).unwrap_or_default();
        let known = self.state.login.clone().unwrap_or_default();
        if said == format!("\0{}\0{}", known.0, known.1) {
            self.user = Some(known.0);
            return self.say("235 2.7.0 Welcome").await;
        }
        self.say("535 5.7.8 Wrong name or password").await
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<bool> {
        let to = rest.trim_start_matches("TO:<").split('>').next().unwrap_or_default().to_owned();
        self.state.attempts.lock().unwrap().push(to.clone());
        self.state.named.notify_one();
        let planned = self.state.plans.lock().unwrap().get_mut(&to).and_then(VecDeque::pop_front);
        let always = self.state.always.lock().unwrap().get(&to).copied();
        let manner = planned.or(always).unwrap_or(Manner::Take);
        match manner {
            Manner::RefuseUnknown => self.say("550 5.1.1 No such user here").await?,
            Manner::RefuseFull => self.say("552 5.2.2 Mailbox full").await?,
            Manner::Later => self.say("451 4.7.1 Greylisted, come back").await?,
            Manner::Busy => {
                self.say("421 4.3.2 Shutting down").await?;
                return Ok(false);
            }
            Manner::Stall => std::future::pending::<()>().await,
            _ => {
                self.recipient = Some((to, manner));
                self.say("250 2.1.5 Ok").await?;
            }
        }
        Ok(true)
    }

    async fn mail(&mut self) -> io::Result<bool> {
        let Some((to, manner)) = self.recipient.take() else {
            self.say("503 5.5.1 No recipient").await?;
            return Ok(true);
        };
        self.say("354 End with a dot").await?;
        let mut bytes = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.lines.read_until(b'\n', &mut line).await? == 0 {
                return Ok(false);
            }
            if line == b".\r\n" {
                break;
            }
            if manner == Manner::CloseInMail {
                return Ok(false);
            }
            // RFC 5321, 4.5.2.
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        if manner == Manner::RefuseContent {
            self.say("554 5.7.1 Looks like spam").await?;
            return Ok(true);
        }
        let (encrypted, user) = (self.encrypted, self.user.clone());
        let received = Received { to, bytes, encrypted, user };
        self.state.received.lock().unwrap().push(received);
        self.state.came.notify_one();
        match manner {
            Manner::CloseAfterMail => return Ok(false),
            Manner::StallAfterMail => std::future::pending::<()>().await,
            _ => self.say("250 2.0.0 Queued").await?,
        }
        Ok(true)
    }
}
