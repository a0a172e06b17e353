//! Files to be looked at in a browser, in a folder that nobody else can read.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail};

/// Previews that may lie about before something is wrong.
const MOST_FOLDERS: usize = 1_000;

/// One that was not there: nobody has put anything into it.
pub(super) fn new_folder() -> io::Result<PathBuf> {
    let places =
        (1..MOST_FOLDERS).map(|it| format!("peerscope-digest-{}-{it}", std::process::id()));
    for place in places.map(|it| std::env::temp_dir().join(it)) {
        match create(&place) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| place),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

/// What someone reads is nobody else's business.
#[cfg(unix)]
fn create(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)
}

/// Opens a file in whatever program shows such files here.
pub(super) fn open(file: &Path) -> anyhow::Result<()> {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let ended = Command::new(opener).arg(file).status();
    let ended = ended.with_context(|| {
        format!("could not start `{opener}`: open {} in a browser yourself", file.display())
    })?;
    // The one of Windows tells success in its own way.
    if !ended.success() && !cfg!(windows) {
        bail!("`{opener}` ended with {ended}: open {} in a browser yourself", file.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_preview_has_a_folder_of_its_own() {
        let (one, other) = (new_folder().unwrap(), new_folder().unwrap());
        assert_ne!(one, other);
        fs::remove_dir(one).unwrap();
        fs::remove_dir(other).unwrap();
    }
}
