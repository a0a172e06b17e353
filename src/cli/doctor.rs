//! `peerscope doctor`: looks at everything an installation needs, and says what takes the space.

use std::{path::Path, time::Duration};

use clap::Args;
use jiff::Timestamp;

use super::{
    Ending,
    output::{Output, bytes, count},
    start::Start,
};
use crate::{
    domain::{Address, Auth, DeliveryState, Diagnosis, Following, diagnose},
    fetch::{Accept, FetchError, Fetcher, Request},
    home::{HomeError, Library, WritingLock},
    insight::MODEL,
    report::chain,
    store::InsightCounts,
};

/// Less free space than this is worth a word.
const LITTLE_SPACE: u64 = 500_000_000;
/// A clock that is off by more misjudges schedules and dates.
const CLOCK_TOLERANCE: Duration = Duration::from_mins(2);
/// Hosts that are tried, one request each: enough to tell an outage from a host that is down.
const HOSTS_TRIED: usize = 3;

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Leave the network alone
    #[arg(long)]
    offline: bool,
}

/// What was found so far.
struct Findings<'a> {
    output: &'a Output,
    wrong: u32,
}

impl Findings<'_> {
    fn good(&self, subject: &str, text: &str) {
        self.output.line(&format!("ok     {subject:<13} {text}"));
    }

    fn bad(&mut self, subject: &str, text: &str) {
        self.wrong += 1;
        self.output.line(&format!("WRONG  {subject:<13} {text}"));
    }

    fn odd(&self, subject: &str, text: &str) {
        self.output.line(&format!("odd    {subject:<13} {text}"));
    }
}

impl Doctor {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let mut findings = Findings { output, wrong: 0 };
        let following = configuration(&start, &mut findings);
        service(&start, &mut findings);
        if let Some(library) = library(&start, &mut findings).await {
            index(&library, &mut findings).await;
            insight(&library, &mut findings).await;
            mails(&start, &library, &mut findings).await;
            logins(&start, &library, &mut findings).await;
            sources(&library, start.clock.now(), &mut findings).await;
            space(&library, &mut findings).await;
        }
        disk(start.places.folder(), &mut findings);
        if !self.offline {
            reach(&start, following.as_ref(), &mut findings).await;
        }
        let wrong = findings.wrong;
        Ok(if wrong == 0 { Ending::Well } else { Ending::Failed })
    }
}

fn configuration(start: &Start, findings: &mut Findings<'_>) -> Option<Following> {
    match start.following(findings.output) {
        Ok(read) => {
            let peers = count(read.following.peers.len() as u64, "peer", "peers");
            findings.good(
                "configuration",
                &format!("{} follows {peers}", start.places.feeds().display()),
            );
            Some(read.following)
        }
        Err(error) => {
            findings.bad("configuration", &chain(&error));
            None
        }
    }
}

fn service(start: &Start, findings: &mut Findings<'_>) {
    match WritingLock::take(start.places.folder()) {
        Ok(_) => findings.good("service", "nothing else writes to this installation"),
        Err(HomeError::InUse(_)) => {
            findings.good("service", "a service or a crawl is running here");
        }
        Err(error) => findings.bad("service", &chain(&error)),
    }
}

/// Whether those who are to come in can, and nobody else.
async fn logins(start: &Start, library: &Library, findings: &mut Findings<'_>) {
    let (auth, bind) = (&start.settings.auth, start.settings.bind);
    let readers = match library.store.count_readers().await {
        Ok(readers) => readers,
        Err(error) => return findings.bad("logins", &chain(&error)),
    };
    let base = start.settings.base_url.as_ref();
    let is_secure = base.is_some_and(|it| it.url().scheme() == "https");
    let is_exposed = !bind.ip().to_canonical().is_loopback();
    match auth {
        Auth::None if is_exposed => findings.odd(
            "logins",
            &format!("others reach {bind}, and find nothing to read: PEERSCOPE_AUTH lets them in"),
        ),
        Auth::None => {}
        Auth::Password if readers == 0 => findings
            .bad("logins", "nobody can log in: `peerscope readers add NAME --admin` lets you in"),
        Auth::Password if is_exposed && !is_secure => findings.odd(
            "logins",
            "passwords cross the network as they are typed: put a proxy with TLS before the service, \
             and name its address in PEERSCOPE_BASE_URL",
        ),
        Auth::Password | Auth::Proxy { .. } => {
            findings.good("logins", &count(readers, "reader has one", "readers have one"));
        }
    }
}

