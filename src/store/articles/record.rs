//! Records what asking for pages came to: states, texts, and what a page gives to its entry.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use sqlx::{AnyConnection, any::AnyRow};

use crate::domain::{
    Address, AfterAsking, EntryId, FactsNow, Fingerprint, Gate, Given, Language, PageFacts,
    SourceType, Validators, ordered_at,
};

use super::{let_wait, plan::drop_text};
use crate::store::sql::{Cells, ManyRows, Sql, json, ms, plain, take_numbers};

/// A page that was asked for, and all that is kept of it.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedPage {
    pub entry: EntryId,
    pub at: Timestamp,
    pub gate: Gate,
    pub after: AfterAsking,
    /// `None` where no answer brought any: those that are known stay.
    pub validators: Option<Validators>,
    /// `None` where the page was not read: what is known of it stays.
    pub text: Option<Box<PageText>>,
}

/// What was read on a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageText {
    pub facts: PageFacts,
    /// Sanitised, where it is the better text.
    pub html: Option<String>,
    pub words: u32,
    /// Of what the source carries.
    pub source_words: u32,
    pub fingerprint: Option<Fingerprint>,
    /// Where the page is by its own word, else where it was found.
    pub canonical: Option<Address>,
    pub image: Option<Address>,
    pub translations: Vec<(Language, Address)>,
    /// Length of the page as it came.
    pub page_bytes: u64,
}

/// A page's date may lie so far ahead, for clocks that differ.
const AHEAD_AT_MOST: SignedDuration = SignedDuration::from_hours(24);

/// An entry and what is known of its article, before a page is recorded.
struct Before {
    facts: FactsNow,
    first_seen: Timestamp,
    backlog: bool,
    /// The text that is shown in place of the source's.
    html: Option<String>,
    words: u32,
    canonical_key: Option<String>,
}

/// Records pages in their order and says how many texts came or changed. Pages of entries that are
/// gone meanwhile are left out.
pub(in crate::store) async fn record(
    connection: &mut AnyConnection,
    pages: Vec<AskedPage>,
) -> Sql<u64> {
    let mut changed = 0;
    let mut before = load(connection, &pages).await?;
    for page in pages {
        if let Some(until) = page.after.host_waits_until {
            let_wait(connection, &page.gate.to_string(), until).await?;
        }
        let Some(before) = before.remove(&page.entry) else { continue };
        write_state(connection, &page).await?;
        if let Some(text) = page.text {
            changed += write_text(connection, page.entry, page.at, *text, before).await?;
        }
    }
    Ok(changed)
}

static LOAD: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT e.id, s.type, e.link, e.title, e.authors, e.published, e.summary, e.first_seen, \
     e.backlog, a.title, a.authors, a.published, a.language, a.summary, a.html, a.words, \
     a.canonical_key \
     FROM v JOIN entries AS e ON e.id = v.id JOIN articles AS a ON a.entry_id = v.id \
     JOIN sources AS s ON s.id = e.source_id",
);

async fn load(
    connection: &mut AnyConnection,
    pages: &[AskedPage],
) -> Sql<HashMap<EntryId, Before>> {
    let ids = pages.iter().map(|it| it.entry.0).collect();
    let rows = LOAD.fetch(connection, ids, |statement, id: i64| statement.bind(id)).await?;
    rows.iter().map(read_before).collect()
}

fn read_before(row: &AnyRow) -> Sql<(EntryId, Before)> {
    let mut cells = Cells::of(row);
    let id = EntryId(cells.number()?);
    let mut facts = FactsNow {
        kind: cells.word(SourceType::from_word)?,
        link: cells.maybe_parsed()?,
        title: cells.text()?,
        authors: cells.json()?,
        published: cells.maybe_time()?,
        summary: cells.text()?,
        given: Given::default(),
    };
    let (first_seen, backlog) = (cells.time()?, cells.yes()?);
    facts.given = Given {
        title: cells.maybe_text()?,
        authors: cells.maybe_json()?,
        published: cells.maybe_time()?,
        language: cells.maybe_parsed()?,
        summary: cells.maybe_text()?,
    };
    let (html, words, canonical_key) = (cells.maybe_text()?, cells.count()?, cells.maybe_text()?);
    Ok((id, Before { facts, first_seen, backlog, html, words, canonical_key }))
}

async fn write_state(connection: &mut AnyConnection, page: &AskedPage) -> Sql<()> {
    let AfterAsking { state, reason, due, attempts, .. } = &page.after;
    let sql = "UPDATE articles SET state = $1, reason = $2, due = $3, attempts = $4, asked = $5 \
               WHERE entry_id = $6";
    sqlx::query(sql)
        .bind(state.as_str())
        .bind(reason.clone().map(plain))
        .bind(due.map(ms))
        .bind(i64::from(*attempts))
        .bind(ms(page.at))
        .bind(page.entry.0)
        .execute(&mut *connection)
        .await?;
    let Some(validators) = page.validators.clone() else { return Ok(()) };
    let sql = "UPDATE articles SET etag = $1, last_modified = $2 WHERE entry_id = $3";
    sqlx::query(sql)
        .bind(validators.etag.map(plain))
        .bind(validators.last_modified.map(plain))
        .bind(page.entry.0)
        .execute(connection)
        .await
        .map(drop)
}

