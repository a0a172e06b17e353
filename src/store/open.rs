//! Opens a library: connections as each database wants them, tables brought up to date.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    Any, AnyConnection, AnyPool, Connection, Executor, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions},
    pool::PoolOptions,
};
use url::Url;

use super::{
    error::StoreError,
    reader::begin_ledgers,
    sql::{Cells, Sql},
};

/// Where a library is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file, made when it is missing.
    File(PathBuf),
    /// A PostgreSQL database: `postgres://user@host/database`.
    Url(String),
}

impl fmt::Display for Location {
    /// Without user name and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Url(url) => match Url::parse(url) {
                Ok(url) => {
                    let host = url.host_str().unwrap_or("localhost");
                    write!(f, "{}://{host}{}", url.scheme(), url.path())
                }
                Err(_) => f.write_str("an address that is none"),
            },
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

/// One connection that writes and some that read.
pub(super) struct Pools {
    pub(super) dialect: Dialect,
    pub(super) writer: AnyPool,
    pub(super) readers: AnyPool,
}

/// Each migration changes what the one before left; a published one is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_library.sql"),
    include_str!("migrations/0002_page_rules.sql"),
    include_str!("migrations/0003_articles.sql"),
    include_str!("migrations/0004_discovery.sql"),
    include_str!("migrations/0005_stories.sql"),
    include_str!("migrations/0006_backfills.sql"),
    include_str!("migrations/0007_whole.sql"),
    include_str!("migrations/0008_reader.sql"),
    include_str!("migrations/0009_insight.sql"),
    include_str!("migrations/0010_digest.sql"),
    include_str!("migrations/0011_list.sql"),
    include_str!("migrations/0012_journal.sql"),
    include_str!("migrations/0013_readers.sql"),
    LEDGER,
    include_str!("migrations/0015_sittings.sql"),
    include_str!("migrations/0016_roster.sql"),
    include_str!("migrations/0017_opened.sql"),
];

/// With which notes that were written before are entered into the ledger.
const LEDGER: &str = include_str!("migrations/0014_ledger.sql");

const READERS: u32 = 4;
/// Waiting for another process to finish its transaction, in milliseconds.
const BUSY_TIMEOUT_MS: u32 = 10_000;
const LONGEST_CONNECT: Duration = Duration::from_secs(15);
/// Waiting for our own writer.
const LONGEST_WAIT_FOR_WRITER: Duration = Duration::from_mins(2);

/// Negative sizes of the page cache are KiB. A checkpoint moves 16 MiB at a time: smaller ones make
/// a crawl write its pages twice as often.
const WRITER_PRAGMAS: &str = "PRAGMA journal_mode = WAL; \
    PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000; \
    PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000; \
    PRAGMA journal_size_limit = 33554432";
// Read in place: a page of a body that is copied first, from the system's cache to ours, costs as much again.
const READER_PRAGMAS: &str = "PRAGMA foreign_keys = ON; PRAGMA cache_size = -2000; \
    PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 2147418112";

impl Pools {
    /// Brings the tables up to date and connects.
    pub(super) async fn open(location: &Location) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let place = location.to_string();
        let told = |error| StoreError::of(&place, error);
        let (dialect, url) = match location {
            Location::File(path) => (Dialect::Sqlite, file_url(path, "rwc")?),
            Location::Url(url) => (Dialect::Postgres, url.clone()),
        };
        let options = options(&url).map_err(told)?;
        // Pools try again until their time is up and then forget why; this one connection tells.
        let mut connection = connect(dialect, &options).await.map_err(told)?;
        migrate(&mut connection, dialect, &place).await?;
        connection.close().await.map_err(told)?;
        let writer = pool(dialect, 1, WRITER_PRAGMAS)
            .acquire_timeout(LONGEST_WAIT_FOR_WRITER)
            .connect_lazy_with(options.clone());
        let readers = pool(dialect, READERS, READER_PRAGMAS).connect_lazy_with(options);
        Ok(Self { dialect, writer, readers })
    }

    /// A transaction that may write, begun so that it never has to give way half-way.
    pub(super) async fn begin(&self) -> Sql<Transaction<'static, Any>> {
        match self.dialect {
            Dialect::Sqlite => self.writer.begin_with("BEGIN IMMEDIATE").await,
            Dialect::Postgres => self.writer.begin().await,
        }
    }
}

async fn connect(dialect: Dialect, options: &AnyConnectOptions) -> Sql<AnyConnection> {
    let connecting = AnyConnection::connect_with(options);
    let Ok(connected) = tokio::time::timeout(LONGEST_CONNECT, connecting).await else {
        return Err(sqlx::Error::Io(io::Error::from(io::ErrorKind::TimedOut)));
    };
    let mut connection = connected?;
    if dialect == Dialect::Sqlite {
        connection.execute(sqlx::raw_sql(WRITER_PRAGMAS)).await?;
    }
    Ok(connection)
}

