//! Copies a library while it is in use, and brings a copy back.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use sqlx::{AnyConnection, Connection, Executor};

use super::{
    check::sqlite_findings,
    error::StoreError,
    open::{Dialect, check_version, connect_file, new_lineage, sqlite_version},
    sql::{Cells, Sql},
};

/// What bringing back a backup did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where the library that was there before is now.
    pub former: Option<PathBuf>,
}

/// Writes a whole, consistent copy to a file that does not exist yet.
pub(super) async fn backup(
    connection: &mut AnyConnection,
    place: &str,
    to: &Path,
) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::Exists(to.to_owned()));
    }
    let half = beside(to, ".half");
    remove_if_there(&half)?;
    let name = half.to_str().ok_or_else(|| {
        let source = io::Error::other("its name is not Unicode");
        file("write to", to)(source)
    })?;
    let copy = sqlx::query("VACUUM INTO $1").bind(name.to_owned()).execute(connection).await;
    if let Err(error) = copy {
        remove_if_there(&half)?;
        return Err(StoreError::of(place, error));
    }
    sync(&half)?;
    // A link, unlike a renaming, never replaces a file that appeared in the meantime.
    let put = fs::hard_link(&half, to).or_else(|_| {
        if to.exists() {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists));
        }
        fs::rename(&half, to)
    });
    put.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => StoreError::Exists(to.to_owned()),
        _ => file("write to", to)(error),
    })?;
    remove_if_there(&half)?;
    sync_folder(to)
}

/// Puts the backup at `from` in the place of the library at `to`, which nobody may be using. What
/// is there is kept beside it under a name of its own. At no time is there no library.
pub(super) async fn restore(
    from: &Path,
    to: &Path,
    now: Timestamp,
) -> Result<Restored, StoreError> {
    fs::metadata(from).map_err(file("read", from))?;
    let half = beside(to, ".half");
    for path in [half.clone(), beside(&half, "-wal"), beside(&half, "-shm")] {
        remove_if_there(&path)?;
    }
    fs::copy(from, &half).map_err(file("copy", from))?;
    if let Err(error) = make_ready(&half, from).await {
        remove_if_there(&half)?;
        return Err(error);
    }
    sync(&half)?;
    let former = if to.exists() { Some(set_aside(to, now).await?) } else { None };
    fs::rename(&half, to).map_err(file("write to", to))?;
    sync_folder(to)?;
    Ok(Restored { former })
}

/// Refuses what is no sound library of this version or an older one; gives it a lineage of its own,
/// so that an index of the former library is not taken for one of this.
async fn make_ready(copy: &Path, original: &Path) -> Result<(), StoreError> {
    let place = original.display().to_string();
    let told = |error| StoreError::of(&place, error);
    let mut connection = connect_file(copy).await.map_err(|error| renamed(error, &place))?;
    let version = sqlite_version(&mut connection).await.map_err(told)?;
    let Some(version) = version.filter(|it| *it > 0) else {
        return Err(StoreError::Foreign { place });
    };
    check_version(&place, version)?;
    let findings = sqlite_findings(&mut connection).await.map_err(told)?;
    if !findings.is_empty() {
        return Err(StoreError::damaged(&place, &findings.join("; ")));
    }
    // Without a journal beside it, the file alone is the library.
    connection.execute("PRAGMA journal_mode = DELETE").await.map_err(told)?;
    connection.execute(new_lineage(Dialect::Sqlite)).await.map_err(told)?;
    end_sessions(&mut connection).await.map_err(told)?;
    connection.close().await.map_err(told)
}

/// A session that was ended since the copy was made must not come back with it: all log in again.
async fn end_sessions(connection: &mut AnyConnection) -> Sql<()> {
    let sql = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'sessions'";
    // Older libraries know no sessions.
    if Cells::of(&sqlx::query(sql).fetch_one(&mut *connection).await?).number()? > 0 {
        connection.execute("DELETE FROM sessions").await?;
    }
    Ok(())
}

/// The error about the copy, told of the file that the caller named.
fn renamed(error: StoreError, place: &str) -> StoreError {
    let place = place.to_owned();
    match error {
        StoreError::Damaged { source, .. } => StoreError::Damaged { place, source },
        StoreError::Foreign { .. } => StoreError::Foreign { place },
        other => other,
    }
}

/// Keeps the library under another name too. Its journal is written into it first, if it is sound
/// enough for that; else the journal is kept beside it.
async fn set_aside(library: &Path, now: Timestamp) -> Result<PathBuf, StoreError> {
    let aside = beside(library, &format!(".before-restore-{}", now.strftime("%Y%m%d-%H%M%S")));
    if aside.exists() {
        return Err(StoreError::Exists(aside));
    }
    if let Ok(mut connection) = connect_file(library).await {
        // Fails for a damaged library, whose journal is then moved as it is.
        let written = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
        let _ = written;
        let _ = connection.close().await;
    }
    fs::hard_link(library, &aside)
        .or_else(|_| fs::copy(library, &aside).map(drop))
        .map_err(file("keep", library))?;
    for journal in ["-wal", "-shm"] {
        let (from, to) = (beside(library, journal), beside(&aside, journal));
        if from.exists() {
            fs::rename(&from, &to).map_err(file("move", &from))?;
        }
    }
    sync(&aside)?;
    Ok(aside)
}

/// The path with something added to its last part.
fn beside(path: &Path, added: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(added);
    name.into()
}

fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(file("remove", path)(error)),
        _ => Ok(()),
    }
}

fn sync(path: &Path) -> Result<(), StoreError> {
    let opened = File::options().read(true).write(true).open(path);
    opened.and_then(|it| it.sync_all()).map_err(file("write to", path))
}

/// A new name is only safe once its folder is written.
fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new("."));
    match File::open(folder) {
        Ok(folder) if cfg!(unix) => folder.sync_all().map_err(file("write to", path)),
        _ => Ok(()),
    }
}

fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| StoreError::File { doing, path, source }
}
