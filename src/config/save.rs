//! Saves a file so that it is either the old one or the new one, whatever happens in between.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use super::ConfigError;

/// Replaces a file in one step: written beside it, flushed to the disk, renamed. A link stays a
/// link, and permissions stay as they are.
pub fn write_atomically(file: &Path, text: &str) -> Result<(), ConfigError> {
    replace(file, text).map_err(|source| ConfigError::Unsaved { file: file.to_owned(), source })
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    let file = target_of(file)?;
    let beside = name_beside(&file);
    let written = write_new(&beside, text, &file).and_then(|()| fs::rename(&beside, &file));
    if written.is_err() {
        // Whatever is left of the attempt; the error that is told is the first one.
        let _ = fs::remove_file(&beside);
    }
    written?;
    sync_folder(&file)
}

/// Where a link leads, also when nothing is there yet.
fn target_of(file: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(file) {
            Ok(target) => Ok(file.parent().unwrap_or(Path::new("")).join(target)),
            Err(_) => Ok(file.to_owned()),
        },
        found => found,
    }
}

/// In the same folder, for a rename does not cross file systems.
fn name_beside(file: &Path) -> PathBuf {
    static SAVES: AtomicU32 = AtomicU32::new(0);
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let save = SAVES.fetch_add(1, Ordering::Relaxed);
    file.with_file_name(format!(".{name}.{}-{save}.new", std::process::id()))
}

fn write_new(beside: &Path, text: &str, old: &Path) -> io::Result<()> {
    let mut new = OpenOptions::new().write(true).create_new(true).open(beside)?;
    if let Ok(old) = fs::metadata(old) {
        new.set_permissions(old.permissions())?;
    }
    new.write_all(text.as_bytes())?;
    new.sync_all()
}

/// A rename lasts once its folder is on the disk. Where folders cannot be opened, nothing is lost
/// but that certainty.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(folder) {
        Ok(folder) => folder.sync_all(),
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_save_replaces_the_file_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("feeds.toml");
        write_atomically(&file, "one").unwrap();
        write_atomically(&file, "two").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        assert_eq!(names_in(folder.path()), ["feeds.toml"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_save_keeps_permissions_and_follows_links() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.toml"), folder.path().join("feeds.toml"));
        fs::write(&real, "one").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("real.toml", &link).unwrap();
        write_atomically(&link, "two").unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "two");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn a_save_that_cannot_be_done_says_which_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("missing").join("feeds.toml");
        let error = write_atomically(&file, "one").unwrap_err();
        assert!(error.to_string().starts_with("could not save "), "{error}");
    }
}
