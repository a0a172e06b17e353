//! `/api/v1`: the library as JSON.

mod handlers;
mod search;
mod shapes;
mod stories;
mod suggestions;
mod topics;

pub(super) use handlers::{
    Named, entries, entry, explain, named, one, peers, search, similar, sources,
};
pub use search::{ExplanationShape, SearchAnswer, SearchHit};
pub use shapes::marked_html;
pub use stories::StoryShape;
pub(super) use suggestions::{suggest, suggestions};
pub use topics::TopicList;
pub(super) use topics::{topic, topics};
