//! From flags, environment and `feeds.toml` to open doors.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::Context;
use jiff::tz::TimeZone;

use super::{output::Output, readers};
use crate::{
    catalogue,
    config::{
        self, ConfigError, Environment, Flags, Mistakes, Read, Secret, Settings, Smtp,
        SmtpSecurity, Watch,
    },
    crawl,
    digest::{PostOffice, USUAL_PAUSE},
    domain::{Following, ReaderId, Sender, Slug, Synonyms},
    extract,
    fetch::{self, FetchSettings, Fetcher, default_user_agent},
    home::{Clock, Doors, HomeError, Library, Places},
    mail::{Login, Mailer, Patience, Relay, Security, Smtp as MailServer},
    reading::Asker,
    report::chain,
    search::Index,
    store::Store,
    web::{Crawler, WebSettings},
};

/// Whom mails come from that no server takes (RFC 2606).
const FROM_NOBODY: &str = "Peerscope <peerscope@peerscope.invalid>";

/// What every command starts from.
pub(super) struct Start {
    pub(super) settings: Settings,
    pub(super) places: Places,
    pub(super) clock: Clock,
}

/// Checks how to run, and tells what is odd about it.
pub(super) fn begin(flags: &Flags, output: &Output) -> Result<Start, Mistakes> {
    let settings = flags.settings(&Environment::of_process())?;
    for warning in &settings.warnings {
        output.warning(&warning.to_string());
    }
    let database = settings.database_url.as_ref().map(|it| it.reveal().to_owned());
    let places = Places::new(settings.home.clone(), database);
    let clock = clock(&settings);
    Ok(Start { settings, places, clock })
}

/// The one place where the time of day enters. A rehearsal starts at the given time and goes on from
/// there.
#[expect(clippy::disallowed_methods, reason = "this is where the clock is read")]
fn clock(settings: &Settings) -> Clock {
    let Some(rehearsed) = settings.now else { return Clock::new(jiff::Timestamp::now) };
    let began = std::time::Instant::now();
    Clock::new(move || rehearsed + began.elapsed())
}

fn read_file(file: &PathBuf) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("could not read {}", file.display()))
}

/// The slug of a peer or domain, as a person may write it.
pub(super) fn slug_of(name: &str) -> anyhow::Result<Slug> {
    Slug::of(name).with_context(|| format!("`{name}` has no letter or digit"))
}

impl Start {
    pub(super) fn watch(&self) -> Watch {
        Watch::new(&self.places.feeds())
    }

    /// For whom the command acts: the first reader, unless another was named.
    pub(super) async fn reader(&self, store: &Store) -> anyhow::Result<ReaderId> {
        match &self.settings.reader {
            None => Ok(ReaderId::ONLY),
            Some(name) => Ok(readers::called(store, name.as_str()).await?.id),
        }
    }

    /// The same with what they care about. What is in the library can be read whatever `feeds.toml`
    /// says.
    pub(super) async fn asker(&self, store: &Store, output: &Output) -> anyhow::Result<Asker> {
        self.asker_of(store, self.following_if_any(output)).await
    }

    /// The same where `feeds.toml` was read already.
    pub(super) async fn asker_of(
        &self,
        store: &Store,
        following: Following,
    ) -> anyhow::Result<Asker> {
        let reader = self.reader(store).await?;
        let asker = Asker::new(reader, Arc::new(following));
        let who = store.reader(reader).await.context("could not read who reads")?;
        Ok(match who.and_then(|it| it.profile) {
            Some(own) => asker.caring_for(Arc::new(own)),
            None => asker,
        })
    }

    /// In which days of a person are told where nothing else says so: that of the digest.
    pub(super) fn zone(&self, output: &Output) -> TimeZone {
        let zone = self.following_if_any(output).digest.zone;
        TimeZone::get(&zone).unwrap_or(TimeZone::UTC)
    }

    /// What `feeds.toml` says. Where it cannot be read there are no topics, and nothing is muted.
    pub(super) fn following_if_any(&self, output: &Output) -> Following {
        match self.following(output) {
            Ok(read) => read.following,
            Err(ConfigError::Missing { .. }) => Following::default(),
            Err(error) => {
                output.warning(&chain(&error));
                Following::default()
            }
        }
    }

    /// What `feeds.toml` says; warnings are told.
    pub(super) fn following(&self, output: &Output) -> Result<Read, ConfigError> {
        let read = config::read_following_file(
            &self.places.feeds(),
            &catalogue::domain_slugs(),
            extract::selector_mistake,
        )?;
        for warning in &read.warnings {
            output.warning(&warning.to_string());
        }
        Ok(read)
    }

    /// Opens library and index for reading. An index that is missing, or that another version made, is
    /// built first, unless somebody else is writing here and will do so.
    pub(super) async fn library(&self) -> anyhow::Result<Library> {
        let library = self.library_as_it_is().await?;
        self.tell_synonyms(&library.index);
        if library.index.position() > 0 || library.store.last_change().await? == 0 {
            return Ok(library);
        }
        let Some(doors) = self.doors_if_free().await? else { return Ok(library) };
        tracing::warn!("building the search index, which was missing or of another version");
        crawl::index_follows(&doors.store, &doors.index).await?;
        doors.close().await;
        let library = self.library_as_it_is().await?;
        self.tell_synonyms(&library.index);
        Ok(library)
    }

    /// Lets the index follow what was just written, unless a service runs here, which does so by itself.
    pub(super) async fn index_follows(&self) -> anyhow::Result<()> {
        if let Some(doors) = self.doors_if_free().await? {
            crawl::index_follows(&doors.store, &doors.index).await?;
            doors.close().await;
        }
        Ok(())
    }

