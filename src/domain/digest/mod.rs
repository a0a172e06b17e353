//! The digest: who receives it, which week it is of, and what stands in an issue.

mod issue;
mod subscriber;
mod week;

pub use issue::*;
pub use subscriber::*;
pub use week::{Week, WeekError};
