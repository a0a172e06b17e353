//! Keeps the main job running: visits what is due, follows `feeds.toml` when it is saved, and stops
//! in good order.

mod articles;
mod changes;
mod digest;
mod follow;
mod lost;
mod reread;
mod schedule;

pub use articles::{Background, ask_for_articles};
pub use changes::index_what_changes;
pub use digest::{Digests, send_digests};
pub use follow::{Configuration, follow_configuration};
pub use lost::search_for_lost;
pub use reread::reread_what_others_read;
pub use schedule::crawl_when_due;
