//! The main job: visits sources, stores what they list, and lets the index follow.

mod articles;
mod backfill;
mod discover;
mod follow;
mod insight;
mod listed;
mod outage;
mod politeness;
mod progress;
mod read;
mod repair;
mod reread;
mod robots;
mod round;
mod site;
mod sitemap;
mod status;
mod stories;
mod visit;
mod walk;

pub use articles::{
    ArticleBudget, ArticleRound, Contact, PageReader, PageReading, PageVisit, articles,
};
pub use backfill::{BackfillAsk, BackfillStep, Backfilled, backfill};
pub use discover::{Discovered, NothingFound, discover};
pub use follow::{FollowError, index_follows};
pub use progress::{Progress, ProgressReport, SourceProgress, VisitStep};
pub use read::{Reader, Reading};
pub use repair::{search_for, search_for_lost, told};
pub use reread::reread_portion;
pub use robots::RobotsWatch;
pub use round::{CrawlError, Event, Round, round};
pub use status::{Snapshot, Status};
pub use stories::{StoryRound, stories_follow};
