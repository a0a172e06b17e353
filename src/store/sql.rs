//! Small tools over SQL: statements for many rows, cells of a row read in order, JSON in columns.

use std::{iter, sync::OnceLock, time::Duration};

use jiff::{Timestamp, civil::Date};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Any, AnyConnection, Row, any::AnyArguments, any::AnyRow, query::Query};

pub(super) type Sql<T> = Result<T, sqlx::Error>;
pub(super) type Statement = Query<'static, Any, AnyArguments>;

/// Rows in one statement: with four sizes there are four texts to prepare, whatever comes.
const SIZES: [usize; 4] = [64, 16, 4, 1];
/// What fills a statement up: nothing has this number.
const NOBODY: i64 = i64::MIN;

/// A statement over a list of rows, run in full batches whose text never differs, so that each is
/// prepared once.
pub(super) struct ManyRows {
    before: &'static str,
    columns: usize,
    after: &'static str,
    /// With numbered places, and with bare ones.
    texts: [OnceLock<[String; 4]>; 2],
}

impl ManyRows {
    /// `before (…), (…) after`, each row with so many columns.
    pub(super) const fn new(before: &'static str, columns: usize, after: &'static str) -> Self {
        Self { before, columns, after, texts: [const { OnceLock::new() }; 2] }
    }

    pub(super) async fn execute<T>(
        &'static self,
        connection: &mut AnyConnection,
        rows: Vec<T>,
        bind: impl Fn(Statement, T) -> Statement,
    ) -> Sql<()> {
        let texts = self.texts(connection);
        let mut rows = rows.into_iter();
        while let Some(statement) = next(texts, &mut rows, &bind) {
            statement.execute(&mut *connection).await?;
        }
        Ok(())
    }

    pub(super) async fn fetch<T>(
        &'static self,
        connection: &mut AnyConnection,
        rows: Vec<T>,
        bind: impl Fn(Statement, T) -> Statement,
    ) -> Sql<Vec<AnyRow>> {
        let texts = self.texts(connection);
        let mut found = Vec::new();
        let mut rows = rows.into_iter();
        while let Some(statement) = next(texts, &mut rows, &bind) {
            found.extend(statement.fetch_all(&mut *connection).await?);
        }
        Ok(found)
    }

    /// The same for what is joined by its number, in as few statements as can be: a round trip costs more
    /// than some numbers of which nothing is found.
    pub(super) async fn fetch_by_id(
        &'static self,
        connection: &mut AnyConnection,
        ids: impl IntoIterator<Item = i64>,
    ) -> Sql<Vec<AnyRow>> {
        let texts = self.texts(connection);
        let ids: Vec<i64> = ids.into_iter().collect();
        let mut found = Vec::new();
        for part in ids.chunks(SIZES[0]) {
            let size = SIZES.iter().rposition(|size| *size >= part.len()).unwrap_or_default();
            let padded = part.iter().copied().chain(iter::repeat(NOBODY)).take(SIZES[size]);
            let statement = padded.fold(sqlx::query(texts[size].as_str()), Statement::bind);
            found.extend(statement.fetch_all(&mut *connection).await?);
        }
        Ok(found)
    }

    /// SQLite looks every numbered place up by its name, each time among all others, so that a
    /// statement of a thousand costs more than its rows; its places are bare.
    fn texts(&'static self, connection: &AnyConnection) -> &'static [String; 4] {
        let is_numbered = connection.backend_name() != "SQLite";
        self.texts[usize::from(!is_numbered)].get_or_init(|| {
            SIZES.map(|rows| {
                let places = places(rows, self.columns, is_numbered);
                format!("{}{places}{}", self.before, self.after)
            })
        })
    }
}

/// The statement over the next full batch of rows.
fn next<T>(
    texts: &'static [String; 4],
    rows: &mut std::vec::IntoIter<T>,
    bind: impl Fn(Statement, T) -> Statement,
) -> Option<Statement> {
    let size = SIZES.iter().position(|size| *size <= rows.len())?;
    let statement = sqlx::query(texts[size].as_str());
    Some(rows.take(SIZES[size]).fold(statement, bind))
}

/// `($1,$2),($3,$4)` or `(?,?),(?,?)` for two rows of two columns.
fn places(rows: usize, columns: usize, is_numbered: bool) -> String {
    let place = |number: usize| {
        if is_numbered { format!("${number}") } else { "?".to_owned() }
    };
    let row = |row: usize| {
        let cells: Vec<String> = (1..=columns).map(|cell| place(row * columns + cell)).collect();
        format!("({})", cells.join(","))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(",")
}

/// The cells of a row, read from left to right.
pub(super) struct Cells<'r> {
    row: &'r AnyRow,
    next: usize,
}

impl<'r> Cells<'r> {
    pub(super) fn of(row: &'r AnyRow) -> Self {
        Self { row, next: 0 }
    }

