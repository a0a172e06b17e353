//! The digest: who receives it, which week it is of, and what stands in an issue.

mod again;
mod care;
mod choose;
mod issue;
mod listed;
mod offer;
mod score;
mod subscriber;
mod week;
mod weights;
mod why;

pub use again::{NOTES_AGAIN, notes_again};
pub use care::cares;
pub use choose::{Choice, Chosen, choose};
pub use issue::*;
pub use listed::{Listed, MOST_TITLES, Under, listed};
pub use offer::{Budget, Offer, is_old_backlog};
pub use score::{Fit, Part, Parts, archive_score, is_archived};
pub use subscriber::*;
pub use week::{Week, WeekError};
pub use why::{Grounds, OnSubject, Silence, whys};
