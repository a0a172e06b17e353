//! The digest: who receives it, which week it is of, what stands in an issue, when it is due, and what
//! comes of sending it.

mod delivery;
mod issue;
mod schedule;
mod sender;
mod subscriber;
mod week;

pub use delivery::*;
pub use issue::*;
pub use schedule::*;
pub use sender::Sender;
pub use subscriber::*;
pub use week::{Week, WeekError};
