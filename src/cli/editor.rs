//! Has a person write a text in their editor, in a file that goes only when its text is kept.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, anyhow};

/// A text that was written in an editor.
pub(super) struct Edited {
    pub(super) text: String,
    file: PathBuf,
}

impl Edited {
    /// What to say of it where it could not be kept.
    pub(super) fn whereabouts(&self) -> String {
        format!("what you wrote is kept in {}", self.file.display())
    }

    /// Deletes the file, once its text is kept elsewhere.
    pub(super) fn discard(self) {
        // A file that cannot be deleted harms nobody.
        let _ = fs::remove_file(self.file);
    }
}

/// Lets a text be edited, in a file of the folder. Nothing written is nothing to keep.
pub(super) fn edit(folder: &Path, text: &str) -> anyhow::Result<Edited> {
    let editor = editor().context(
        "no text was given, and neither VISUAL nor EDITOR names an editor: give the text in \
         quotation marks, or `-` to read it from standard input",
    )?;
    let file = new_file(folder, text).context("could not make a file for the editor")?;
    let ended = run(&editor, &file);
    let written = fs::read_to_string(&file);
    let written = written.with_context(|| format!("could not read {}", file.display()))?;
    let edited = Edited { text: written, file };
    let ended = match ended {
        Ok(()) if edited.text.trim().is_empty() => Err(anyhow!("nothing was written")),
        ended => ended,
    };
    match ended {
        Ok(()) => Ok(edited),
        Err(error) if edited.text.trim().is_empty() || edited.text == text => {
            edited.discard();
            Err(error)
        }
        Err(error) => Err(error.context(edited.whereabouts())),
    }
}

fn run(editor: &str, file: &Path) -> anyhow::Result<()> {
    let mut words = editor.split_whitespace();
    let ended = Command::new(words.next().unwrap_or_default()).args(words).arg(file).status();
    let ended = ended.with_context(|| format!("could not start the editor `{editor}`"))?;
    if ended.success() { Ok(()) } else { Err(anyhow!("the editor `{editor}` ended with {ended}")) }
}

fn editor() -> Option<String> {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(std::env::var_os);
    let mut named = named.filter_map(|it| it.into_string().ok());
    named.find(|it| !it.trim().is_empty())
}

/// Drafts that lie about before something is wrong.
const MOST_DRAFTS: usize = 1_000;

/// One that is nobody else's, with this text.
fn new_file(folder: &Path, text: &str) -> io::Result<PathBuf> {
    for number in 1..MOST_DRAFTS {
        let path = folder.join(format!("note-draft-{number}.md"));
        match File::options().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened?.write_all(text.as_bytes()).map(|()| path),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}
