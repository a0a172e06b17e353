//! Whether a library is whole, and what takes its space.

use sqlx::AnyConnection;

use super::{
    open::Dialect,
    sql::{Cells, Sql},
};

/// What an integrity check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Integrity {
    /// In the database's own words; empty for a sound library.
    pub findings: Vec<String>,
}

impl Integrity {
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

/// What one table holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSize {
    pub table: String,
    pub rows: u64,
    /// With its indexes.
    pub bytes: u64,
}

/// What a library holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Of the whole library, in the database's files.
    pub bytes: u64,
    /// Of these, given back by deletions and not used again yet.
    pub free_bytes: u64,
    pub tables: Vec<TableSize>,
}

const TABLES: [&str; 29] = [
    "peers",
    "sources",
    "visits",
    "stories",
    "entries",
    "bodies",
    "revisions",
    "tombstones",
    "removals",
    "robots",
    "articles",
    "politeness",
    "waits",
    "seen",
    "readings",
    "notes",
    "note_revisions",
    "note_drafts",
    "ledger",
    "highlights",
    "insights",
    "passages",
    "phrases",
    "measures",
    "corrections",
    "readers",
    "sessions",
    "api_tokens",
    "shelf",
];

/// Asks the database whether its pages, indexes and references agree, then whether our own rules
/// between tables hold.
pub(super) async fn check(connection: &mut AnyConnection, dialect: Dialect) -> Sql<Integrity> {
    let mut findings = Vec::new();
    if dialect == Dialect::Sqlite {
        findings = sqlite_findings(connection).await?;
    }
    for (finding, count) in BROKEN_RULES {
        let row = sqlx::query(*count).fetch_one(&mut *connection).await?;
        let count = Cells::of(&row).number()?;
        if count > 0 {
            findings.push(format!("{count} {finding}"));
        }
    }
    Ok(Integrity { findings })
}

const BROKEN_RULES: &[(&str, &str)] = &[
    (
        "entries without a body",
        "SELECT COUNT(*) FROM entries WHERE id NOT IN (SELECT entry_id FROM bodies)",
    ),
    (
        "stories without an entry",
        "SELECT COUNT(*) FROM stories WHERE id NOT IN (SELECT story_id FROM entries)",
    ),
    (
        "entries numbered after the end of the change sequence",
        "SELECT COUNT(*) FROM entries WHERE changed > \
         (SELECT last FROM counters WHERE name = 'change')",
    ),
    (
        "entries that share a number of the change sequence",
        "SELECT COUNT(*) FROM (SELECT changed FROM entries GROUP BY changed \
         HAVING COUNT(*) > 1) AS shared",
    ),
    (
        "passages of entries that were not read",
        "SELECT COUNT(*) FROM passages WHERE entry_id NOT IN (SELECT entry_id FROM insights)",
    ),
    (
        "readings of stories that are gone without a name",
        "SELECT COUNT(*) FROM readings WHERE title IS NULL \
         AND story_id NOT IN (SELECT id FROM stories)",
    ),
    (
        "citations that name another story than their entry",
        "SELECT COUNT(*) FROM (SELECT entry_id, story_id FROM note_citations \
         UNION ALL SELECT entry_id, story_id FROM highlights \
         UNION ALL SELECT entry_id, story_id FROM shelf) AS c \
         JOIN entries AS e ON e.id = c.entry_id WHERE e.story_id <> c.story_id",
    ),
    (
        "notes of the type idea without a path",
        "SELECT COUNT(*) FROM notes WHERE type = 'idea' \
         AND (id NOT IN (SELECT note_id FROM ideas) \
         OR id NOT IN (SELECT note_id FROM idea_moves))",
    ),
    (
        "ledgers of journals that lack a line",
        "SELECT COUNT(*) FROM (SELECT reader_id FROM ledger GROUP BY reader_id \
         HAVING COUNT(*) <> MAX(number) OR MIN(number) <> 1) AS broken",
    ),
];

/// What SQLite itself finds wrong.
pub(super) async fn sqlite_findings(connection: &mut AnyConnection) -> Sql<Vec<String>> {
    let mut findings = Vec::new();
    for row in sqlx::query("PRAGMA integrity_check").fetch_all(&mut *connection).await? {
        let finding = Cells::of(&row).text()?;
        if finding != "ok" {
            findings.push(finding);
        }
    }
    let orphans = "SELECT COUNT(*) FROM pragma_foreign_key_check";
    let orphans = Cells::of(&sqlx::query(orphans).fetch_one(connection).await?).number()?;
    if orphans > 0 {
        findings.push(format!("{orphans} rows point to rows that are gone"));
    }
    Ok(findings)
}

pub(super) async fn sizes(connection: &mut AnyConnection, dialect: Dialect) -> Sql<Sizes> {
    let mut tables = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        let count = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        let rows = Cells::of(&sqlx::query(count).fetch_one(&mut *connection).await?).count()?;
        let bytes = table_bytes(connection, dialect, table).await?;
        tables.push(TableSize { table: table.to_owned(), rows, bytes });
    }
    let (bytes, free_bytes) = match dialect {
        Dialect::Sqlite => sqlite_bytes(connection).await?,
        Dialect::Postgres => (tables.iter().map(|it| it.bytes).sum(), 0),
    };
    Ok(Sizes { bytes, free_bytes, tables })
}

async fn sqlite_bytes(connection: &mut AnyConnection) -> Sql<(u64, u64)> {
    let sql = "SELECT (SELECT page_size FROM pragma_page_size) * \
               (SELECT page_count FROM pragma_page_count), \
               (SELECT page_size FROM pragma_page_size) * \
               (SELECT freelist_count FROM pragma_freelist_count)";
    let row = sqlx::query(sql).fetch_one(connection).await?;
    let mut cells = Cells::of(&row);
    Ok((cells.count()?, cells.count()?))
}

async fn table_bytes(connection: &mut AnyConnection, dialect: Dialect, table: &str) -> Sql<u64> {
    let sql = match dialect {
        Dialect::Postgres => "SELECT pg_total_relation_size(to_regclass($1))",
        Dialect::Sqlite => {
            "SELECT COALESCE(SUM(d.pgsize), 0) FROM dbstat AS d WHERE d.aggregate = 1 \
             AND d.name IN (SELECT name FROM sqlite_master WHERE tbl_name = $1)"
        }
    };
    let row = sqlx::query(sql).bind(table.to_owned()).fetch_one(connection).await?;
    Cells::of(&row).count()
}
