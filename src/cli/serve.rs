//! `peerscope serve`: crawls in the background, serves search and pages, ends in good order.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use clap::Args;
use tokio::{net::TcpListener, sync::watch};
use tracing::info;

use super::{Ending, output::Output, start::Start};
use crate::{
    catalogue,
    config::ConfigError,
    crawl::{self, Status},
    daemon::{
        Background, Configuration, Digests, ask_for_articles, crawl_when_due, follow_configuration,
        index_what_changes, reread_what_others_read, search_for_lost, send_digests,
    },
    domain::{Auth, Following},
    feeds::FeedsFile,
    home::{Doors, Followed, Library},
    reading::Pictures,
    report::chain,
    web::{self, Hands, Web},
};

/// How often a service that does not crawl looks for what others have written.
const LOOK_EVERY: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Serve what the library holds, and visit nobody
    #[arg(long)]
    no_crawl: bool,
}

impl Serve {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let bind = start.settings.bind;
        let listener =
            TcpListener::bind(bind).await.with_context(|| format!("could not listen on {bind}"))?;
        let (stopping, stop) = watch::channel(false);
        let status = Status::default();
        let mut work = tokio::task::JoinSet::new();
        let followed = Followed::default();
        let (library, fetcher) = if self.no_crawl {
            followed.replace(following_if_readable(&start, &status, output));
            let library = start.library().await?;
            start_looking(&start, &library, &followed, &status, &stop, &mut work);
            (library, start.fetcher()?)
        } else {
            let following = following_or_nobody(&start, output)?;
            let doors = Arc::new(start.doors_following(&following).await?);
            followed.replace(following);
            start_work(&start, digests(&start, &doors, &followed, &status)?, &stop, &mut work);
            (doors.library(), doors.fetcher.clone())
        };
        let address = listener.local_addr()?;
        output.note(&format!("peerscope serves on http://{address}"));
        if start.settings.auth == Auth::Password && library.store.count_readers().await? == 0 {
            output
                .warning("nobody can log in yet: `peerscope readers add NAME --admin` lets you in");
        }
        let feeds = FeedsFile::new(start.places.feeds(), followed.clone());
        let pictures = Pictures::new(fetcher, start.places.pictures());
        let settings = start.web_settings(address);
        let web = Web::new(library, followed, start.clock.clone(), status, &settings)
            .with_hands(Hands { feeds, pictures });
        tokio::spawn(async move {
            wait_for_signal().await;
            info!("stopping: finishing what is under way");
            stopping.send_replace(true);
        });
        let mut stop = stop;
        let stopped = async move {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        web::serve(listener, web, stopped).await.context("could not serve")?;
        while work.join_next().await.is_some() {}
        info!("stopped");
        Ok(Ending::Well)
    }
}

/// A service without a `feeds.toml` begins with nobody to follow; its pages lead on from there.
fn following_or_nobody(start: &Start, output: &Output) -> anyhow::Result<Following> {
    match start.following(output) {
        Ok(read) => Ok(read.following),
        Err(ConfigError::Missing { file }) => {
            output.note(&format!(
                "there is no {} yet: the first page helps to begin",
                file.display()
            ));
            Ok(Following::default())
        }
        Err(error) => Err(error.into()),
    }
}

/// Another process may crawl: what it commits is found here soon.
async fn see_what_others_write(library: Library, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let index = library.index.clone();
        match tokio::task::spawn_blocking(move || index.reload()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!("the index cannot be read: {}", chain(&error)),
            Err(_) => return,
        }
    }
}

/// What is in the library can be served whatever `feeds.toml` says; then there are no topics.
fn following_if_readable(start: &Start, status: &Status, output: &Output) -> Following {
    match start.following(output) {
        Ok(read) => read.following,
        Err(ConfigError::Missing { .. }) => Following::default(),
        Err(error) => {
            output.warning(&chain(&error));
            status.update(|it| it.mistakes = Some(error.to_string()));
            Following::default()
        }
    }
}

fn configuration(
    start: &Start,
    doors: Option<Arc<Doors>>,
    followed: &Followed,
    status: &Status,
) -> Configuration {
    let (followed, status) = (followed.clone(), status.clone());
    let (file, domains) = (start.places.feeds(), catalogue::domain_slugs());
    Configuration { file, domains, doors, followed, status }
}

fn digests(
    start: &Start,
    doors: &Arc<Doors>,
    followed: &Followed,
    status: &Status,
) -> anyhow::Result<Digests> {
    let (post, to) = (start.post_office()?, start.settings.mail.digest_to.clone());
    let (doors, followed, status) = (doors.clone(), followed.clone(), status.clone());
    Ok(Digests { doors, followed, post, to, status })
}

/// What goes on in the background of a service that visits nobody.
fn start_looking(
    start: &Start,
    library: &Library,
    followed: &Followed,
    status: &Status,
    stop: &watch::Receiver<bool>,
    work: &mut tokio::task::JoinSet<()>,
) {
    let following = configuration(start, None, followed, status);
    let (saved, _) = watch::channel(());
    work.spawn(follow_configuration(following, start.watch(), saved, stop.clone()));
    work.spawn(see_what_others_write(library.clone(), stop.clone()));
}

/// What goes on in the background.
fn start_work(
    start: &Start,
    digests: Digests,
    stop: &watch::Receiver<bool>,
    work: &mut tokio::task::JoinSet<()>,
) {
    let (doors, status) = (digests.doors.clone(), digests.status.clone());
    let (saved, news) = watch::channel(());
    let following = configuration(start, Some(doors.clone()), &digests.followed, &status);
    work.spawn(follow_configuration(following, start.watch(), saved, stop.clone()));
    work.spawn(send_digests(digests, news.clone(), stop.clone()));
    work.spawn(search_for_lost(doors.clone(), status.clone(), stop.clone()));
    let background = Background::default();
    let asking = (doors.clone(), status.clone(), background.clone(), stop.clone());
    work.spawn(ask_for_articles(asking.0, asking.1, asking.2, asking.3));
    let Library { store, index } = doors.library();
    let stop = stop.clone();
    work.spawn(async move {
        // What an earlier run stored and could not index any more comes first.
        let turn = background.index.lock().await;
        if let Err(error) = crawl::index_follows(&store, &index).await {
            tracing::warn!("the index could not follow: {}", chain(&error));
        }
        drop(turn);
        let (with, until) = (background.clone(), stop.clone());
        let rereading = reread_what_others_read(doors.clone(), with.clone(), until.clone());
        let changes = index_what_changes(doors.clone(), with, until);
        tokio::join!(rereading, changes, crawl_when_due(doors, status, background, news, stop));
    });
}

/// Until someone asks the program to end: Ctrl-C, or SIGTERM where there is such a thing.
async fn wait_for_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
