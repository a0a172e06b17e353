//! The digest: who receives it, which week it is of, what stands in an issue, when it is due, and what
//! comes of sending it.

mod again;
mod care;
mod choose;
mod delivery;
mod issue;
mod letter;
mod line;
mod listed;
mod offer;
mod plan;
mod rate;
mod schedule;
mod score;
mod sender;
mod signed;
mod subscriber;
mod week;
mod weights;
mod why;
mod wishes;

pub use again::{NOTES_AGAIN, notes_again};
pub use care::cares;
pub use choose::{Choice, Chosen, choose};
pub use delivery::*;
pub use issue::*;
pub use letter::*;
pub use line::*;
pub use listed::{Listed, MOST_TITLES, Under, listed};
pub use offer::{Acquaintance, Budget, Offer, is_old_backlog};
pub use plan::*;
pub use rate::*;
pub use schedule::*;
pub use score::{Fit, Part, Parts, archive_score, is_archived, list_score};
pub use sender::Sender;
pub use signed::*;
pub use subscriber::*;
pub use week::{Week, WeekError};
pub use why::{Grounds, OnSubject, Silence, whys};
pub use wishes::*;
