//! The main job: visits sources, stores what they list, and lets the index follow.

mod articles;
mod follow;
mod outage;
mod read;
mod robots;
mod round;
mod status;
mod stories;
mod visit;

pub use articles::{ArticleBudget, ArticleRound, PageReader, PageReading, PageVisit, articles};
pub use follow::{FollowError, index_follows};
pub use read::{Reader, Reading};
pub use robots::RobotsWatch;
pub use round::{CrawlError, Event, Round, round};
pub use status::{Snapshot, Status};
pub use stories::{StoryRound, stories_follow};
