//! `/api/v1`: the library as JSON.

mod handlers;
mod shapes;
mod stories;

pub(super) use handlers::{Named, entries, entry, one, page, peers, search, sources};
pub use shapes::{SearchAnswer, SearchHit, marked_html};
pub use stories::StoryShape;
