//! `/api/v1`: the library as JSON.

mod handlers;
mod shapes;
mod stories;
mod suggestions;
mod topics;

pub(super) use handlers::{Named, entries, entry, named, one, page, peers, search, sources};
pub use shapes::{SearchAnswer, SearchHit, marked_html};
pub use stories::StoryShape;
pub(super) use suggestions::{suggest, suggestions};
pub use topics::TopicList;
pub(super) use topics::{topic, topics};
