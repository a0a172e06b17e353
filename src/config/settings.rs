//! How to run: from flags, else from `PEERSCOPE_*` variables, else as usual.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use jiff::Timestamp;

use super::{
    Environment, Mistakes, Secret, Smtp, Warning, error::suggestion, gather::Gather,
    spelling::nearest,
};
use crate::domain::{Address, Auth, MailAddress, Networks, ReaderName, Sender};

/// Flags that every command understands; each is also a variable.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "How to run")]
#[allow(clippy::doc_markdown, reason = "the comments are the help on a terminal")]
pub struct Flags {
    /// Folder with feeds.toml, library.db and index/ [env: PEERSCOPE_HOME] [default: .]
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<String>,
    /// Address and port to serve pages on [env: PEERSCOPE_BIND] [default: 127.0.0.1:8787]
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub bind: Option<String>,
    /// Address under which readers reach the pages [env: PEERSCOPE_BASE_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub base_url: Option<String>,
    /// Proxy for all requests, or `none` [env: PEERSCOPE_PROXY, else HTTP_PROXY and its kin]
    #[arg(long, global = true, value_name = "URL")]
    pub proxy: Option<String>,
    /// Further certificate authorities to trust, as PEM [env: PEERSCOPE_CA_CERTIFICATE]
    #[arg(long, global = true, value_name = "FILE")]
    pub ca_certificate: Option<String>,
    /// Requests at a time, over all hosts [env: PEERSCOPE_CONCURRENCY] [default: 32]
    #[arg(long, global = true, value_name = "N")]
    pub concurrency: Option<String>,
    /// `text` or `json` [env: PEERSCOPE_LOG_FORMAT] [default: text]
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// What to log, like `warn` or `info,peerscope=debug` [env: PEERSCOPE_LOG] [default: info]
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log: Option<String>,
    /// Fetch from private networks too [env: PEERSCOPE_ALLOW_PRIVATE=1]
    #[arg(long, global = true)]
    pub allow_private: bool,
    /// Page or mail address that publishers can turn to, shown to their servers [env: PEERSCOPE_CONTACT]
    #[arg(long, global = true, value_name = "CONTACT")]
    pub contact: Option<String>,
    /// Rehearse at another time: the clock starts there and goes on [env: PEERSCOPE_NOW]
    #[arg(long, global = true, value_name = "TIME")]
    pub now: Option<String>,
    /// Whose list, journal and interests a command reads and writes, by the name of the login
    /// [env: PEERSCOPE_READER] [default: the first reader]
    #[arg(long, global = true, value_name = "NAME")]
    pub reader: Option<String>,
}

/// How to run, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub home: PathBuf,
    pub bind: SocketAddr,
    /// As readers reach the pages; what links in mails and feeds begin with. `None`: only this
    /// machine reaches them, at `bind`.
    pub base_url: Option<Address>,
    pub proxy: Proxy,
    /// A PEM file of certificate authorities to trust besides the usual ones.
    pub ca_certificate: Option<PathBuf>,
    /// Requests at a time, over all hosts.
    pub concurrency: usize,
    pub log: Log,
    /// Whether addresses in private networks may be fetched.
    pub allow_private: bool,
    /// Of the library; `None` is the one at home.
    pub database_url: Option<Secret>,
    /// What publishers can turn to, as part of the user agent.
    pub contact: Option<String>,
    pub mail: Mail,
    /// How readers are told apart.
    pub auth: Auth,
    /// Proxies before this service, which are believed whom they speak for.
    pub auth_proxies: Networks,
    /// When a rehearsal begins: its clock starts there and goes on at the usual speed. `None` is
    /// the real time.
    pub now: Option<Timestamp>,
    /// For whom commands act; `None` is the first reader.
    pub reader: Option<ReaderName>,
    pub warnings: Vec<Warning>,
}

/// Through which proxies requests go, by the scheme of what is requested. Addresses may hold a
/// password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxy {
    pub http: Option<Secret>,
    pub https: Option<Secret>,
    /// Hosts that are reached without it, as `NO_PROXY` lists them, in lower case.
    pub except: Vec<String>,
}