async fn library(start: &Start, findings: &mut Findings<'_>) -> Option<Library> {
    let library = match start.library_as_it_is().await {
        Ok(library) => library,
        Err(error) => {
            findings.bad("library", &chain(&error));
            return None;
        }
    };
    match library.store.check().await {
        Ok(integrity) if integrity.is_sound() => findings.good("library", "sound"),
        Ok(integrity) => findings.bad(
            "library",
            &format!("damaged, restore a backup: {}", integrity.findings.join("; ")),
        ),
        Err(error) => findings.bad("library", &chain(&error)),
    }
    Some(library)
}

async fn index(library: &Library, findings: &mut Findings<'_>) {
    let held = library.index.position();
    let entries = count(library.index.document_count(), "entry", "entries");
    match library.store.last_change().await {
        Ok(last) if last == held => findings.good("index", &format!("up to date, {entries}")),
        Ok(last) => findings.odd(
            "index",
            &format!(
                "{} behind the library; `serve` and `crawl` catch up, `reindex` builds it anew",
                count(u64::try_from(last - held).unwrap_or_default(), "change", "changes")
            ),
        ),
        Err(error) => findings.bad("index", &chain(&error)),
    }
}

/// Where mails go, and what became of issues.
async fn mails(start: &Start, library: &Library, findings: &mut Findings<'_>) {
    let place = match start.post_office() {
        Ok(post) => post.mailer.place(),
        Err(error) => return findings.bad("mails", &chain(error.as_ref())),
    };
    match library.store.delivery_counts().await {
        Ok(counts) => {
            let told: Vec<String> = counts
                .iter()
                .map(|(state, number)| format!("{number} {}", state.as_str()))
                .collect();
            let told = if told.is_empty() { "no issue yet".to_owned() } else { told.join(", ") };
            let is_odd = counts.iter().any(|(state, _)| *state == DeliveryState::GivenUp);
            let line = format!("to {place}: {told}");
            if is_odd { findings.odd("mails", &line) } else { findings.good("mails", &line) }
        }
        Err(error) => findings.bad("mails", &chain(&error)),
    }
}

async fn insight(library: &Library, findings: &mut Findings<'_>) {
    match library.store.insight_counts(MODEL).await {
        Ok(InsightCounts { read, waiting: 0 }) => {
            findings.good("insight", &format!("{} read", count(read, "entry", "entries")));
        }
        Ok(InsightCounts { read, waiting }) => findings.odd(
            "insight",
            &format!(
                "{} read, {waiting} waiting; `serve` comes to them, `reread` does it now",
                count(read, "entry", "entries")
            ),
        ),
        Err(error) => findings.bad("insight", &chain(&error)),
    }
}

/// Sources that need care, which no visit by itself mends.
async fn sources(library: &Library, now: Timestamp, findings: &mut Findings<'_>) {
    let reports = match library.store.sources().await {
        Ok(reports) => reports,
        Err(error) => return findings.bad("sources", &chain(&error)),
    };
    let followed = reports.iter().filter(|it| it.followed);
    let diagnoses: Vec<Diagnosis> = followed.map(|it| diagnose(&it.source, now)).collect();
    let ailing = diagnoses.iter().filter(|it| **it != Diagnosis::Fine).count();
    let all = count(diagnoses.len() as u64, "source", "sources");
    if ailing == 0 {
        findings.good("sources", &format!("{all}, none has died, moved or fallen silent"));
        return;
    }
    let told = ["dead", "dropped", "moved", "stale"].map(|word| {
        let number = diagnoses.iter().filter(|it| it.as_str() == word).count();
        (number > 0).then(|| format!("{number} {word}"))
    });
    let told: Vec<String> = told.into_iter().flatten().collect();
    let text = format!("{ailing} of {all}: {}; see `peerscope sources repair`", told.join(", "));
    findings.odd("sources", &text);
}