/// Writes what was read; 1 if anything of it shows. A text that replaces another page's text leaves
/// that as a revision.
async fn write_text(
    connection: &mut AnyConnection,
    entry: EntryId,
    at: Timestamp,
    mut text: PageText,
    before: Before,
) -> Sql<u64> {
    let latest = at.saturating_add(AHEAD_AT_MOST).unwrap_or(Timestamp::MAX);
    text.facts.published = text.facts.published.filter(|it| *it <= latest);
    // A page that was whole once and is not any more leaves the text that was taken then, unless the
    // source has come to carry as much.
    let stays = text.source_words < before.words;
    let html = text.html.take().map(plain).or_else(|| before.html.clone().filter(|_| stays));
    let takes_text = html.is_some();
    let given = before.facts.given_by(std::mem::take(&mut text.facts), takes_text);
    let canonical_key = text.canonical.as_ref().map(Address::key);
    let is_same =
        html == before.html && given == before.facts.given && canonical_key == before.canonical_key;
    if html != before.html && before.html.is_some() {
        let keep = "INSERT INTO revisions (entry_id, at, title, html) \
                    SELECT e.id, $1, e.title, a.html FROM entries AS e \
                    JOIN articles AS a ON a.entry_id = e.id WHERE e.id = $2";
        sqlx::query(keep).bind(ms(at)).bind(entry.0).execute(&mut *connection).await?;
    }
    let published = given.published.or(before.facts.published);
    let ordered = ordered_at(published, before.first_seen, before.backlog);
    match html {
        None if before.html.is_some() => drop_text(connection, entry, text.source_words).await?,
        html if html != before.html => write_html(connection, entry, html, &text).await?,
        _ => {}
    }
    write_page(connection, entry, text, canonical_key, given).await?;
    if is_same {
        return Ok(0);
    }
    reapply_given(connection, entry).await?;
    let changed = take_numbers(connection, "change", 1).await?;
    let sql = "UPDATE entries SET ordered = $1, changed = $2 WHERE id = $3";
    sqlx::query(sql).bind(ms(ordered)).bind(changed).bind(entry.0).execute(connection).await?;
    Ok(1)
}

async fn write_html(
    connection: &mut AnyConnection,
    entry: EntryId,
    html: Option<String>,
    text: &PageText,
) -> Sql<()> {
    let bytes = html.as_ref().map_or(0, String::len);
    let sql = "UPDATE articles SET html = $1, html_bytes = $2, words = $3, fingerprint = $4 \
               WHERE entry_id = $5";
    sqlx::query(sql)
        .bind(html)
        .bind(i64::try_from(bytes).unwrap_or(i64::MAX))
        .bind(i64::from(text.words))
        .bind(text.fingerprint.map(|it| it.0))
        .bind(entry.0)
        .execute(connection)
        .await
        .map(drop)
}

async fn write_page(
    connection: &mut AnyConnection,
    entry: EntryId,
    text: PageText,
    canonical_key: Option<String>,
    given: Given,
) -> Sql<()> {
    let Given { title, authors, published, language, summary } = given;
    let sql = "UPDATE articles SET page_bytes = $1, canonical = $2, canonical_key = $3, \
               translations = $4, image = $5, title = $6, authors = $7, published = $8, \
               language = $9, summary = $10 WHERE entry_id = $11";
    sqlx::query(sql)
        .bind(i64::try_from(text.page_bytes).unwrap_or(i64::MAX))
        .bind(text.canonical.map(String::from))
        .bind(canonical_key)
        .bind(json(&text.translations))
        .bind(text.image.map(String::from))
        .bind(title.map(plain))
        .bind(authors.map(|it| json(&it)))
        .bind(published.map(ms))
        .bind(language.map(String::from))
        .bind(summary.map(plain))
        .bind(entry.0)
        .execute(connection)
        .await
        .map(drop)
}

/// Lets an entry say again what its page gave it, after its source was read.
pub(in crate::store) async fn reapply_given(
    connection: &mut AnyConnection,
    entry: EntryId,
) -> Sql<()> {
    let sql = "UPDATE entries SET title = COALESCE(a.title, entries.title), \
               authors = COALESCE(a.authors, entries.authors), \
               published = COALESCE(a.published, entries.published), \
               language = COALESCE(a.language, entries.language), \
               summary = COALESCE(a.summary, entries.summary), \
               words = CASE WHEN a.html IS NULL THEN entries.words ELSE a.words END, \
               html_bytes = CASE WHEN a.html IS NULL THEN entries.html_bytes ELSE a.html_bytes END \
               FROM articles AS a WHERE a.entry_id = entries.id AND entries.id = $1";
    sqlx::query(sql).bind(entry.0).execute(connection).await.map(drop)
}
