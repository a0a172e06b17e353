//! What can go wrong with the library, by what a person can do about it.

use std::{error::Error, fmt, io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "the library at {place} was written by a newer Peerscope (version {found} of its tables, \
         this program knows {known}): update the program, or restore an older backup"
    )]
    Newer { place: String, found: i64, known: i64 },
    #[error("the library at {place} is damaged: bring back a backup with `peerscope restore FILE`")]
    Damaged { place: String, source: Cause },
    #[error("{place} is not a Peerscope library")]
    Foreign { place: String },
    /// Trying again later may help.
    #[error("the library at {place} is in use by another program")]
    Busy { place: String, source: Cause },
    #[error("no space is left for the library at {place}")]
    Full { place: String, source: Cause },
    #[error("could not reach the library at {place}")]
    Unreachable { place: String, source: Cause },
    #[error("{} exists already, and is not overwritten", .0.display())]
    Exists(PathBuf),
    #[error("a library in PostgreSQL is copied with PostgreSQL's own tools, like `pg_dump`")]
    NotAFile,
    #[error("could not {doing} {}", path.display())]
    File { doing: &'static str, path: PathBuf, source: io::Error },
    #[error("the library at {place} refused a statement")]
    Other { place: String, source: Cause },
}

/// An error of the database behind the library; what it is made of stays inside.
#[derive(Debug)]
pub struct Cause(Box<dyn Error + Send + Sync>);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl StoreError {
    /// Whether the same call may succeed later without anyone changing anything.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Unreachable { .. })
    }

    pub(super) fn of(place: &str, error: sqlx::Error) -> Self {
        let place = place.to_owned();
        let kind = kind_of(&error);
        let source = Cause(Box::new(error));
        match kind {
            Kind::Damaged => Self::Damaged { place, source },
            Kind::Foreign => Self::Foreign { place },
            Kind::Busy => Self::Busy { place, source },
            Kind::Full => Self::Full { place, source },
            Kind::Unreachable => Self::Unreachable { place, source },
            Kind::Other => Self::Other { place, source },
        }
    }

    /// Damage that the database itself does not see, in words.
    pub(super) fn damaged(place: &str, findings: &str) -> Self {
        Self::Damaged { place: place.to_owned(), source: Cause(findings.into()) }
    }
}

enum Kind {
    Damaged,
    Foreign,
    Busy,
    Full,
    Unreachable,
    Other,
}

fn kind_of(error: &sqlx::Error) -> Kind {
    match error {
        sqlx::Error::Database(error) => {
            error.code().map_or(Kind::Other, |code| kind_of_code(&code))
        }
        sqlx::Error::PoolTimedOut => Kind::Busy,
        sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => Kind::Damaged,
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::Configuration(_) => Kind::Unreachable,
        _ => Kind::Other,
    }
}

/// SQLite's result codes are numbers (the low byte is the primary one), PostgreSQL's are five
/// letters (SQLSTATE).
fn kind_of_code(code: &str) -> Kind {
    match code {
        "40001" | "40P01" | "55P03" => return Kind::Busy,
        "53100" => return Kind::Full,
        "28000" | "28P01" | "3D000" | "53300" | "57P01" | "57P02" | "57P03" => {
            return Kind::Unreachable;
        }
        "XX001" | "XX002" => return Kind::Damaged,
        _ if code.len() == 5 => return Kind::Other,
        _ => {}
    }
    match code.parse::<u32>().map(|code| code & 0xff) {
        Ok(5 | 6) => Kind::Busy,
        Ok(11) => Kind::Damaged,
        Ok(26) => Kind::Foreign,
        Ok(13) => Kind::Full,
        Ok(3 | 8 | 10 | 14 | 23) => Kind::Unreachable,
        _ => Kind::Other,
    }
}