/// How mails are sent, and to whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// `None`: mails are written to a folder.
    pub smtp: Option<Smtp>,
    /// Whom they come from.
    pub from: Option<Sender>,
    /// Where the owner of the installation receives the digest. Not in `feeds.toml`, which is shared.
    pub digest_to: Option<MailAddress>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    pub format: LogFormat,
    /// A level or directives: `info`, `info,peerscope=debug`.
    pub filter: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// Every variable that is read; others of the same beginning are slips.
const VARIABLES: [&str; 21] = [
    "PEERSCOPE_HOME",
    "PEERSCOPE_BIND",
    "PEERSCOPE_BASE_URL",
    "PEERSCOPE_PROXY",
    "PEERSCOPE_CA_CERTIFICATE",
    "PEERSCOPE_CONCURRENCY",
    "PEERSCOPE_LOG_FORMAT",
    "PEERSCOPE_LOG",
    "PEERSCOPE_ALLOW_PRIVATE",
    "PEERSCOPE_CONTACT",
    "PEERSCOPE_NOW",
    "PEERSCOPE_READER",
    "PEERSCOPE_AUTH",
    "PEERSCOPE_AUTH_HEADER",
    "PEERSCOPE_AUTH_PROXIES",
    "PEERSCOPE_DATABASE_URL",
    "PEERSCOPE_DATABASE_URL_FILE",
    "PEERSCOPE_DIGEST_TO",
    "PEERSCOPE_MAIL_FROM",
    "PEERSCOPE_SMTP_URL",
    "PEERSCOPE_SMTP_URL_FILE",
];

const USUAL_BIND: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8787);
const USUAL_CONCURRENCY: usize = 32;
const MOST_CONCURRENCY: usize = 1024;

impl Flags {
    /// Checks all of it, and tells everything that is wrong at once.
    pub fn settings(&self, environment: &Environment) -> Result<Settings, Mistakes> {
        let mut gather = Gather::new(environment);
        let home = gather.value("--home", self.home.as_deref(), "PEERSCOPE_HOME");
        let contact = gather.value("--contact", self.contact.as_deref(), "PEERSCOPE_CONTACT");
        let settings = Settings {
            home: home.map_or_else(|| ".".into(), |it| it.text.into()),
            bind: gather.bind(self.bind.as_deref()).unwrap_or(USUAL_BIND),
            base_url: gather.base_url(self.base_url.as_deref()),
            proxy: gather.proxy(self.proxy.as_deref()),
            ca_certificate: gather.ca_certificate(self.ca_certificate.as_deref()),
            concurrency: gather
                .count("--concurrency", self.concurrency.as_deref(), MOST_CONCURRENCY)
                .unwrap_or(USUAL_CONCURRENCY),
            log: Log {
                format: gather.log_format(self.log_format.as_deref()).unwrap_or_default(),
                filter: gather.log_filter(self.log.as_deref()).unwrap_or_else(|| "info".into()),
            },
            allow_private: self.allow_private || gather.switch("PEERSCOPE_ALLOW_PRIVATE"),
            database_url: gather.database_url(),
            mail: gather.mail(),
            auth: gather.auth(),
            auth_proxies: gather.auth_proxies(),
            contact: contact.and_then(|it| gather.header(&it)),
            now: gather.now(self.now.as_deref()),
            reader: gather.reader(self.reader.as_deref()),
            warnings: unknown_variables(environment),
        };
        gather.into_result(settings)
    }
}

fn unknown_variables(environment: &Environment) -> Vec<Warning> {
    let names = environment.names().filter(|it| it.starts_with("PEERSCOPE_"));
    let unknown = names.filter(|it| !VARIABLES.contains(it));
    let warn = |name: &str| {
        let hint = suggestion(nearest(name, VARIABLES));
        let message = format!("nothing reads this variable{hint}");
        Warning { place: None, key: name.to_owned(), message }
    };
    unknown.map(warn).collect()
}
