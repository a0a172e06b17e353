//! The digest: who receives it, which week it is of, and what stands in an issue.

mod issue;
mod letter;
mod line;
mod plan;
mod rate;
mod signed;
mod subscriber;
mod week;
mod wishes;

pub use issue::*;
pub use letter::*;
pub use line::*;
pub use plan::*;
pub use rate::*;
pub use signed::*;
pub use subscriber::*;
pub use week::{Week, WeekError};
pub use wishes::*;
