//! Reads and edits `feeds.toml`, and takes settings from flags and the environment.

mod amend;
mod document;
mod duration;
mod edit;
mod environment;
mod error;
mod following;
mod gather;
mod markup;
mod opml;
mod peers;
mod private;
mod replace;
mod rubric;
mod save;
mod secret;
mod section;
mod settings;
mod smtp;
mod spelling;
mod synonyms;
mod watch;
mod write;

pub use amend::{Amendment, amend};
pub use edit::{RemovedPeer, add_peer, remove_peer};
pub use environment::Environment;
pub use error::{ConfigError, Mistake, Mistakes, Place, Warning};
pub use following::{
    Read, SelectorCheck, read_following, read_following_file, read_following_text, read_text,
};
pub use opml::{
    ImportReport, Opml, Subscription, export_opml, import_opml, import_private_opml, merge_opml,
};
pub use replace::{replace_source, unified_diff};
pub use rubric::{RUBRIC_FILE, RubricRead, read_rubric, read_rubric_file, rubric_at};
pub use save::write_atomically;
pub use secret::Secret;
pub use settings::{Flags, Log, LogFormat, Mail, Proxy, Settings};
pub use smtp::{Smtp, SmtpSecurity};
pub use synonyms::read_synonyms;
pub use watch::Watch;
pub use write::{Start, init_text};
