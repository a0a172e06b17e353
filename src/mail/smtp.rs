//! Talks with a mail server: each step is given its time, and one connection serves many mails.

use std::{fmt, time::Duration};

use lettre::{
    Address,
    transport::smtp::{
        self,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail, Quit, Rcpt, Rset},
        extension::{ClientId, Extension, MailParameter},
    },
};
use tokio::{sync::Mutex, time::timeout};

use super::{
    Cause, Letter, MailError,
    judge::{Step, judge, silent},
    letter::address,
};
use crate::domain::MailAddress;

/// Where mails are handed in.
#[derive(Clone, Debug)]
pub struct Relay {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<Login>,
    /// Certificates of authorities to trust besides the usual ones, as PEM.
    pub extra_ca: Option<Vec<u8>>,
    /// How we call ourselves.
    pub hello: String,
    pub patience: Patience,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after `STARTTLS`, without which nothing is said.
    StartTls,
    None,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    pub name: String,
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("name", &self.name).finish_non_exhaustive()
    }
}

/// How long a server may take for each step. RFC 5321, 4.5.3.2 grants more to servers among
/// themselves; together these stay below the time for which a mail is claimed.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub connecting: Duration,
    pub answering: Duration,
    /// Taking the whole mail.
    pub taking: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connecting: Duration::from_secs(30),
            answering: Duration::from_mins(1),
            taking: Duration::from_mins(5),
        }
    }
}

/// Some servers end a connection that brings too many.
const MAILS_PER_CONNECTION: u32 = 50;

/// A server that mails can be handed to.
pub struct Smtp {
    relay: Relay,
    server: String,
    tls: Option<TlsParameters>,
    open: Mutex<Option<Open>>,
}

/// A connection that is kept for the next mail.
struct Open {
    connection: AsyncSmtpConnection,
    mails: u32,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Smtp").field(&self.relay).finish()
    }
}

impl Smtp {
    /// Connects to nobody yet.
    pub fn new(relay: Relay) -> Result<Self, MailError> {
        let server = format!("{}:{}", relay.host, relay.port);
        let tls = match relay.security {
            Security::None => None,
            _ => Some(tls_for(&relay).map_err(|error| MailError::Unusable {
                server: server.clone(),
                step: Step::Encrypting.as_str(),
                source: Cause(Box::new(error)),
            })?),
        };
        Ok(Self { relay, server, tls, open: Mutex::new(None) })
    }

    pub(super) fn server(&self) -> &str {
        &self.server
    }

    pub(super) async fn hand_over(&self, letter: &Letter) -> Result<String, MailError> {
        let refused = |answer: String| self.refused(&letter.to, answer);
        let bytes = letter.bytes().map_err(|error| refused(error.to_string()))?;
        let from = address(&letter.from.address).map_err(|error| refused(error.to_string()))?;
        let to = address(&letter.to).map_err(|error| refused(error.to_string()))?;
        let mut kept = self.open.lock().await;
        let mut open = match self.reuse(kept.take()).await {
            Some(open) => open,
            None => self.connect(&letter.to).await?,
        };
        let talk = Talk { smtp: self, to: &letter.to };
        let answer = talk.bring(&mut open.connection, from, to, &bytes).await;
        open.mails += 1;
        let is_sound =
            matches!(answer, Ok(_) | Err(MailError::Refused { .. } | MailError::Later { .. }));
        if is_sound && open.mails < MAILS_PER_CONNECTION {
            *kept = Some(open);
        } else if is_sound {
            let _ = timeout(self.relay.patience.answering, open.connection.command(Quit)).await;
        }
        answer
    }

    pub(super) async fn rest(&self) {
        if let Some(mut open) = self.open.lock().await.take() {
            // Whoever does not hear it notices that the connection ends.
            let _ = timeout(self.relay.patience.connecting, open.connection.command(Quit)).await;
        }
    }

