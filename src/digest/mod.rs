//! The weekly digest: what goes into an issue, how it looks, and how it reaches its subscribers.

pub mod faces;

mod edition;
mod links;

pub use edition::{Composed, DigestError, Edition, LeftOut};
pub use links::Links;
