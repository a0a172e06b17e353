//! What can be wrong with a configuration: every mistake with its place, and errors of edits.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{0}")]
    Mistaken(Mistakes),
    #[error("there is no {}; `peerscope init --domain ecommerce` writes one", file.display())]
    Missing { file: PathBuf },
    #[error("there is no rubric at {}; `docs/journal.md` says what one looks like", file.display())]
    NoRubric { file: PathBuf },
    #[error("could not read {}", file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    #[error("could not save {}", file.display())]
    Unsaved { file: PathBuf, source: io::Error },
    #[error("line {line} already follows {what}")]
    AlreadyFollowed { what: String, line: usize },
    #[error("no peer in the file is called `{name}`{}", suggestion(nearest.as_deref()))]
    NotFollowed { name: String, nearest: Option<String> },
    /// The file is sound, but written in a way that cannot be edited without rewriting it.
    #[error("line {line} lists the peers in one array; write each as a `[[peer]]` table first")]
    NotEditable { line: usize },
    /// The same of what is no peer.
    #[error("what line {line} says is written in a way that only a person can change")]
    NotAmendable { line: usize },
}

/// One thing that has to be put right before the configuration can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Unknown for flags and variables.
    pub place: Option<Place>,
    /// `peer[3].source[0].every`, `--bind`, `PEERSCOPE_BIND`; empty where the document itself is
    /// broken.
    pub key: String,
    pub found: String,
    pub expected: String,
}

/// Where in a file; line and column count from 1, the column in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: PathBuf,
    pub line: usize,
    pub column: usize,
}

/// All mistakes of one configuration, in the order of the file; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

/// Something odd that does not stand in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub place: Option<Place>,
    pub key: String,
    pub message: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", file_name(&self.file), self.line)
    }
}

/// A file in the folder itself is shown by its name, as compilers do.
fn file_name(file: &Path) -> std::path::Display<'_> {
    file.strip_prefix(".").unwrap_or(file).display()
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_place(f, self.place.as_ref(), &self.key)?;
        write!(f, "found {}, expected {}", self.found, self.expected)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_place(f, self.place.as_ref(), &self.key)?;
        f.write_str(&self.message)
    }
}

fn write_place(f: &mut fmt::Formatter<'_>, place: Option<&Place>, key: &str) -> fmt::Result {
    if let Some(place) = place {
        write!(f, "{place}: ")?;
    }
    if key.is_empty() { Ok(()) } else { write!(f, "{key}: ") }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, mistake) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

impl From<Mistakes> for ConfigError {
    fn from(mistakes: Mistakes) -> Self {
        Self::Mistaken(mistakes)
    }
}

/// `; did you mean …?`, or nothing.
pub(super) fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default()
}