    fn get<T>(&mut self) -> Sql<T>
    where
        T: sqlx::Decode<'r, Any> + sqlx::Type<Any>,
    {
        self.next += 1;
        self.row.try_get(self.next - 1)
    }

    pub(super) fn number(&mut self) -> Sql<i64> {
        self.get()
    }

    pub(super) fn maybe_number(&mut self) -> Sql<Option<i64>> {
        self.get()
    }

    pub(super) fn count<T: TryFrom<i64>>(&mut self) -> Sql<T> {
        T::try_from(self.number()?).map_err(|_| unreadable("a count out of range"))
    }

    pub(super) fn real(&mut self) -> Sql<f64> {
        self.get()
    }

    pub(super) fn maybe_real(&mut self) -> Sql<Option<f64>> {
        self.get()
    }

    pub(super) fn yes(&mut self) -> Sql<bool> {
        Ok(self.number()? != 0)
    }

    pub(super) fn text(&mut self) -> Sql<String> {
        self.get()
    }

    pub(super) fn maybe_text(&mut self) -> Sql<Option<String>> {
        self.get()
    }

    pub(super) fn time(&mut self) -> Sql<Timestamp> {
        time_of(self.number()?)
    }

    pub(super) fn maybe_time(&mut self) -> Sql<Option<Timestamp>> {
        self.maybe_number()?.map(time_of).transpose()
    }

    /// Days since 1970-01-01.
    pub(super) fn day(&mut self) -> Sql<Date> {
        let days = jiff::Span::new().try_days(self.number()?);
        let day = days.and_then(|days| FIRST_DAY.checked_add(days));
        day.map_err(|error| sqlx::Error::Decode(error.into()))
    }

    pub(super) fn duration(&mut self) -> Sql<Duration> {
        Ok(Duration::from_millis(self.count()?))
    }

    pub(super) fn maybe_duration(&mut self) -> Sql<Option<Duration>> {
        Ok(self.maybe_number()?.map(|ms| Duration::from_millis(ms.unsigned_abs())))
    }

    pub(super) fn json<T: DeserializeOwned>(&mut self) -> Sql<T> {
        let text: &str = self.get()?;
        serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))
    }

    pub(super) fn maybe_json<T: DeserializeOwned>(&mut self) -> Sql<Option<T>> {
        let text: Option<&str> = self.get()?;
        let parsed = text.map(serde_json::from_str).transpose();
        parsed.map_err(|error| sqlx::Error::Decode(error.into()))
    }

    /// A word that stands for one of our values.
    pub(super) fn word<T>(&mut self, from_word: impl Fn(&str) -> Option<T>) -> Sql<T> {
        let word: &str = self.get()?;
        from_word(word).ok_or_else(|| unreadable(&format!("the unknown word `{word}`")))
    }

    pub(super) fn maybe_word<T>(
        &mut self,
        from_word: impl Fn(&str) -> Option<T>,
    ) -> Sql<Option<T>> {
        let word: Option<&str> = self.get()?;
        let unknown = |word: &str| unreadable(&format!("the unknown word `{word}`"));
        word.map(|word| from_word(word).ok_or_else(|| unknown(word))).transpose()
    }

    /// Text that our types parse.
    pub(super) fn parsed<T: std::str::FromStr>(&mut self) -> Sql<T> {
        self.word(|text| text.parse().ok())
    }

    pub(super) fn maybe_parsed<T: std::str::FromStr>(&mut self) -> Sql<Option<T>> {
        let text: Option<&str> = self.get()?;
        Ok(text.and_then(|text| text.parse().ok()))
    }
}

fn time_of(ms: i64) -> Sql<Timestamp> {
    Timestamp::from_millisecond(ms).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn unreadable(what: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("a column holds {what}").into())
}

/// As JSON in a column.
pub(super) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// PostgreSQL keeps no NUL in its texts.
pub(super) fn plain(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

pub(super) fn ms(time: Timestamp) -> i64 {
    time.as_millisecond()
}

const FIRST_DAY: Date = jiff::civil::date(1970, 1, 1);

/// Since 1970-01-01.
pub(super) fn days(date: Date) -> i64 {
    date.duration_since(FIRST_DAY).as_hours().div_euclid(24)
}

pub(super) fn duration_ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The last of `count` numbers, newly taken from a counter. On PostgreSQL this also lets the other
/// writers wait until the transaction ends, so that numbers become visible in their order.
pub(super) async fn take_numbers(
    connection: &mut AnyConnection,
    counter: &'static str,
    count: usize,
) -> Sql<i64> {
    let sql = "UPDATE counters SET last = last + $1 WHERE name = $2 RETURNING last";
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let row = sqlx::query(sql).bind(count).bind(counter).fetch_one(connection).await?;
    row.try_get(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_number_every_cell_of_every_row() {
        assert_eq!(places(2, 3, true), "($1,$2,$3),($4,$5,$6)");
        assert_eq!(places(2, 3, false), "(?,?,?),(?,?,?)");
    }
}
