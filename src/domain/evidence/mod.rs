//! The evidence pack: what a journal and a list show of some months, put together for a review.

mod area;
mod gap;
mod ideas;
mod pack;
mod profile;
mod rubric;
mod span;

pub use area::{Area, AreaHeading, areas};
pub use gap::{Gap, ProposedRead, QUIET_WEEKS, Watched, gaps};
pub use ideas::{IdeaEvidence, idea_evidence};
pub use pack::{Figures, Pack, PackParts, pack};
pub use profile::{MonthRead, ReadingProfile, StudiedRead, Tally, profile};
pub use rubric::{Rubric, RubricCompetency, is_said};
pub use span::{MonthError, PackMonth, PackSpan};