async fn space(library: &Library, findings: &mut Findings<'_>) {
    match library.index.size_bytes() {
        Ok(size) => findings.good("space", &format!("index {}", bytes(size))),
        Err(error) => findings.bad("space", &chain(&error)),
    }
    match library.store.sizes().await {
        Ok(sizes) => {
            findings.good("space", &format!("library {}", bytes(sizes.bytes)));
            for table in sizes.tables {
                let rows = count(table.rows, "row", "rows");
                findings.good("", &format!("{:<11} {rows}, {}", table.table, bytes(table.bytes)));
            }
        }
        Err(error) => findings.bad("space", &chain(&error)),
    }
}

#[cfg(unix)]
fn disk(folder: &Path, findings: &mut Findings<'_>) {
    match rustix::fs::statvfs(folder) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let text = format!("{} free at {}", bytes(free), folder.display());
            if free < LITTLE_SPACE {
                findings.bad("disk", &text);
            } else {
                findings.good("disk", &text);
            }
        }
        Err(error) => findings.bad("disk", &format!("{}: {error}", folder.display())),
    }
}

#[cfg(not(unix))]
fn disk(folder: &Path, findings: &mut Findings<'_>) {
    findings
        .odd("disk", &format!("cannot tell the free space at {} on this system", folder.display()));
}

/// Asks a few followed hosts for their `robots.txt`, which any crawler may, and compares clocks.
async fn reach(start: &Start, following: Option<&Following>, findings: &mut Findings<'_>) {
    let hosts = following.map(some_hosts).unwrap_or_default();
    if hosts.is_empty() {
        findings.odd("network", "not tried: nobody is followed");
        return;
    }
    let fetcher = match start.fetcher() {
        Ok(fetcher) => fetcher,
        Err(error) => return findings.bad("network", &chain(error.as_ref())),
    };
    let mut reached = Vec::new();
    let mut failures = Vec::new();
    for host in &hosts {
        match date_of(&fetcher, host, start.clock.now()).await {
            Ok(date) => reached.push((date, start.clock.now())),
            Err(error) => failures.push(chain(&error)),
        }
    }
    let text = format!("{} of {} hosts reached", reached.len(), hosts.len());
    match failures.first() {
        Some(failure) if reached.is_empty() => {
            findings.bad("network", &format!("{text}: {failure}"));
        }
        Some(failure) => findings.odd("network", &format!("{text}: {failure}")),
        None => findings.good("network", &text),
    }
    compare_clocks(&reached, start.settings.now.is_some(), findings);
}

fn some_hosts(following: &Following) -> Vec<Address> {
    let mut hosts: Vec<Address> = Vec::new();
    for source in following.peers.iter().flat_map(|it| &it.sources) {
        let Ok(robots) = source.address.join("/robots.txt") else { continue };
        if hosts.len() < HOSTS_TRIED && hosts.iter().all(|it| it.gate() != robots.gate()) {
            hosts.push(robots);
        }
    }
    hosts
}

/// Any answer of a server is an answer here, a refusal too.
async fn date_of(
    fetcher: &Fetcher,
    robots: &Address,
    now: Timestamp,
) -> Result<Option<Timestamp>, FetchError> {
    let request = Request { accept: Accept::Page, ..Request::new(robots.clone(), now) };
    match fetcher.fetch(&request).await {
        Ok(reply) => Ok(reply.date),
        Err(error) if error.failure().kind.is_unreached() => Err(error),
        Err(_) => Ok(None),
    }
}

fn compare_clocks(
    reached: &[(Option<Timestamp>, Timestamp)],
    rehearsing: bool,
    findings: &mut Findings<'_>,
) {
    if rehearsing {
        return findings.odd("clock", "rehearsing (--now)");
    }
    let differences =
        reached.iter().filter_map(|(theirs, ours)| Some(ours.duration_since((*theirs)?)));
    match differences.min_by_key(|it| it.unsigned_abs()) {
        None => findings.odd("clock", "not compared: no server told its time"),
        Some(difference) if difference.unsigned_abs() > CLOCK_TOLERANCE => {
            findings.bad("clock", &format!("differs from servers' by {} s", difference.as_secs()));
        }
        Some(_) => findings.good("clock", "agrees with servers'"),
    }
}
