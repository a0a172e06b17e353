//! Notices that a file was saved, by looking at what the file system says of it.

use std::{
    fs::{self, Metadata},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Looks at one file each time it is asked; cheap enough to be asked every second.
#[derive(Debug)]
pub struct Watch {
    file: PathBuf,
    last: Option<Look>,
}

/// What a save cannot leave all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    modified: Option<SystemTime>,
    length: u64,
    /// Inode and its time of change: a save that renames brings another file of the same length,
    /// perhaps with the same time.
    identity: (u64, i64, i64),
}

impl Watch {
    /// To be made before the file is read, so that no save falls between.
    pub fn new(file: &Path) -> Self {
        Self { file: file.to_owned(), last: look(file) }
    }

    /// Whether the file was saved since the last question. A file that is away is unchanged:
    /// editors take it away for a moment.
    pub fn changed(&mut self) -> bool {
        let Some(now) = look(&self.file) else { return false };
        self.last.replace(now) != Some(now)
    }
}

fn look(file: &Path) -> Option<Look> {
    let metadata = fs::metadata(file).ok()?;
    Some(Look {
        modified: metadata.modified().ok(),
        length: metadata.len(),
        identity: identity(&metadata),
    })
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, i64, i64) {
    (0, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::write_atomically;

    #[test]
    fn every_way_to_save_is_noticed_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("feeds.toml");
        fs::write(&file, "one").unwrap();
        let mut watch = Watch::new(&file);
        assert!(!watch.changed());
        fs::write(&file, "longer").unwrap();
        assert!(watch.changed());
        assert!(!watch.changed());
        write_atomically(&file, "another").unwrap();
        assert!(watch.changed());
        assert!(!watch.changed());
    }

    #[test]
    fn a_file_that_is_away_for_a_moment_is_unchanged_until_it_is_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("feeds.toml");
        fs::write(&file, "one").unwrap();
        let mut watch = Watch::new(&file);
        fs::rename(&file, folder.path().join("away")).unwrap();
        assert!(!watch.changed());
        fs::write(&file, "two").unwrap();
        assert!(watch.changed());
        assert!(!watch.changed());
    }
}