async fn migrate(
    connection: &mut AnyConnection,
    dialect: Dialect,
    place: &str,
) -> Result<(), StoreError> {
    let told = |error| StoreError::of(place, error);
    let begin = if dialect == Dialect::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
    let mut transaction = connection.begin_with(begin).await.map_err(told)?;
    let found = version(&mut transaction, dialect).await.map_err(told)?;
    let Some(found) = found else {
        return Err(StoreError::Foreign { place: place.to_owned() });
    };
    check_version(place, found)?;
    for number in found + 1..=known_version() {
        apply(&mut transaction, dialect, number).await.map_err(told)?;
    }
    let ledger = MIGRATIONS.iter().position(|it| *it == LEDGER);
    if ledger.is_some_and(|at| i64::try_from(at).is_ok_and(|at| found <= at)) {
        // Once all tables are as the statements know them.
        begin_ledgers(&mut transaction).await.map_err(told)?;
    }
    transaction.commit().await.map_err(told)
}

/// The last migration that was applied; `None` for a database that is not a library of ours.
async fn version(connection: &mut AnyConnection, dialect: Dialect) -> Sql<Option<i64>> {
    match dialect {
        Dialect::Sqlite => {
            if let Some(version) = sqlite_version(connection).await? {
                return Ok(Some(version));
            }
            let tables = "SELECT COUNT(*) FROM sqlite_master";
            let row = sqlx::query(tables).fetch_one(&mut *connection).await?;
            if Cells::of(&row).number()? > 0 {
                return Ok(None);
            }
        }
        // One node migrates, the others wait for it.
        Dialect::Postgres => {
            connection.execute("SELECT pg_advisory_xact_lock(705339)").await?;
        }
    }
    connection.execute("CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY)").await?;
    last_migration(connection).await.map(Some)
}

async fn apply(connection: &mut AnyConnection, dialect: Dialect, number: i64) -> Sql<()> {
    let at = usize::try_from(number - 1).unwrap_or_default();
    let mut text = MIGRATIONS[at].to_owned();
    if dialect == Dialect::Postgres {
        // SQLite keeps a table in the order of exactly this type; here it would end at 2^31.
        text = text.replace("INTEGER PRIMARY KEY", "BIGINT PRIMARY KEY");
    }
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(text))).await?;
    if number == 1 {
        connection.execute(new_lineage(dialect)).await?;
    }
    let applied = "INSERT INTO migrations (number) VALUES ($1)";
    sqlx::query(applied).bind(number).execute(connection).await.map(drop)
}

/// One connection to a library file that is not in use, as it is.
pub(super) async fn connect_file(path: &Path) -> Result<AnyConnection, StoreError> {
    sqlx::any::install_default_drivers();
    let place = path.display().to_string();
    let told = |error| StoreError::of(&place, error);
    let options = options(&file_url(path, "rw")?).map_err(told)?;
    AnyConnection::connect_with(&options).await.map_err(told)
}

/// The version of a file's tables, if it is a library of ours.
pub(super) async fn sqlite_version(connection: &mut AnyConnection) -> Sql<Option<i64>> {
    let sql = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'migrations'";
    let row = sqlx::query(sql).fetch_one(&mut *connection).await?;
    if Cells::of(&row).number()? == 0 {
        return Ok(None);
    }
    last_migration(connection).await.map(Some)
}

pub(super) fn check_version(place: &str, found: i64) -> Result<(), StoreError> {
    let known = known_version();
    if found > known {
        return Err(StoreError::Newer { place: place.to_owned(), found, known });
    }
    Ok(())
}

/// Writes down a new random lineage, in each database's own words.
pub(super) fn new_lineage(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "INSERT INTO meta (name, value) VALUES ('lineage', lower(hex(randomblob(16)))) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        }
        Dialect::Postgres => {
            "INSERT INTO meta (name, value) \
             VALUES ('lineage', md5(random()::text || clock_timestamp()::text)) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        }
    }
}

async fn last_migration(connection: &mut AnyConnection) -> Sql<i64> {
    let sql = "SELECT COALESCE(MAX(number), 0) FROM migrations";
    Cells::of(&sqlx::query(sql).fetch_one(connection).await?).number()
}

fn known_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

fn pool(dialect: Dialect, connections: u32, pragmas: &'static str) -> PoolOptions<Any> {
    let options = AnyPoolOptions::new().max_connections(connections);
    match dialect {
        Dialect::Postgres => options,
        Dialect::Sqlite => {
            let options = options.test_before_acquire(false).idle_timeout(None).max_lifetime(None);
            options.after_connect(move |connection, _| {
                Box::pin(async move {
                    let wait = format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}");
                    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(wait))).await?;
                    connection.execute(sqlx::raw_sql(pragmas)).await.map(drop)
                })
            })
        }
    }
}

fn options(url: &str) -> Sql<AnyConnectOptions> {
    use sqlx::ConnectOptions;
    Ok(url.parse::<AnyConnectOptions>()?.disable_statement_logging())
}

fn file_url(path: &Path, mode: &str) -> Result<String, StoreError> {
    let told = |source| StoreError::File { doing: "find", path: path.to_owned(), source };
    let path = std::path::absolute(path).map_err(told)?;
    let written = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
            char::from(*byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    let path: String = path.as_os_str().as_encoded_bytes().iter().map(written).collect();
    Ok(format!("sqlite://{path}?mode={mode}"))
}