    /// The connection, if it still lives. What a mail that was refused left there is forgotten.
    async fn reuse(&self, open: Option<Open>) -> Option<Open> {
        let mut open = open?;
        let reset = timeout(self.relay.patience.connecting, open.connection.command(Rset)).await;
        matches!(reset, Ok(Ok(_))).then_some(open)
    }

    async fn connect(&self, to: &MailAddress) -> Result<Open, MailError> {
        let Relay { host, port, security, login, patience, .. } = &self.relay;
        let talk = Talk { smtp: self, to };
        let hello = ClientId::Domain(self.relay.hello.clone());
        let at_once = self.tls.clone().filter(|_| *security == Security::Tls);
        let connecting = AsyncSmtpConnection::connect_tokio1(
            (host.as_str(), *port),
            Some(patience.connecting),
            &hello,
            at_once,
            None,
        );
        let mut connection = talk.step(Step::Connecting, patience.connecting, connecting).await?;
        if let (Security::StartTls, Some(tls)) = (security, &self.tls) {
            let begin = connection.starttls(tls.clone(), &hello);
            talk.step(Step::Encrypting, patience.connecting, begin).await?;
        }
        if let Some(login) = login {
            let credentials = Credentials::new(login.name.clone(), login.password.clone());
            let log_in = connection.auth(DEFAULT_MECHANISMS, &credentials);
            talk.step(Step::LoggingIn, patience.answering, log_in).await?;
        }
        Ok(Open { connection, mails: 0 })
    }

    fn refused(&self, to: &MailAddress, answer: String) -> MailError {
        let (server, to) = (self.server.clone(), to.clone());
        MailError::Refused { server, to, answer, unknown_address: false }
    }
}

/// The talk about one mail.
#[derive(Clone, Copy)]
struct Talk<'a> {
    smtp: &'a Smtp,
    to: &'a MailAddress,
}

impl Talk<'_> {
    async fn bring(
        self,
        connection: &mut AsyncSmtpConnection,
        from: Address,
        to: Address,
        bytes: &[u8],
    ) -> Result<String, MailError> {
        let mut parameters = Vec::new();
        if !bytes.is_ascii() {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                let answer = "the server takes addresses in ASCII only (it has no SMTPUTF8)";
                return Err(self.smtp.refused(self.to, answer.to_owned()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let patience = self.smtp.relay.patience;
        let mail = connection.command(Mail::new(Some(from), parameters));
        self.step(Step::NamingSender, patience.answering, mail).await?;
        let recipient = connection.command(Rcpt::new(to, Vec::new()));
        self.step(Step::NamingRecipient, patience.answering, recipient).await?;
        self.step(Step::Beginning, patience.answering, connection.command(Data)).await?;
        let message = connection.message(bytes);
        let answer = self.step(Step::Sending, patience.taking, message).await?;
        let text: Vec<&str> = answer.message().collect();
        Ok(format!("{} {}", answer.code(), text.join(" ")).trim_end().to_owned())
    }

    async fn step<T>(
        self,
        step: Step,
        patience: Duration,
        talk: impl Future<Output = Result<T, smtp::Error>>,
    ) -> Result<T, MailError> {
        let server = &self.smtp.server;
        match timeout(patience, talk).await {
            Ok(answer) => answer.map_err(|error| judge(server, self.to, step, error)),
            Err(_) => Err(silent(server, step, patience.as_secs())),
        }
    }
}

fn tls_for(relay: &Relay) -> Result<TlsParameters, smtp::Error> {
    let mut builder = TlsParameters::builder(relay.host.clone());
    for part in relay.extra_ca.iter().flat_map(|pem| certificates(pem)) {
        builder = builder.add_root_certificate(Certificate::from_pem(&part)?);
    }
    builder.build()
}

/// The single certificates of a file.
fn certificates(pem: &[u8]) -> Vec<Vec<u8>> {
    const END: &str = "-----END CERTIFICATE-----";
    let text = String::from_utf8_lossy(pem);
    let parts = text.split_inclusive(END).filter(|it| it.contains(END));
    parts.map(|it| it.as_bytes().to_vec()).collect()
}