    /// `None` where somebody else is writing here.
    async fn doors_if_free(&self) -> anyhow::Result<Option<Doors>> {
        match Doors::open(&self.places, self.fetching()?, self.clock.clone()).await {
            Err(HomeError::InUse(_)) => Ok(None),
            opened => Ok(Some(opened?)),
        }
    }

    /// Adds the reader's own words that mean the same to those that come with the program.
    fn tell_synonyms(&self, index: &Index) {
        match config::read_synonyms(&self.places.synonyms()) {
            Ok((synonyms, mistakes)) => {
                for mistake in mistakes {
                    tracing::warn!("{}: {mistake}", self.places.synonyms().display());
                }
                index.set_synonyms(&Synonyms::built_in().and(synonyms));
            }
            Err(error) => tracing::warn!(
                "could not read {}: {error}; only the built-in synonyms are searched",
                self.places.synonyms().display()
            ),
        }
    }

    pub(super) async fn library_as_it_is(&self) -> Result<Library, HomeError> {
        Library::open(&self.places).await
    }

    /// Opens everything for writing, and has the library follow `feeds.toml`.
    pub(super) async fn following_doors(&self, output: &Output) -> anyhow::Result<Doors> {
        self.doors_following(&self.following(output)?.following).await
    }

    pub(super) async fn doors_following(&self, following: &Following) -> anyhow::Result<Doors> {
        let pause = following.crawl.pause;
        let fetching = FetchSettings { pause, ..self.fetching()? };
        let doors = Doors::open(&self.places, fetching, self.clock.clone()).await?;
        self.tell_synonyms(&doors.index);
        doors.store.follow(following, self.clock.now()).await?;
        Ok(doors)
    }

    /// Opens everything for writing, whatever `feeds.toml` says.
    pub(super) async fn doors(&self) -> anyhow::Result<Doors> {
        Ok(Doors::open(&self.places, self.fetching()?, self.clock.clone()).await?)
    }

    /// Opens the library alone. What a reader keeps may be written beside a service that crawls: the
    /// database lets one after the other write.
    pub(super) async fn store(&self) -> anyhow::Result<Store> {
        Store::open(self.places.library()).await.context("could not open the library")
    }

    pub(super) fn fetcher(&self) -> anyhow::Result<Fetcher> {
        Ok(Fetcher::new(self.fetching()?)?)
    }

    pub(super) fn fetching(&self) -> anyhow::Result<FetchSettings> {
        let Settings { proxy, ca_certificate, allow_private, concurrency, .. } = &self.settings;
        let reveal = |secret: &Option<Secret>| secret.as_ref().map(|it| it.reveal().to_owned());
        Ok(FetchSettings {
            user_agent: self.user_agent(),
            http_proxy: reveal(&proxy.http),
            https_proxy: reveal(&proxy.https),
            no_proxy: proxy.except.join(","),
            extra_ca: ca_certificate.as_ref().map(read_file).transpose()?,
            allow_private: *allow_private,
            concurrency: *concurrency,
            ..FetchSettings::default()
        })
    }

    pub(super) fn web_settings(&self, bound: SocketAddr) -> WebSettings {
        let contact = self.settings.contact.clone();
        let crawler = Crawler { user_agent: self.user_agent(), contact };
        let rubric = Some(self.places.folder().join(config::RUBRIC_FILE));
        let (auth, proxies) = (self.settings.auth.clone(), self.settings.auth_proxies.clone());
        let base_url = self.settings.base_url.clone();
        WebSettings { bound, base_url, crawler, rubric, auth, proxies }
    }

    /// What mails are sent with: the mail server of the settings, else a folder at home.
    pub(super) fn post_office(&self) -> anyhow::Result<PostOffice> {
        let mail = &self.settings.mail;
        let from = match &mail.from {
            Some(from) => from.clone(),
            None => FROM_NOBODY.parse()?,
        };
        let mailer = match &mail.smtp {
            Some(smtp) => Mailer::Smtp(Box::new(MailServer::new(self.relay(smtp, &from)?)?)),
            None => Mailer::Folder(self.places.outbox()),
        };
        let name = format!("{}-{}", std::process::id(), self.clock.now().as_millisecond());
        let base = self.settings.base_url.clone();
        Ok(PostOffice { mailer, from, base, name, pause: USUAL_PAUSE })
    }

    fn relay(&self, smtp: &Smtp, from: &Sender) -> anyhow::Result<Relay> {
        let login = smtp.login.as_ref().map(|(name, password)| Login {
            name: name.clone(),
            password: password.reveal().to_owned(),
        });
        Ok(Relay {
            host: smtp.host.clone(),
            port: smtp.port,
            security: match smtp.security {
                SmtpSecurity::Tls => Security::Tls,
                SmtpSecurity::StartTls => Security::StartTls,
                SmtpSecurity::None => Security::None,
            },
            login,
            extra_ca: self.settings.ca_certificate.as_ref().map(read_file).transpose()?,
            hello: from.address.host(),
            patience: Patience::default(),
        })
    }

    /// How we call ourselves: where publishers can read about us, and what they can turn to.
    fn user_agent(&self) -> String {
        let Settings { base_url, contact, .. } = &self.settings;
        let about =
            base_url.as_ref().map(|it| format!("{}/about-bot", it.as_str().trim_end_matches('/')));
        let name = about.map_or_else(default_user_agent, |it| fetch::user_agent_about(&it));
        match contact {
            Some(contact) => format!("{name} ({contact})"),
            None => name,
        }
    }
}
